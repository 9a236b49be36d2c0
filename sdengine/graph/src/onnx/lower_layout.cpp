// Nodes that change how values are looked at, not the values: Reshape and its like, Identity,
// Dropout, Cast; and Shape.
#include "lowering.hpp"

namespace sd::graph {
namespace {

/// The same operator under other dims, which must keep the batch.
void bind_reshaped(Lowering& lowering, const Node& node, Activation x, Dims dims) {
  if (dims.size() < 2 || dims[0] != x.dims[0]) {
    node.fail("gives the shape {} to {}, which mixes images of a batch; keep the first dimension",
              to_text(dims), to_text(x.dims));
  }
  x.dims = std::move(dims);
  lowering.bind(node, x);
}

void reshape(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  const auto target = operand_or_attribute(node, lowering.constants(node), 1, "shape");
  if (!target) node.fail("has a shape that depends on the image, which is not supported");
  bind_reshaped(lowering, node, x, reshape_dims(node, x.dims, *target));
}

void flatten(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  bind_reshaped(lowering, node, x, flattened_dims(node, x.dims));
}

void squeeze(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  auto axes = operand_or_attribute(node, lowering.constants(node), 1, "axes");
  if (!axes) node.fail("has no axes, so that it may drop the batch; name the axes");
  bind_reshaped(lowering, node, x, squeezed_dims(node, x.dims, axes));
}

void unsqueeze(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  const auto axes = operand_or_attribute(node, lowering.constants(node), 1, "axes");
  if (!axes) node.fail("has no axes");
  bind_reshaped(lowering, node, x, unsqueezed_dims(node, x.dims, *axes));
}

/// Only where the order in memory stays: dimensions other than 1 keep their order.
void transpose(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  Dims dims;
  int last = -1;
  for (const int axis : permutation(node, static_cast<int>(x.dims.size()))) {
    const std::int64_t dim = x.dims[static_cast<std::size_t>(axis)];
    if (dim != 1 && axis < last) {
      node.fail(
          "reorders the dimensions of {}, which is not supported; export the model with channels "
          "first",
          to_text(x.dims));
    }
    if (dim != 1) last = axis;
    dims.push_back(dim);
  }
  bind_reshaped(lowering, node, x, dims);
}

void same(Lowering& lowering, const Node& node) {
  lowering.bind(node, lowering.padded_activation(node, 0));
}

void dropout(Lowering& lowering, const Node& node) {
  const Constant* training = lowering.constant(node, 2);
  const bool on = training != nullptr && !training->floating && training->size() == 1 &&
                  training->integers[0] != 0;
  if (on || (node.has_input(2) && training == nullptr))
    node.fail("is in training mode; export the model for inference");
  same(lowering, node);
}

void cast(Lowering& lowering, const Node& node) {
  const std::int64_t type = node.integer("to", 0);
  if (type != onnx::TensorProto::FLOAT && type != onnx::TensorProto::DOUBLE) {
    node.fail("converts image data to element type {}; only float32 is supported", type);
  }
  same(lowering, node);
}

void shape(Lowering& lowering, const Node& node) {
  lowering.bind(node, shape_of(node, lowering.padded_activation(node, 0).dims));
}

void size(Lowering& lowering, const Node& node) {
  const Dims& dims = lowering.padded_activation(node, 0).dims;
  lowering.bind(node, integer_scalar(static_cast<std::int64_t>(element_count(dims, node.where()))));
}

}  // namespace

std::span<const LowerEntry> layout_lowerings() {
  static constexpr std::array<LowerEntry, 10> entries{{{"Reshape", reshape},
                                                       {"Flatten", flatten},
                                                       {"Squeeze", squeeze},
                                                       {"Unsqueeze", unsqueeze},
                                                       {"Transpose", transpose},
                                                       {"Identity", same},
                                                       {"Dropout", dropout},
                                                       {"Cast", cast},
                                                       {"Shape", shape},
                                                       {"Size", size}}};
  return entries;
}

}  // namespace sd::graph
