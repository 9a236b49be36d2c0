#include "sdengine/inference/float_executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "kernels.hpp"
#include "sdengine/graph/batch_norm.hpp"

namespace sd::inference {
namespace {

using graph::Operator;
using graph::OperatorKind;

/// Memory of one run, kept per thread for the next.
struct Scratch {
  std::vector<std::vector<float>> results;  // one per operator
  ConvolutionScratch convolution;
};

thread_local Scratch kept_scratch;

/// Takes the thread's scratch for one run. A run inside a run (from an observer) finds none and
/// makes its own.
class ScratchLoan {
 public:
  ScratchLoan() : scratch(std::exchange(kept_scratch, {})) {}
  ~ScratchLoan() { kept_scratch = std::move(scratch); }
  ScratchLoan(const ScratchLoan&) = delete;
  ScratchLoan& operator=(const ScratchLoan&) = delete;

  Scratch scratch;
};

void add(std::span<const float> a, std::span<const float> b, std::span<float> output) {
  for (std::size_t i = 0; i < output.size(); ++i) output[i] = a[i] + b[i];
}

void concat(const Operator& op, const Scratch& scratch, std::span<float> output) {
  auto to = output.begin();
  for (const int input : op.inputs) {
    const std::vector<float>& part = scratch.results[static_cast<std::size_t>(input)];
    to = std::copy(part.begin(), part.end(), to);
  }
}

/// Computes `op` from earlier results into `output`.
void execute(const Operator& op, const graph::Network& network, Scratch& scratch,
             std::span<float> output) {
  const auto result = [&](std::size_t i) -> std::span<const float> {
    return scratch.results[static_cast<std::size_t>(op.inputs[i])];
  };
  const graph::TensorShape& in = network.operators[static_cast<std::size_t>(op.inputs[0])].output;
  switch (op.kind) {
    case OperatorKind::input:
      throw std::logic_error("an input after the first operator");
    case OperatorKind::convolution:
      convolution(op, in, result(0), output, scratch.convolution);
      break;
    case OperatorKind::fully_connected:
      fully_connected(op, result(0), output);
      break;
    case OperatorKind::add:
      add(result(0), result(1), output);
      break;
    case OperatorKind::max_pool:
      max_pool(op, in, result(0), output);
      break;
    case OperatorKind::average_pool:
      average_pool(op, in, result(0), output);
      break;
    case OperatorKind::subsample_pad:
      subsample_pad(op, in, result(0), output);
      break;
    case OperatorKind::concat:
      concat(op, scratch, output);
      break;
    case OperatorKind::activation:
      std::copy(result(0).begin(), result(0).end(), output.begin());
      break;
    case OperatorKind::softmax:
      softmax(result(0), output);
      break;
  }
  rectify(op, output);
}

}  // namespace

FloatExecutor::FloatExecutor(const graph::Network& network) : network_(network) {
  graph::validate(network_);
  graph::fold_batch_norm(network_);
}

std::vector<float> FloatExecutor::run(std::span<const float> image) const {
  return run(image, {});
}

std::vector<float> FloatExecutor::run(std::span<const float> image, const Observer& see) const {
  if (image.size() != network_.input_shape().elements()) {
    const graph::TensorShape& shape = network_.input_shape();
    throw std::invalid_argument(
        fmt::format("an image of {} values was given to network '{}', whose input is {} x {} x {}",
                    image.size(), network_.name, shape.channels, shape.height, shape.width));
  }
  ScratchLoan loan;
  Scratch& scratch = loan.scratch;
  scratch.results.resize(std::max(scratch.results.size(), network_.operators.size()));
  for (std::size_t i = 0; i < network_.operators.size(); ++i) {
    const Operator& op = network_.operators[i];
    std::vector<float>& result = scratch.results[i];
    result.resize(op.output.elements());
    if (i == 0) {
      std::copy(image.begin(), image.end(), result.begin());
    } else {
      execute(op, network_, scratch, result);
    }
    if (see) see(static_cast<int>(i), result);
  }
  std::vector<float> outputs;
  for (const int output : network_.outputs) {
    const std::vector<float>& values = scratch.results[static_cast<std::size_t>(output)];
    outputs.insert(outputs.end(), values.begin(), values.end());
  }
  return outputs;
}

int argmax(std::span<const float> values) {
  if (values.empty()) throw std::invalid_argument("the largest of no values was asked for");
  return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace sd::inference
