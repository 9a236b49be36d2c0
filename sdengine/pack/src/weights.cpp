#include <fmt/format.h>

#include <cstddef>

#include "bias_correction.hpp"
#include "choices.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

decompose::WeightShape weight_shape(const graph::Network& network, int operator_index) {
  const graph::Operator& op = network.operators.at(static_cast<std::size_t>(operator_index));
  if (!op.has_weights())
    throw PackError(
        fmt::format("operator '{}' ({}) has no weights", op.name, graph::to_string(op.kind)));
  const graph::TensorShape& input =
      network.operators.at(static_cast<std::size_t>(op.inputs.at(0))).output;
  decompose::WeightShape shape;
  if (op.kind == graph::OperatorKind::fully_connected) {
    shape.filters = static_cast<int>(op.output.elements());
    shape.channels = static_cast<int>(input.elements());
    return shape;
  }
  shape.filters = op.output.channels;
  shape.channels = input.channels / op.groups;
  shape.kernel_height = op.window.kernel_height;
  shape.kernel_width = op.window.kernel_width;
  shape.depthwise = op.groups > 1 && shape.channels == 1;
  return shape;
}

graph::Network with_rebuilt_weights(const graph::Network& network,
                                    const std::vector<LayerChoice>& choices) {
  require_fitting(network, choices);
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (choices[i].decomposition) require_weights(network, static_cast<int>(i));
  graph::Network result = network;
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (const auto& decomposition = choices[i].decomposition) {
      const graph::Operator& op = network.operators[i];
      result.operators[i].weights = decompose::from_matrices(
          decomposition->rebuild(), decomposition->shape, decomposition->layout);
      result.operators[i].bias =
          corrected_bias(op, network.operators.at(static_cast<std::size_t>(op.inputs.at(0))).output,
                         result.operators[i].weights, choices[i].input_mean);
    }
  return result;
}

}  // namespace sd::pack
