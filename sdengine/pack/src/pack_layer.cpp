#include "pack_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "bias_correction.hpp"
#include "choices.hpp"
#include "filter_weights.hpp"
#include "layer_checks.hpp"
#include "structure.hpp"

namespace sd::pack {

namespace {

/// Slices of layers that are left dense; nothing depends on it, since there is no basis.
constexpr int dense_slice_rows = 1 << 20;
/// A bias of at most 30 bits keeps acc + bias, with acc of 32 bits, well inside 33.
constexpr double largest_bias = 1 << 30;
/// ScaleFit's lean weight for inputs of unknown mean: what the ReLU of a bell-shaped value has.
/// Where the means are known, the bias takes their part, and only their change from image to image
/// is left. (Both measured on ResNet-20: the error of the integer network's outputs against the
/// float ones is least around these.)
constexpr double lean_of_unknown_means = 0.5, lean_of_known_means = 0.02;

/// 1 for every matrix element that is a weight, 0 for padding.
std::vector<std::uint8_t> present_elements(const decompose::WeightShape& shape,
                                           const decompose::MatrixLayout& layout,
                                           std::size_t weights) {
  const std::vector<float> ones =
      decompose::to_matrices(std::vector<float>(weights, 1.0F), shape, layout);
  return {ones.begin(), ones.end()};
}

/// The integer weights as real numbers, in the order of the operator's own.
std::vector<float> real_weights(const PackedLayer& layer) {
  std::vector<float> matrices;
  std::vector<std::int8_t> row_weights(static_cast<std::size_t>(layer.layout.columns));
  for (int m = 0; m < layer.layout.filters; ++m)
    for (int row = 0; row < layer.layout.rows; ++row) {
      layer.rebuild_row(m, row, row_weights);
      for (const std::int8_t weight : row_weights)
        matrices.push_back(static_cast<float>(weight) *
                           layer.weight_scale[static_cast<std::size_t>(m)]);
    }
  return decompose::from_matrices(matrices, layer.shape, layer.layout);
}

double relative_error(std::span<const float> weights, std::span<const float> stored) {
  double error = 0;
  double energy = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = static_cast<double>(weights[i]) - stored[i];
    error += difference * difference;
    energy += static_cast<double>(weights[i]) * weights[i];
  }
  return energy > 0 ? std::sqrt(error / energy) : 0;
}

OutputStage stage_of(const graph::Operator& op, float bias, double accumulator_scale,
                     float output_scale) try {
  OutputStage stage = stage_for(accumulator_scale / output_scale);
  stage.bias = static_cast<std::int32_t>(
      std::clamp(std::nearbyint(bias / accumulator_scale), -largest_bias, largest_bias));
  return stage;
} catch (const PackError& error) {
  fail(op, std::string("needs ") + error.what());
}

}  // namespace

PackedLayer pack_layer(const graph::Network& network, int index, const LayerChoice& choice,
                       float input_scale, float output_scale) {
  require_weights(network, index);
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  const decompose::WeightShape shape = weight_shape(network, index);
  PackedLayer layer;
  layer.shape = shape;
  layer.dense = !choice.decomposition;
  layer.layout = layer.dense
                     ? decompose::layout_of(shape, choice.pointwise_columns, dense_slice_rows)
                     : choice.decomposition->layout;
  if (!layer.dense) {
    layer.rank = choice.decomposition->rank;
    layer.levels = choice.decomposition->levels;
    layer.coefficients = choice.decomposition->coefficients;
  }
  const std::vector<float> matrices = decompose::to_matrices(op.weights, shape, layer.layout);
  const std::vector<float> targets = layer.dense ? matrices : choice.decomposition->rebuild();
  const std::vector<std::uint8_t> present =
      present_elements(shape, layer.layout, op.weights.size());
  const std::size_t filter_size =
      static_cast<std::size_t>(layer.layout.rows) * layer.layout.columns;
  const std::size_t code_size = static_cast<std::size_t>(layer.layout.rows) * layer.rank;
  const std::size_t basis_size =
      static_cast<std::size_t>(layer.layout.slices()) * layer.rank * layer.layout.columns;

  for (int m = 0; m < shape.filters; ++m) {
    const auto filter = static_cast<std::size_t>(m);
    FilterTarget target;
    target.weights = std::span(targets).subspan(filter * filter_size, filter_size);
    target.present = std::span(present).subspan(filter * filter_size, filter_size);
    target.rows = layer.layout.rows;
    target.columns = layer.layout.columns;
    target.smallest_scale =
        2 * std::fabs(static_cast<double>(op.bias[filter])) / (input_scale * largest_bias);
    target.lean_weight = choice.input_mean.empty() ? lean_of_unknown_means : lean_of_known_means;
    double scale = 0;
    if (layer.dense) {
      const DenseFilter found = quantise_dense(target);
      layer.dense_weights.insert(layer.dense_weights.end(), found.weights.begin(),
                                 found.weights.end());
      scale = found.scale;
    } else {
      const BasisFilter found = quantise_basis(
          target, std::span(layer.coefficients).subspan(filter * code_size, code_size),
          std::span(choice.decomposition->basis).subspan(filter * basis_size, basis_size),
          layer.rank, layer.levels, layer.layout.slice_rows);
      layer.basis.insert(layer.basis.end(), found.basis.begin(), found.basis.end());
      layer.rebuild_shift.push_back(static_cast<std::uint8_t>(found.rebuild_shift));
      scale = found.scale;
    }
    // A filter of zeros gives its bias alone: any scale does that is fine against the output's.
    if (scale <= 0)
      scale =
          std::max(static_cast<double>(output_scale) / input_scale / 256, target.smallest_scale);
    layer.weight_scale.push_back(static_cast<float>(scale));
  }
  const std::vector<float> stored = real_weights(layer);
  layer.relative_error = relative_error(op.weights, stored);
  const std::vector<float> bias =
      corrected_bias(op, network.operators[static_cast<std::size_t>(op.inputs[0])].output, stored,
                     choice.input_mean);
  for (std::size_t m = 0; m < bias.size(); ++m)
    layer.stages.push_back(stage_of(
        op, bias[m], static_cast<double>(layer.weight_scale[m]) * input_scale, output_scale));
  require_accumulators_fit(op, layer);
  return layer;
}

}  // namespace sd::pack
