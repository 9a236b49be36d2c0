#include "activation_scales.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "structure.hpp"

namespace sd::pack {

namespace {

using graph::OperatorKind;

constexpr float largest_value = 127;

}  // namespace

std::vector<float> activation_scales(const graph::Network& network,
                                     const std::vector<float>& activation_max) {
  if (activation_max.size() != network.operators.size())
    throw PackError(fmt::format("there are {} activation ranges for {} operators",
                                activation_max.size(), network.operators.size()));
  std::vector<float> scales;
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const graph::Operator& op = network.operators[i];
    const float range = activation_max[i];
    if (!(std::isfinite(range) && range >= 0))
      fail(op,
           fmt::format("has an activation range of {}; it must be finite and not negative", range));
    const float inherited =
        op.inputs.empty() ? 1 / largest_value : scales[static_cast<std::size_t>(op.inputs[0])];
    switch (op.kind) {
      case OperatorKind::max_pool:
      case OperatorKind::subsample_pad:
      case OperatorKind::softmax:
        scales.push_back(inherited);
        break;
      case OperatorKind::concat: {
        float coarsest = 0;
        for (const int input : op.inputs)
          coarsest = std::max(coarsest, scales[static_cast<std::size_t>(input)]);
        scales.push_back(coarsest);
        break;
      }
      case OperatorKind::activation:
        scales.push_back(op.clip_upper ? std::min(inherited, *op.clip_upper / largest_value)
                                       : inherited);
        break;
      default: {
        float scale = range / largest_value;
        if (!(scale > 0)) scale = inherited;
        scales.push_back(op.clip_upper ? std::min(scale, *op.clip_upper / largest_value) : scale);
      }
    }
  }
  return scales;
}

}  // namespace sd::pack
