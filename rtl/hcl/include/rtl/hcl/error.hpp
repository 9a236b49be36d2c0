// What is wrong with a description of hardware, said all at once.
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <vector>

namespace hcl {

/// One finding: where in the design, where in the C++, what, and how to mend it.
struct Problem {
  std::string module_path;  ///< instance path from the top, such as `top.u_load.u_queue`
  std::string signal;       ///< may be empty
  std::string what;         ///< one sentence
  std::string remedy;       ///< one sentence
  std::vector<std::source_location>
      places;  ///< first the place of the fault, then what it conflicts with

  /// "FILE:LINE: PATH: SIGNAL: what; remedy (see also FILE:LINE)".
  [[nodiscard]] std::string text() const;
};

/// Thrown by `elaborate` with every problem found. `what()` has one line per problem.
class ElaborationError : public std::runtime_error {
 public:
  explicit ElaborationError(std::vector<Problem> problems);
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

}  // namespace hcl
