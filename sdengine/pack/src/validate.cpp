#include <fmt/format.h>

#include <cmath>
#include <cstddef>

#include "elementwise.hpp"
#include "layer_checks.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "structure.hpp"

namespace sd::pack {

namespace {

constexpr int largest_shift = 47;

void require_elementwise(const PackedModel& model, int index) {
  const graph::Operator& op = model.network.operators[static_cast<std::size_t>(index)];
  const ElementwiseStage& stage = model.elementwise[static_cast<std::size_t>(index)];
  const std::size_t expected = multiplier_count(model.network, index, model.activation_scale);
  if (stage.multipliers.size() != expected)
    fail(op,
         fmt::format("has {} multipliers; it must have {}", stage.multipliers.size(), expected));
  for (const std::int16_t multiplier : stage.multipliers)
    if (multiplier < 0)
      fail(op, fmt::format("has a multiplier of {}; it must not be negative", multiplier));
  if (stage.shift > largest_shift)
    fail(op, fmt::format("has a shift of {}; 0 to {} is allowed", stage.shift, largest_shift));
}

void require_count(const char* what, std::size_t count, std::size_t expected) {
  if (count != expected)
    throw PackError(
        fmt::format("the packed model has {} {} for {} operators", count, what, expected));
}

}  // namespace

void validate(const PackedModel& model) {
  require_consistent(model.network);
  const std::size_t count = model.network.operators.size();
  require_count("activation scales", model.activation_scale.size(), count);
  require_count("layers", model.layers.size(), count);
  require_count("elementwise stages", model.elementwise.size(), count);
  for (std::size_t i = 0; i < count; ++i) {
    const graph::Operator& op = model.network.operators[i];
    const float scale = model.activation_scale[i];
    if (!(std::isfinite(scale) && scale > 0))
      fail(op, fmt::format("has an activation scale of {}; it must be above 0", scale));
    if (op.has_weights() != model.layers[i].has_value())
      fail(op, op.has_weights() ? "has no packed weights"
                                : "has packed weights, which its kind does not use");
    if (model.layers[i])
      require_valid(op, weight_shape(model.network, static_cast<int>(i)), *model.layers[i]);
    require_elementwise(model, static_cast<int>(i));
  }
}

}  // namespace sd::pack
