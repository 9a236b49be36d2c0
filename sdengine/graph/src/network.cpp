#include "sdengine/graph/network.hpp"

#include <fmt/format.h>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {

const char* to_string(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::input:
      return "input";
    case OperatorKind::convolution:
      return "convolution";
    case OperatorKind::fully_connected:
      return "fully connected";
    case OperatorKind::add:
      return "add";
    case OperatorKind::max_pool:
      return "max pool";
    case OperatorKind::average_pool:
      return "average pool";
    case OperatorKind::subsample_pad:
      return "subsample and pad";
    case OperatorKind::concat:
      return "concat";
    case OperatorKind::activation:
      return "activation";
    case OperatorKind::softmax:
      return "softmax";
  }
  return "unknown";
}

int Network::output() const {
  if (outputs.size() != 1) {
    throw ImportError(fmt::format(
        "network '{}' has {} outputs; this needs one with a single output, such as a classifier",
        name, outputs.size()));
  }
  return outputs.front();
}

std::int64_t Network::macs(int index) const {
  const Operator& op = operators.at(static_cast<std::size_t>(index));
  if (!op.has_weights() || op.output.channels == 0) return 0;
  // Each weight is used once per output pixel.
  return static_cast<std::int64_t>(op.weights.size()) * op.output.height * op.output.width;
}

}  // namespace sd::graph
