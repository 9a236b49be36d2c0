// A finished pair as a file of text.
#pragma once

#include <stdexcept>
#include <string>

#include "regression/plan.hpp"
#include "regression/workload_run.hpp"

namespace sd::regression {

/// Why a text is no such file, or that of another pair.
class PairFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string pair_file_text(std::size_t number, const PlannedDesign& planned,
                                         const Workload& workload, const WorkloadResult& result);

/// Throws PairFileError unless the text is, to the last character, what pair_file_text() gave for
/// this pair.
[[nodiscard]] WorkloadResult parse_pair_file(const std::string& text, std::size_t number,
                                             const PlannedDesign& planned,
                                             const Workload& workload);

}  // namespace sd::regression
