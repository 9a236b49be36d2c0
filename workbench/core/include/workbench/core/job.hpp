// What all jobs have in common: errors about input, news while they run.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace sd::core {

/// Wrong usage or input (exit status 2): the message is one sentence that says what, where, and
/// what to do.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What happens while a job runs; called from the job's own threads, one call at a time.
struct Observer {
  std::function<void(const std::string& stage, double fraction, const std::string& detail)>
      progress;  ///< fraction of the stage; < 0: unknown
};

}  // namespace sd::core
