#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <vector>

#include "paper/descent.hpp"
#include "paper/paper_settings.hpp"
#include "paper/slice.hpp"
#include "paper/stored_slice.hpp"
#include "sdengine/decompose/paper.hpp"
#include "settings.hpp"

namespace sd::decompose {

namespace {

/// Slices of one task; enough to share a work space, few enough to spread over threads.
constexpr int slices_of_a_task = 8;

/// The layer's matrices, [filters][rows][columns]. For kernels wider than 1 that is how the weights
/// lie anyway.
class Matrices {
 public:
  Matrices(std::span<const float> weights, const WeightShape& shape, const MatrixLayout& layout)
      : view_(weights) {
    if (shape.kernel_width == 1) {
      held_ = to_matrices(weights, shape, layout);
      view_ = held_;
    }
  }
  [[nodiscard]] std::span<const float> view() const { return view_; }

 private:
  std::vector<float> held_;
  std::span<const float> view_;
};

void require_size(std::span<const float> weights, const WeightShape& shape,
                  const MatrixLayout& layout) {
  // to_matrices() checks it, with its own message; a wide kernel's weights are used in place.
  if (shape.kernel_width > 1 &&
      weights.size() != static_cast<std::size_t>(layout.filters) * layout.rows * layout.columns)
    (void)to_matrices(weights, shape, layout);
}

MatrixLayout paper_layout(const WeightShape& shape, const PaperSettings& settings) {
  const MatrixLayout uncut = layout_of(shape, settings.pointwise_columns, 1);
  return layout_of(shape, settings.pointwise_columns,
                   paper_slice_rows(uncut.rows, uncut.columns, settings.group_size));
}

/// Squared norm of what Ce B puts into the padding of 1x1 and fully connected layers; it is no
/// error of the weights.
double squared_padding(const Decomposition& layer) {
  const MatrixLayout& layout = layer.layout;
  const int used = layer.shape.channels % layout.columns;
  if (layer.shape.kernel_width > 1 || used == 0) return 0;
  double sum = 0;
  for (int m = 0; m < layout.filters; ++m)
    for (int row = layout.rows - layer.shape.kernel_height; row < layout.rows; ++row) {
      const auto flat = static_cast<std::size_t>(m) * layout.rows + row;
      const auto basis = static_cast<std::size_t>(layout.basis_index(m, row / layout.slice_rows)) *
                         layer.rank * layout.columns;
      for (int s = used; s < layout.columns; ++s) {
        double value = 0;
        for (int j = 0; j < layer.rank; ++j)
          value += static_cast<double>(value_of(layer.coefficients[flat * layer.rank + j])) *
                   layer.basis[basis + static_cast<std::size_t>(j * layout.columns + s)];
        sum += value * value;
      }
    }
  return sum;
}

}  // namespace

int paper_slice_rows(int rows, int columns, int group_size) {
  const std::int64_t most = std::int64_t{group_size} * columns;
  const std::int64_t slices = (rows + most - 1) / most;
  return static_cast<int>((rows + slices - 1) / slices);
}

PaperDecomposition decompose_paper(std::span<const float> weights, const WeightShape& shape,
                                   const PaperSettings& settings) {
  require_in_range(settings);
  PaperDecomposition result;
  Decomposition& layer = result.layer;
  layer.shape = shape;
  layer.layout = paper_layout(shape, settings);
  const MatrixLayout& layout = layer.layout;
  require_size(weights, shape, layout);
  require_finite(weights);

  std::vector<float> pruned;
  std::span<const float> source = weights;
  if (settings.pruning.rule != PruneRule::none) {
    pruned.assign(weights.begin(), weights.end());
    prune_structural(pruned, shape, settings.pruning);
    source = pruned;
  }
  const Matrices matrices(source, shape, layout);

  const int columns = layout.columns;
  const int slices = layout.slices();
  const auto basis_size = static_cast<std::size_t>(columns) * columns;
  layer.rank = columns;
  layer.coefficients.resize(static_cast<std::size_t>(layout.filters) * layout.rows * columns);
  layer.basis.resize(static_cast<std::size_t>(layout.bases()) * basis_size);
  result.top_power.resize(static_cast<std::size_t>(layout.bases()) * columns);
  const bool row_thresholds = shape.kernel_width > 1;

  std::vector<StoredSlice> stored(static_cast<std::size_t>(layout.bases()));
  SliceCounts counts;
  std::mutex counts_mutex;
  // Each slice writes only its own part and counts are whole numbers: threads cannot show.
  tbb::parallel_for(
      tbb::blocked_range<int>(0, layout.bases(), slices_of_a_task),
      [&](const tbb::blocked_range<int>& range) {
        const auto slice = make_paper_slice(columns);
        SliceWriter writer(settings.levels);
        for (int task = range.begin(); task < range.end(); ++task) {
          const int number = task % slices;
          const std::size_t first =
              (static_cast<std::size_t>(task / slices) * layout.rows + layout.slice_begin(number)) *
              columns;
          const std::size_t size =
              static_cast<std::size_t>(layout.slice_end(number) - layout.slice_begin(number)) *
              columns;
          slice->load(matrices.view().subspan(first, size));
          const Descent descent = descend(*slice, settings, row_thresholds);
          StoredSlice& place = stored[static_cast<std::size_t>(task)];
          place.coefficients = std::span(layer.coefficients).subspan(first, size);
          place.basis = std::span(layer.basis).subspan(task * basis_size, basis_size);
          place.top_power = std::span(result.top_power)
                                .subspan(static_cast<std::size_t>(task) * columns, columns);
          writer.write(*slice, pass_rules(settings, descent.threshold, row_thresholds), place);
        }
        const std::lock_guard lock(counts_mutex);
        counts.add(writer.counts());
      });

  double error = 0;
  double energy = 0;
  layer.levels = 1;
  for (const StoredSlice& slice : stored) {
    error += slice.squared_error;
    energy += slice.energy;
    layer.levels = std::max(layer.levels, slice.levels);
  }
  error = std::max(0.0, error - squared_padding(layer));
  layer.relative_error = energy > 0 ? std::sqrt(error / energy) : 0.0;

  result.dropped = counts.dropped;
  result.counts.weights = static_cast<std::int64_t>(weights.size());
  result.counts.coefficients = static_cast<std::int64_t>(layer.coefficients.size());
  result.counts.rows = static_cast<std::int64_t>(layout.filters) * layout.rows;
  result.counts.zero_rows = counts.zero_rows;
  result.counts.basis_elements = static_cast<std::int64_t>(layer.basis.size());
  result.counts.magnitudes = counts.magnitudes;
  for (const auto& [power, count] : counts.magnitudes) result.counts.nonzeros += count;
  return result;
}

}  // namespace sd::decompose
