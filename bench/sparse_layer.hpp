// A network of two layers whose second has as many zero rows as asked for: made in the packed form,
// so that nothing but the sparsity differs from one to the next.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::benchmark {

struct SparseLayer {
  int channels = 256, filters = 32, height = 16, width = 16;  ///< 3x3, stride 1, padding 1
};

/// Coefficients without a zero in the rows that are stored; `stored` rows of each group of filters
/// that share the slices, chosen by chance, the others zero in every filter of the group.
inline pack::PackedLayer packed_layer(const decompose::WeightShape& shape,
                                      const design::DesignPoint& design, int stored,
                                      std::mt19937_64& random) {
  const auto pick = [&](int least, int most) {
    return least + static_cast<int>(random() % static_cast<std::uint64_t>(most - least + 1));
  };
  pack::PackedLayer layer;
  layer.shape = shape;
  // One matrix slice: a basis is loaded once for a group of filters, not once for every block.
  const int all_rows = decompose::layout_of(shape, design.columns, design.slice_rows).rows;
  layer.layout = decompose::layout_of(shape, design.columns, all_rows);
  layer.rank = design.rank;
  layer.levels = design.levels;
  const auto filters = static_cast<std::size_t>(layer.layout.filters);
  const auto rows = static_cast<std::size_t>(layer.layout.rows);
  const auto rank = static_cast<std::size_t>(layer.rank);
  layer.weight_scale.assign(filters, 1.0F);
  layer.rebuild_shift.assign(filters, static_cast<std::uint8_t>(layer.levels));
  layer.coefficients.assign(filters * rows * rank, 0);
  layer.basis.resize(filters * static_cast<std::size_t>(layer.layout.slices()) * rank *
                     static_cast<std::size_t>(layer.layout.columns));
  for (auto& b : layer.basis) b = static_cast<std::int8_t>(pick(-100, 100));
  std::vector<std::size_t> order(rows);
  for (std::size_t first = 0; first < filters; first += static_cast<std::size_t>(design.slices)) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = 0; i + 1 < rows; ++i)
      std::swap(order[i], order[i + random() % (rows - i)]);
    const std::size_t last = std::min(filters, first + static_cast<std::size_t>(design.slices));
    for (std::size_t i = 0; i < static_cast<std::size_t>(stored); ++i)
      for (std::size_t filter = first; filter < last; ++filter)
        for (std::size_t j = 0; j < rank; ++j)
          layer.coefficients[(filter * rows + order[i]) * rank + j] =
              static_cast<std::int8_t>(pick(1, layer.levels) * (random() % 2 == 0 ? 1 : -1));
  }
  // The sum of so many products, brought back to 8 bits.
  const double spread = std::sqrt(static_cast<double>(std::max(stored, 1)) * 3) * 60 * 60;
  layer.stages.assign(filters, pack::stage_for(40 / spread));
  return layer;
}

/// image (3 channels) -> 1x1 convolution -> the 3x3 convolution: its input lies in the input
/// buffer.
inline std::shared_ptr<const pack::PackedModel> sparse_network(const SparseLayer& layer,
                                                               const design::DesignPoint& design,
                                                               int stored_rows) {
  pack::PackedModel model;
  graph::Operator image, widen, sparse;
  image.kind = graph::OperatorKind::input;
  image.name = "image";
  image.output = {3, layer.height, layer.width};
  widen.kind = sparse.kind = graph::OperatorKind::convolution;
  widen.name = "widen";
  widen.inputs = {0};
  widen.output = {layer.channels, layer.height, layer.width};
  widen.window.kernel_height = widen.window.kernel_width = 1;
  sparse.name = "sparse";
  sparse.inputs = {1};
  sparse.output = {layer.filters, layer.height, layer.width};
  sparse.window.kernel_height = sparse.window.kernel_width = 3;
  sparse.window.pad_top = sparse.window.pad_bottom = 1;
  sparse.window.pad_left = sparse.window.pad_right = 1;
  model.network.name = "sparse layer";
  model.network.operators = {image, widen, sparse};
  model.network.outputs = {2};
  std::mt19937_64 random(7);
  model.layers.emplace_back();
  model.layers.emplace_back(packed_layer({layer.channels, 3, 1, 1, false}, design, 1, random));
  model.layers.emplace_back(
      packed_layer({layer.filters, layer.channels, 3, 3, false}, design, stored_rows, random));
  model.activation_scale.assign(3, 1.0F);
  model.elementwise.resize(3);
  return std::make_shared<const pack::PackedModel>(std::move(model));
}

}  // namespace sd::benchmark
