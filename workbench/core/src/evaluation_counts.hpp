// Classes that were said -> accuracy, per class and confused.
#pragma once

#include <string>
#include <vector>

#include "workbench/core/eval_job.hpp"

namespace sd::core {

/// `truth` and `said`: class of each image, in 0..classes-1.
[[nodiscard]] Evaluation count_evaluation(std::string arithmetic, const std::vector<int>& truth,
                                          const std::vector<int>& said, std::size_t classes);

}  // namespace sd::core
