#include "layer_result.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "sdengine/decompose/reference_account.hpp"
#include "sdengine/decompose/storage.hpp"

namespace sd::compress {

namespace {

/// 8-bit weights, and 32-bit bias, 16-bit multiplier and 6-bit shift for each filter.
std::int64_t dense_bits(const decompose::WeightShape& shape) {
  return std::int64_t{8} * shape.filters * shape.channels * shape.kernel_height *
             shape.kernel_width +
         std::int64_t{54} * shape.filters;
}

}  // namespace

LayerResult describe(const graph::Network& original, const LayerPlan& plan,
                     const pack::LayerChoice& choice) {
  const graph::Operator& op = original.operators[static_cast<std::size_t>(plan.operator_index)];
  LayerResult layer;
  layer.operator_index = plan.operator_index;
  layer.name = op.name;
  layer.kind = graph::to_string(op.kind);
  layer.shape = plan.shape;
  layer.weights = static_cast<std::int64_t>(op.weights.size());
  layer.bits_dense = dense_bits(plan.shape);
  layer.decomposed = choice.decomposition.has_value();
  if (!layer.decomposed) {
    layer.reason = plan.reason;
    layer.bits_packed = layer.bits_dense;
    return layer;
  }
  const decompose::Decomposition& d = *choice.decomposition;
  layer.rank = d.rank;
  layer.levels = d.levels;
  layer.columns = d.layout.columns;
  layer.slice_rows = d.layout.slice_rows;
  layer.filters_per_basis = d.layout.filters_per_basis;
  layer.relative_error = decompose::relative_error(
      op.weights, decompose::from_matrices(d.rebuild(), d.shape, d.layout));
  layer.row_sparsity = d.row_sparsity();
  const decompose::LayerCounts counts = decompose::counts_of(d);
  const decompose::ReferenceAccount account =
      decompose::reference_account({&counts, 1}, decompose::CodeWidth::layer);
  layer.sparsity = account.sparsity();
  layer.bits_b8 = account.bits(8);
  layer.bits_b32 = account.bits(32);
  layer.bits_packed = decompose::packed_bits(d).total();
  return layer;
}

void add_totals(Result& result, const graph::Network& original) {
  double error = 0, energy = 0, weights = 0, b8 = 0, b32 = 0, packed = 0;
  for (const LayerResult& layer : result.layers) {
    if (!layer.decomposed) continue;
    double layer_energy = 0;
    for (const float w : original.operators[static_cast<std::size_t>(layer.operator_index)].weights)
      layer_energy += static_cast<double>(w) * w;
    energy += layer_energy;
    error += layer.relative_error * layer.relative_error * layer_energy;
    weights += static_cast<double>(layer.weights);
    b8 += static_cast<double>(layer.bits_b8);
    b32 += static_cast<double>(layer.bits_b32);
    packed += static_cast<double>(layer.bits_packed);
  }
  const auto ratio = [&](double bits) { return bits > 0 ? 32 * weights / bits : 0; };
  result.relative_error = energy > 0 ? std::sqrt(error / energy) : 0;
  result.ratio_b8 = ratio(b8);
  result.ratio_b32 = ratio(b32);
  result.ratio_packed = ratio(packed);
}

}  // namespace sd::compress
