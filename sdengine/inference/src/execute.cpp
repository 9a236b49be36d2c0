#include "execute.hpp"

#include <algorithm>
#include <stdexcept>

#include "sdengine/inference/run_operator.hpp"

namespace sd::inference {

namespace {

using graph::OperatorKind;

void add(std::span<const float> a, std::span<const float> b, std::span<float> output) {
  for (std::size_t i = 0; i < output.size(); ++i) output[i] = a[i] + b[i];
}

void concat(std::span<const std::span<const float>> inputs, std::span<float> output) {
  auto to = output.begin();
  for (const std::span<const float> part : inputs) to = std::copy(part.begin(), part.end(), to);
}

}  // namespace

void execute(const graph::Network& network, const graph::Operator& op,
             std::span<const std::span<const float>> inputs, std::span<float> output,
             ConvolutionScratch& scratch) {
  const graph::TensorShape& in = network.operators[static_cast<std::size_t>(op.inputs[0])].output;
  switch (op.kind) {
    case OperatorKind::input:
      throw std::logic_error("an input after the first operator");
    case OperatorKind::convolution:
      return convolution(op, in, inputs[0], output, scratch);
    case OperatorKind::fully_connected:
      return fully_connected(op, inputs[0], output);
    case OperatorKind::add:
      return add(inputs[0], inputs[1], output);
    case OperatorKind::max_pool:
      return max_pool(op, in, inputs[0], output);
    case OperatorKind::average_pool:
      return average_pool(op, in, inputs[0], output);
    case OperatorKind::subsample_pad:
      return subsample_pad(op, in, inputs[0], output);
    case OperatorKind::concat:
      return concat(inputs, output);
    case OperatorKind::activation:
      std::copy(inputs[0].begin(), inputs[0].end(), output.begin());
      return;
    case OperatorKind::softmax:
      return softmax(inputs[0], output);
  }
}

std::vector<float> run_operator(const graph::Network& network, int index,
                                std::span<const std::span<const float>> inputs,
                                bool ahead_of_relu) {
  thread_local ConvolutionScratch scratch;
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  std::vector<float> result(op.output.elements());
  execute(network, op, inputs, result, scratch);
  if (!ahead_of_relu) rectify(op, result);
  return result;
}

}  // namespace sd::inference
