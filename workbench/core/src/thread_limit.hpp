// How many threads a job may use.
#pragma once

#include <tbb/global_control.h>

#include <optional>

namespace sd::core {

/// While it lives, oneTBB runs at most `threads` threads (0: as many as there are cores).
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads) {
    if (threads > 0)
      limit_.emplace(tbb::global_control::max_allowed_parallelism,
                     static_cast<std::size_t>(threads));
  }

 private:
  std::optional<tbb::global_control> limit_;
};

}  // namespace sd::core
