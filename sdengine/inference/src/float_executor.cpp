#include "sdengine/inference/float_executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "execute.hpp"
#include "sdengine/graph/batch_norm.hpp"

namespace sd::inference {
namespace {

using graph::Operator;

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
      std::vector<std::span<const float>> inputs;
      for (const int input : op.inputs)
        inputs.emplace_back(scratch.results[static_cast<std::size_t>(input)]);
      execute(network_, op, inputs, result, scratch.convolution);
      rectify(op, result);
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
