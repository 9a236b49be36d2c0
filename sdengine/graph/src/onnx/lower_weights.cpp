// Conv, Gemm, MatMul.
#include "lowering.hpp"
#include "window.hpp"

namespace sd::graph {
namespace {

const Constant& weights_of(const Lowering& lowering, const Node& node, int input) {
  const Constant* weights = lowering.constant(node, input);
  if (weights == nullptr)
    node.fail("has weights that depend on the image, or none, which is not supported");
  if (!weights->floating) node.fail("has integer weights; only float weights are supported");
  return *weights;
}

void convolution(Lowering& lowering, const Node& node) {
  const Activation x = lowering.padded_activation(node, 0);
  const Constant& weights = weights_of(lowering, node, 1);
  const int spatial_dims = weights.rank() - 2;
  if (spatial_dims < 1 || spatial_dims > 2 || static_cast<int>(x.dims.size()) != weights.rank()) {
    node.fail("applies weights of shape {} to {}; only 1-D and 2-D convolutions are supported",
              to_text(weights.dims), to_text(x.dims));
  }
  TensorShape in = lowering.planes(node, x);
  const KernelSize kernel{
      spatial_dims == 2 ? small(node, "a kernel height of", weights.dims[2]) : 1,
      small(node, "a kernel width of", weights.dims.back())};
  if (node.has("kernel_shape")) {
    const KernelSize said = read_kernel_shape(node, spatial_dims);
    if (said.height != kernel.height || said.width != kernel.width) {
      node.fail("says that its kernel is {} x {}; its weights are {}", said.height, said.width,
                to_text(weights.dims));
    }
  }
  Operator op;
  op.kind = OperatorKind::convolution;
  op.inputs = {x.op};
  op.groups = small(node, "a group count of", node.integer("group", 1));
  if (op.groups < 1 || weights.dims[1] * op.groups != in.channels) {
    node.fail("has weights for {} x {} channels; its input has {}", op.groups, weights.dims[1],
              in.channels);
  }
  const auto [top, left, bottom, right] = x.zero_pad;
  in.height += top + bottom;
  in.width += left + right;
  op.window = read_window(node, in, spatial_dims, kernel.height, kernel.width);
  op.window.pad_top += top;
  op.window.pad_left += left;
  op.window.pad_bottom += bottom;
  op.window.pad_right += right;
  op.output.channels = small(node, "a filter count of", weights.dims[0]);
  op.weights = weights.floats;
  op.bias.assign(static_cast<std::size_t>(op.output.channels), 0.0F);
  if (node.has_input(2)) {
    const Constant& bias = weights_of(lowering, node, 2);
    if (bias.size() != op.bias.size())
      node.fail("has {} biases for {} filters", bias.size(), op.bias.size());
    op.bias = bias.floats;
  }
  Activation result = lowering.append(node, std::move(op));
  result.dims[0] = x.dims[0];
  if (spatial_dims == 1) result.dims.erase(result.dims.begin() + 2);
  lowering.bind(node, result);
}

/// The activation as [batch, features]; features run channel-major, as fully_connected reads them.
std::int64_t features(const Node& node, const Activation& x) {
  if (x.dims.size() != 2) {
    node.fail("reads a tensor of shape {}; only [batch, features] is supported (Flatten it)",
              to_text(x.dims));
  }
  return x.dims[1];
}

void append_fully_connected(Lowering& lowering, const Node& node, const Activation& x,
                            Operator op) {
  op.kind = OperatorKind::fully_connected;
  op.inputs = {x.op};
  const Dims dims{x.dims[0], op.output.channels};
  lowering.bind(node, lowering.append(node, std::move(op), dims));
}

/// Sets `op`'s weights to scale * W or, if `inputs_first`, scale * W transposed.
void set_matrix(const Node& node, Operator& op, const Constant& weights, bool inputs_first,
                std::int64_t inputs, float scale) {
  if (weights.rank() != 2)
    node.fail("has weights of shape {}; a matrix is needed", to_text(weights.dims));
  const auto rows = static_cast<std::size_t>(weights.dims[0]),
             columns = static_cast<std::size_t>(weights.dims[1]);
  if (weights.dims[inputs_first ? 0 : 1] != inputs) {
    node.fail("has weights of shape {} for {} input features", to_text(weights.dims), inputs);
  }
  op.output.channels = small(node, "an output count of", weights.dims[inputs_first ? 1 : 0]);
  op.weights.resize(weights.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t target = inputs_first ? column * rows + row : row * columns + column;
      op.weights[target] = scale * weights.floats[row * columns + column];
    }
  }
  op.bias.assign(static_cast<std::size_t>(op.output.channels), 0.0F);
}

void gemm(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  if (node.integer("transA", 0) != 0)
    node.fail("transposes the image data (transA), which is not supported");
  Operator op;
  set_matrix(node, op, weights_of(lowering, node, 1), node.integer("transB", 0) == 0,
             features(node, x), node.number("alpha", 1.0F));
  if (node.has_input(2)) {
    const Constant& bias = weights_of(lowering, node, 2);
    const bool one_each = !bias.dims.empty() && bias.dims.back() == op.output.channels;
    if (!(bias.size() == 1 || (one_each && bias.size() == op.bias.size()))) {
      node.fail("has a bias of shape {} for {} outputs", to_text(bias.dims), op.output.channels);
    }
    const float beta = node.number("beta", 1.0F);
    for (std::size_t i = 0; i < op.bias.size(); ++i)
      op.bias[i] = beta * bias.floats[bias.size() == 1 ? 0 : i];
  }
  append_fully_connected(lowering, node, x, std::move(op));
}

void matrix_product(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  Operator op;
  set_matrix(node, op, weights_of(lowering, node, 1), true, features(node, x), 1.0F);
  append_fully_connected(lowering, node, x, std::move(op));
}

}  // namespace

std::span<const LowerEntry> weight_lowerings() {
  static constexpr std::array<LowerEntry, 3> entries{
      {{"Conv", convolution}, {"Gemm", gemm}, {"MatMul", matrix_product}}};
  return entries;
}

}  // namespace sd::graph
