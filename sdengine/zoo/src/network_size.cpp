#include "sdengine/zoo/network_size.hpp"

namespace sd::zoo {

using graph::Operator;
using graph::OperatorKind;

WeightShape weight_shape(const graph::Network& network, int index) {
  const Operator& op = network.operators.at(static_cast<std::size_t>(index));
  if (!op.has_weights()) return {0, 0, 0, 0};
  const graph::TensorShape& in =
      network.operators.at(static_cast<std::size_t>(op.inputs.at(0))).output;
  if (op.kind == OperatorKind::fully_connected) {
    return {op.output.channels, static_cast<int>(in.elements()), 1, 1};
  }
  return {op.output.channels, in.channels / op.groups, op.window.kernel_height,
          op.window.kernel_width};
}

NetworkSize size_of(const graph::Network& network) {
  NetworkSize size;
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) {
    const Operator& op = network.operators[static_cast<std::size_t>(i)];
    if (!op.has_weights()) continue;
    const std::int64_t count = weight_shape(network, i).count();
    size.weights += count;
    size.biases += op.output.channels;
    size.macs += count * op.output.height * op.output.width;
    ++size.layers;
  }
  return size;
}

}  // namespace sd::zoo
