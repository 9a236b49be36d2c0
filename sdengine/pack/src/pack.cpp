#include <cstddef>

#include "activation_scales.hpp"
#include "choices.hpp"
#include "elementwise.hpp"
#include "pack_layer.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "structure.hpp"

namespace sd::pack {

PackedModel pack(const graph::Network& network, const std::vector<LayerChoice>& choices,
                 const std::vector<float>& activation_max) {
  require_consistent(network);
  require_fitting(network, choices);
  PackedModel model;
  model.network = network;
  model.activation_scale = activation_scales(network, activation_max);
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const graph::Operator& op = network.operators[i];
    const int index = static_cast<int>(i);
    auto& layer = model.layers.emplace_back();
    if (op.has_weights())
      layer = pack_layer(network, index, choices[i],
                         model.activation_scale[static_cast<std::size_t>(op.inputs[0])],
                         model.activation_scale[i]);
    model.elementwise.push_back(elementwise_stage(network, index, model.activation_scale));
    model.network.operators[i].weights = {};
    model.network.operators[i].bias = {};
  }
  return model;
}

}  // namespace sd::pack
