#include "affine.hpp"

namespace sd::graph {

std::size_t affine_channels(const Lowering& lowering, const Node& node, const Activation& x) {
  const int channels = lowering.op(x.op).output.channels;
  if (x.dims[1] != channels) {
    node.fail(
        "works on dimension 1 of {}, which was reshaped from {} channels; this is not supported",
        to_text(x.dims), channels);
  }
  return static_cast<std::size_t>(channels);
}

Activation apply_affine(Lowering& lowering, const Node& node, const Activation& x,
                        const std::vector<double>& scale, const std::vector<double>& shift) {
  const std::size_t channels = affine_channels(lowering, node, x);
  Operator& producer = lowering.op(x.op);
  if (x.exclusive && producer.has_weights() && !producer.relu) {
    if (producer.batch_norm) {
      BatchNorm& norm = *producer.batch_norm;
      for (std::size_t c = 0; c < channels; ++c) {
        norm.gamma[c] = static_cast<float>(norm.gamma[c] * scale[c]);
        norm.beta[c] = static_cast<float>(norm.beta[c] * scale[c] + shift[c]);
      }
      return x;
    }
    const std::size_t per_channel = producer.weights.size() / channels;
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t i = c * per_channel; i < (c + 1) * per_channel; ++i) {
        producer.weights[i] = static_cast<float>(producer.weights[i] * scale[c]);
      }
      producer.bias[c] = static_cast<float>(producer.bias[c] * scale[c] + shift[c]);
    }
    return x;
  }
  Operator op;
  op.kind = OperatorKind::convolution;
  op.inputs = {x.op};
  op.output.channels = static_cast<int>(channels);
  op.groups = static_cast<int>(channels);
  op.weights.assign(scale.begin(), scale.end());
  op.bias.assign(shift.begin(), shift.end());
  lowering.note(
      node.where() +
      " could not be folded into the weights before it: it became a depthwise 1 x 1 convolution");
  return lowering.append(node, std::move(op), x.dims);
}

}  // namespace sd::graph
