#include "pack_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "filter_weights.hpp"
#include "layer_checks.hpp"
#include "structure.hpp"

namespace sd::pack {

namespace {

/// Slices of layers that are left dense; nothing depends on it, since there is no basis.
constexpr int dense_slice_rows = 1 << 20;
/// A bias of at most 30 bits keeps acc + bias, with acc of 32 bits, well inside 33.
constexpr double largest_bias = 1 << 30;

void require_finite(const graph::Operator& op, const decompose::WeightShape& shape) {
  const std::size_t weights = static_cast<std::size_t>(shape.filters) * shape.channels * shape.kernel_height * shape.kernel_width;
  if (op.weights.size() != weights || op.bias.size() != static_cast<std::size_t>(shape.filters))
    fail(op, fmt::format("has {} weights and {} biases; its shape asks for {} and {}", op.weights.size(), op.bias.size(), weights, shape.filters));
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(op.weights.begin(), op.weights.end(), is_finite)) fail(op, "has a weight that is not a finite number");
  if (!std::all_of(op.bias.begin(), op.bias.end(), is_finite)) fail(op, "has a bias that is not a finite number");
}

/// 1 for every matrix element that is a weight, 0 for padding.
std::vector<std::uint8_t> present_elements(const decompose::WeightShape& shape, const decompose::MatrixLayout& layout, std::size_t weights) {
  const std::vector<float> ones = decompose::to_matrices(std::vector<float>(weights, 1.0F), shape, layout);
  return {ones.begin(), ones.end()};
}

OutputStage stage_of(const graph::Operator& op, float bias, double accumulator_scale, float output_scale) try {
  OutputStage stage = stage_for(accumulator_scale / output_scale);
  stage.bias = static_cast<std::int32_t>(std::clamp(std::nearbyint(bias / accumulator_scale), -largest_bias, largest_bias));
  return stage;
} catch (const PackError& error) {
  fail(op, std::string("needs ") + error.what());
}

}  // namespace

PackedLayer pack_layer(const graph::Operator& op, const decompose::WeightShape& shape, const LayerChoice& choice, float input_scale,
                       float output_scale) {
  require_finite(op, shape);
  PackedLayer layer;
  layer.shape = shape;
  layer.dense = !choice.decomposition;
  layer.layout = layer.dense ? decompose::layout_of(shape, choice.pointwise_columns, dense_slice_rows) : choice.decomposition->layout;
  if (!layer.dense) {
    layer.rank = choice.decomposition->rank;
    layer.levels = choice.decomposition->levels;
    layer.coefficients = choice.decomposition->coefficients;
  }
  const std::vector<float> matrices = decompose::to_matrices(op.weights, shape, layer.layout);
  const std::vector<std::uint8_t> present = present_elements(shape, layer.layout, op.weights.size());
  const std::size_t filter_size = static_cast<std::size_t>(layer.layout.rows) * layer.layout.columns;
  const std::size_t code_size = static_cast<std::size_t>(layer.layout.rows) * layer.rank;
  const std::size_t basis_size = static_cast<std::size_t>(layer.layout.slices()) * layer.rank * layer.layout.columns;

  double error = 0;
  double energy = 0;
  for (int m = 0; m < shape.filters; ++m) {
    const auto filter = static_cast<std::size_t>(m);
    const float bias = op.bias[filter];
    FilterTarget target;
    target.weights = std::span(matrices).subspan(filter * filter_size, filter_size);
    target.present = std::span(present).subspan(filter * filter_size, filter_size);
    target.rows = layer.layout.rows;
    target.columns = layer.layout.columns;
    target.smallest_scale = std::fabs(static_cast<double>(bias)) / (input_scale * largest_bias);
    double scale = 0;
    if (layer.dense) {
      const DenseFilter found = quantise_dense(target);
      layer.dense_weights.insert(layer.dense_weights.end(), found.weights.begin(), found.weights.end());
      scale = found.scale;
      error += found.squared_error;
    } else {
      const BasisFilter found = quantise_basis(target, std::span(layer.coefficients).subspan(filter * code_size, code_size),
                                               std::span(choice.decomposition->basis).subspan(filter * basis_size, basis_size), layer.rank,
                                               layer.levels, layer.layout.slice_rows);
      layer.basis.insert(layer.basis.end(), found.basis.begin(), found.basis.end());
      layer.rebuild_shift.push_back(static_cast<std::uint8_t>(found.rebuild_shift));
      scale = found.scale;
      error += found.squared_error;
    }
    energy += target.energy();
    // A filter of zeros gives its bias alone: any scale does that is fine against the output's.
    if (scale <= 0) scale = std::max(static_cast<double>(output_scale) / input_scale / 256, target.smallest_scale);
    layer.weight_scale.push_back(static_cast<float>(scale));
    layer.stages.push_back(stage_of(op, bias, static_cast<double>(layer.weight_scale.back()) * input_scale, output_scale));
  }
  layer.relative_error = energy > 0 ? std::sqrt(std::max(0.0, error) / energy) : 0;
  require_accumulators_fit(op, layer);
  return layer;
}

}  // namespace sd::pack
