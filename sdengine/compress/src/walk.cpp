#include "walk.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>

#include "sdengine/inference/run_operator.hpp"

namespace sd::compress {

namespace {

std::vector<int> last_readers(const graph::Network& network) {
  std::vector<int> last(network.operators.size(), -1);
  for (std::size_t i = 0; i < network.operators.size(); ++i)
    for (const int input : network.operators[i].inputs)
      last[static_cast<std::size_t>(input)] = static_cast<int>(i);
  return last;
}

}  // namespace

Walk::Walk(const graph::Network& network, std::span<const std::vector<float>> images)
    : images_(images.size()), last_reader_(last_readers(network)) {
  results_.emplace(0, Tensors(images.begin(), images.end()));
}

Tensors Walk::run(const graph::Network& network, int index, bool ahead_of_relu) const {
  Tensors out(images_);
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  tbb::parallel_for(std::size_t{0}, images_, [&](std::size_t image) {
    std::vector<std::span<const float>> inputs;
    for (const int input : op.inputs) inputs.emplace_back(results_.at(input)[image]);
    out[image] = inference::run_operator(network, index, inputs, ahead_of_relu);
  });
  return out;
}

Tensors Walk::ahead_of_relu(const graph::Network& network, int index) const {
  return run(network, index, true);
}

void Walk::advance(const graph::Network& network, int index) {
  results_[index] = run(network, index, false);
  std::erase_if(results_, [&](const auto& held) {
    return held.first <= index && last_reader_[static_cast<std::size_t>(held.first)] <= index;
  });
}

std::size_t walk_bytes_per_image(const graph::Network& network) {
  const std::vector<int> last = last_readers(network);
  std::size_t most = 0;
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    std::size_t held = network.operators[i].output.elements() * 2;  // with a copy ahead of the ReLU
    for (std::size_t j = 0; j < i; ++j)
      if (last[j] >= static_cast<int>(i)) held += network.operators[j].output.elements();
    most = std::max(most, held);
  }
  return most * sizeof(float);
}

}  // namespace sd::compress
