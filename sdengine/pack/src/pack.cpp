#include <tbb/parallel_for.h>

#include <cstddef>
#include <exception>

#include "activation_scales.hpp"
#include "choices.hpp"
#include "elementwise.hpp"
#include "pack_layer.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "structure.hpp"

namespace sd::pack {

namespace {

/// Writes into the operator's own places of `model`, whose scales are there.
void pack_operator(const graph::Network& network, std::size_t i, const LayerChoice& choice,
                   PackedModel& model) {
  const graph::Operator& op = network.operators[i];
  const auto index = static_cast<int>(i);
  if (op.has_weights())
    model.layers[i] = pack_layer(network, index, choice,
                                 model.activation_scale[static_cast<std::size_t>(op.inputs[0])],
                                 model.activation_scale[i]);
  model.elementwise[i] = elementwise_stage(network, index, model.activation_scale);
}

}  // namespace

PackedModel pack(const graph::Network& network, const std::vector<LayerChoice>& choices,
                 const std::vector<float>& activation_max) {
  require_consistent(network);
  require_fitting(network, choices);
  PackedModel model;
  model.network = network;
  model.activation_scale = activation_scales(network, activation_max);
  const std::size_t count = network.operators.size();
  model.layers.resize(count);
  model.elementwise.resize(count);
  std::vector<std::exception_ptr> problems(count);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    try {
      pack_operator(network, i, choices[i], model);
    } catch (...) {
      problems[i] = std::current_exception();
    }
  });
  // The first in the network's order, whichever thread was the first.
  for (const std::exception_ptr& problem : problems)
    if (problem) std::rethrow_exception(problem);
  for (graph::Operator& op : model.network.operators) {
    op.weights = {};
    op.bias = {};
  }
  return model;
}

}  // namespace sd::pack
