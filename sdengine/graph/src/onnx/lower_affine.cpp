// BatchNormalization; Add of two activations; Add, Sub, Mul, Div with constants.
#include "affine.hpp"
#include "sdengine/graph/batch_norm.hpp"

namespace sd::graph {
namespace {

std::vector<float> per_channel(const Lowering& lowering, const Node& node, int input,
                               std::size_t channels) {
  const Constant* values = lowering.constant(node, input);
  if (values == nullptr || !values->floating || values->size() != channels) {
    node.fail("needs {} constant numbers as input {}", channels, input);
  }
  return values->floats;
}

void batch_normalization(Lowering& lowering, const Node& node) {
  if (node.integer("training_mode", 0) != 0)
    node.fail("is in training mode; export the model for inference");
  if (node.integer("spatial", 1) == 0)
    node.fail("normalises each pixel by itself, which is not supported");
  const Activation x = lowering.activation(node, 0);
  const std::size_t channels = affine_channels(lowering, node, x);
  BatchNorm norm;
  norm.gamma = per_channel(lowering, node, 1, channels);
  norm.beta = per_channel(lowering, node, 2, channels);
  norm.mean = per_channel(lowering, node, 3, channels);
  norm.variance = per_channel(lowering, node, 4, channels);
  norm.epsilon = node.number("epsilon", 1e-5F);
  for (std::size_t c = 0; c < channels; ++c) {
    if (!(double{norm.variance[c]} + norm.epsilon > 0))
      node.fail("has a variance of {} in channel {}", norm.variance[c], c);
  }
  Operator& producer = lowering.op(x.op);
  if (!lowering.options().fold_batch_norm && x.exclusive && producer.has_weights() &&
      !producer.relu && !producer.batch_norm) {
    producer.batch_norm = std::move(norm);
    lowering.bind(node, x);
    return;
  }
  const std::vector<double> scale = batch_norm_scale(norm);
  std::vector<double> shift(channels);
  for (std::size_t c = 0; c < channels; ++c) shift[c] = norm.beta[c] - norm.mean[c] * scale[c];
  lowering.bind(node, apply_affine(lowering, node, x, scale, shift));
}

/// The constant as one number per channel of x. It may vary along dimension 1 only.
std::vector<double> broadcast_to_channels(const Lowering& lowering, const Node& node,
                                          const Constant& constant, const Activation& x) {
  const std::size_t channels = affine_channels(lowering, node, x);
  if (!constant.floating) node.fail("mixes image data with integers");
  const std::size_t rank = x.dims.size();
  bool fits = constant.dims.size() <= rank;
  for (std::size_t i = 0; fits && i < constant.dims.size(); ++i) {
    const std::size_t axis = rank - constant.dims.size() + i;
    fits = constant.dims[i] == 1 || (axis == 1 && constant.dims[i] == x.dims[1]);
  }
  if (!fits) {
    node.fail(
        "joins {} with a constant of shape {}; only one number, or one per channel, is supported",
        to_text(x.dims), to_text(constant.dims));
  }
  if (constant.size() == 1) return std::vector<double>(channels, constant.floats[0]);
  return {constant.floats.begin(), constant.floats.end()};
}

void add_activations(Lowering& lowering, const Node& node) {
  const Activation a = lowering.activation(node, 0), b = lowering.activation(node, 1);
  if (a.dims != b.dims) {
    node.fail("adds {} and {}; only tensors of equal shape are supported", to_text(a.dims),
              to_text(b.dims));
  }
  Operator op;
  op.kind = OperatorKind::add;
  op.inputs = {a.op, b.op};
  lowering.bind(node, lowering.append(node, std::move(op), a.dims));
}

void arithmetic(Lowering& lowering, const Node& node) {
  if (node.type() == "Sum" && node.inputs() == 1) {
    lowering.bind(node, lowering.padded_activation(node, 0));
    return;
  }
  const bool left = lowering.is_activation(node, 0), right = lowering.is_activation(node, 1);
  const std::string& type = node.type();
  if (node.inputs() != 2) node.fail("has {} inputs; only 2 are supported", node.inputs());
  if (left && right) {
    if (type != "Add" && type != "Sum")
      node.fail("joins two tensors that depend on the image; only Add is supported there");
    add_activations(lowering, node);
    return;
  }
  const Activation x = lowering.activation(node, left ? 0 : 1);
  const Constant* constant = lowering.constant(node, left ? 1 : 0);
  if (constant == nullptr) node.fail("lacks an input");
  const std::vector<double> values = broadcast_to_channels(lowering, node, *constant, x);
  std::vector<double> scale(values.size(), 1.0), shift(values.size(), 0.0);
  for (std::size_t c = 0; c < values.size(); ++c) {
    if (type == "Mul") {
      scale[c] = values[c];
    } else if (type == "Div") {
      if (!left) node.fail("divides a constant by image data, which is not supported");
      scale[c] = 1.0 / values[c];
    } else {
      scale[c] = type == "Sub" && !left ? -1.0 : 1.0;
      shift[c] = type == "Sub" && left ? -values[c] : values[c];
    }
  }
  lowering.bind(node, apply_affine(lowering, node, x, scale, shift));
}

}  // namespace

std::span<const LowerEntry> affine_lowerings() {
  static constexpr std::array<LowerEntry, 6> entries{{{"BatchNormalization", batch_normalization},
                                                      {"Add", arithmetic},
                                                      {"Sum", arithmetic},
                                                      {"Sub", arithmetic},
                                                      {"Mul", arithmetic},
                                                      {"Div", arithmetic}}};
  return entries;
}

}  // namespace sd::graph
