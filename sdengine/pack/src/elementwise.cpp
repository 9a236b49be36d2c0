#include "elementwise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "structure.hpp"
#include "window_count.hpp"

namespace sd::pack {

namespace {

using graph::OperatorKind;

/// The largest ratio sets the common shift.
ElementwiseStage stage_of(const graph::Operator& op, const std::vector<double>& ratios) try {
  const OutputStage largest = stage_for(*std::max_element(ratios.begin(), ratios.end()));
  ElementwiseStage stage;
  stage.shift = largest.shift;
  for (const double ratio : ratios)
    stage.multipliers.push_back(static_cast<std::int16_t>(
        std::min<double>(largest.multiplier, std::nearbyint(std::ldexp(ratio, stage.shift)))));
  return stage;
} catch (const PackError& error) {
  fail(op, std::string("needs ") + error.what());
}

}  // namespace

std::size_t multiplier_count(const graph::Network& network, int index,
                             const std::vector<float>& scales) {
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  switch (op.kind) {
    case OperatorKind::add:
    case OperatorKind::concat:
      return op.inputs.size();
    case OperatorKind::average_pool:
      return 1;
    case OperatorKind::activation:
      return scales[static_cast<std::size_t>(index)] ==
                     scales[static_cast<std::size_t>(op.inputs[0])]
                 ? 0
                 : 1;
    default:
      return 0;
  }
}

ElementwiseStage elementwise_stage(const graph::Network& network, int index,
                                   const std::vector<float>& scales) {
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  const std::size_t count = multiplier_count(network, index, scales);
  if (count == 0) return {};
  double divisor = 1;
  if (op.kind == OperatorKind::average_pool) {
    const auto divided =
        uniform_divisor(op, network.operators[static_cast<std::size_t>(op.inputs[0])].output);
    if (!divided)
      fail(op,
           "counts a varying number of elements (padding is left out of the average); set "
           "count_include_pad or remove the padding");
    divisor = *divided;
  }
  std::vector<double> ratios;
  for (std::size_t k = 0; k < count; ++k)
    ratios.push_back(static_cast<double>(scales[static_cast<std::size_t>(op.inputs[k])]) /
                     scales[static_cast<std::size_t>(index)] / divisor);
  return stage_of(op, ratios);
}

}  // namespace sd::pack
