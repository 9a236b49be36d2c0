// Relu, Clip, Softmax.
#include <algorithm>
#include <cmath>

#include "lowering.hpp"

namespace sd::graph {
namespace {

bool takes_relu(const Operator& op) {
  return op.has_weights() || op.kind == OperatorKind::add || op.kind == OperatorKind::activation;
}

/// max(x, 0), and min(that, upper) if there is an upper bound. Fused into the operator that
/// computes x where possible.
void rectify(Lowering& lowering, const Node& node, std::optional<float> upper) {
  Activation x = lowering.activation(node, 0);
  Operator& producer = lowering.op(x.op);
  const bool already =
      producer.relu && (!upper || (producer.clip_upper && *producer.clip_upper <= *upper));
  if (already) {
    lowering.bind(node, x);
    return;
  }
  if (x.exclusive && takes_relu(producer)) {
    producer.relu = true;
    producer.clip_upper = upper;  // where the producer had a bound, it was above this one
    lowering.bind(node, x);
    return;
  }
  Operator op;
  op.kind = OperatorKind::activation;
  op.inputs = {x.op};
  op.relu = true;
  op.clip_upper = upper;
  lowering.bind(node, lowering.append(node, std::move(op), x.dims));
}

void relu(Lowering& lowering, const Node& node) {
  rectify(lowering, node, std::nullopt);
}

/// Bounds are attributes up to opset 10, inputs from 11 on.
float bound(Lowering& lowering, const Node& node, int input, const char* attribute,
            float otherwise) {
  if (!node.has_input(input)) return node.number(attribute, otherwise);
  const Constant* value = lowering.constant(node, input);
  if (value == nullptr || !value->floating || value->size() != 1) {
    node.fail("has a bound that is not one constant number, which is not supported");
  }
  return value->floats[0];
}

void clip(Lowering& lowering, const Node& node) {
  const bool positive =
      lowering.op(lowering.activation(node, 0).op).relu;  // a lower bound below 0 then says nothing
  const float low =
      std::max(bound(lowering, node, 1, "min", -INFINITY), positive ? 0.0F : -INFINITY);
  const float high = bound(lowering, node, 2, "max", INFINITY);
  if (low != 0.0F || !(high > 0.0F)) {
    node.fail("clips to {} .. {}; only a lower bound of 0 and a positive upper bound are supported",
              low, high);
  }
  // Frameworks write "no bound" as the largest float.
  const bool bounded = std::isfinite(high) && high < 3.0e38F;
  rectify(lowering, node, bounded ? std::optional<float>(high) : std::nullopt);
}

void softmax(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  const auto rank = static_cast<int>(x.dims.size());
  const int axis = normal_axis(node, node.integer("axis", lowering.opset() < 13 ? 1 : -1), rank);
  std::int64_t others = 1;  // elements of an image that do not compete with each other
  for (int i = 1; i < rank; ++i) {
    // Up to opset 12 all dimensions from the axis on are taken together.
    if (i < axis || (i > axis && lowering.opset() >= 13))
      others *= x.dims[static_cast<std::size_t>(i)];
  }
  if (axis == 0 || others != 1) {
    node.fail(
        "normalises along dimension {} of {}; only a softmax over all classes of an image is "
        "supported",
        axis, to_text(x.dims));
  }
  Operator op;
  op.kind = OperatorKind::softmax;
  op.inputs = {x.op};
  lowering.bind(node, lowering.append(node, std::move(op), x.dims));
}

}  // namespace

std::span<const LowerEntry> activation_lowerings() {
  static constexpr std::array<LowerEntry, 3> entries{
      {{"Relu", relu}, {"Clip", clip}, {"Softmax", softmax}}};
  return entries;
}

}  // namespace sd::graph
