#include "evaluation_counts.hpp"

#include <utility>

namespace sd::core {

Evaluation count_evaluation(std::string arithmetic, const std::vector<int>& truth,
                            const std::vector<int>& said, std::size_t classes) {
  Evaluation evaluation;
  evaluation.arithmetic = std::move(arithmetic);
  evaluation.right_of_class.assign(classes, 0);
  if (classes <= largest_matrix) evaluation.confusion.assign(classes * classes, 0);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = static_cast<std::size_t>(truth[i]), column = static_cast<std::size_t>(said[i]);
    if (!evaluation.confusion.empty()) ++evaluation.confusion[row * classes + column];
    if (row != column) continue;
    ++evaluation.right;
    ++evaluation.right_of_class[row];
  }
  return evaluation;
}

}  // namespace sd::core
