// The report of an evaluation for people.
#pragma once

#include <string>

#include "workbench/core/eval_job.hpp"

namespace sd::cli {

/// Accuracy, accuracy of each class, and what is taken for what: as a matrix where it fits a
/// terminal, otherwise the commonest confusions.
[[nodiscard]] std::string eval_text(const core::EvalReport& report);

}  // namespace sd::cli
