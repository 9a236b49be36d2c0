#include "sdengine/decompose/decompose.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "alternate.hpp"
#include "prune.hpp"
#include "settings.hpp"

namespace sd::decompose {

namespace {

double relative_error_of(const Decomposition& layer, std::span<const float> weights) {
  const std::vector<float> rebuilt = from_matrices(layer.rebuild(), layer.shape, layer.layout);
  double error = 0;
  double energy = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = static_cast<double>(weights[i]) - rebuilt[i];
    error += difference * difference;
    energy += static_cast<double>(weights[i]) * weights[i];
  }
  return energy > 0 ? std::sqrt(error / energy) : 0.0;
}

}  // namespace

Decomposition decompose(std::span<const float> weights, const WeightShape& shape,
                        const Settings& settings) {
  require_in_range(settings);
  require_finite(weights);
  Decomposition result;
  result.shape = shape;
  result.layout = layout_of(shape, settings.pointwise_columns, settings.slice_rows);
  result.rank = settings.rank;
  result.levels = settings.levels;
  const MatrixLayout& layout = result.layout;
  std::vector<float> matrices = to_matrices(weights, shape, layout);
  if (settings.prune_energy > 0)
    prune_rows(matrices, layout, settings.prune_group, settings.prune_energy);

  const int slices = layout.slices();
  const std::size_t basis_size = static_cast<std::size_t>(settings.rank) * layout.columns;
  result.coefficients.resize(static_cast<std::size_t>(layout.filters) * layout.rows *
                             settings.rank);
  result.basis.resize(static_cast<std::size_t>(layout.filters) * slices * basis_size);
  const CodeBook book(enumerable_rank(settings.rank, settings.levels), settings.levels);

  // One task per slice of a filter; each writes only its own part, so the number of threads cannot
  // show.
  tbb::parallel_for(0, layout.filters * slices, [&](int task) {
    const int slice = task % slices;
    const std::size_t first_row =
        static_cast<std::size_t>(task / slices) * layout.rows + layout.slice_begin(slice);
    const std::size_t rows =
        static_cast<std::size_t>(layout.slice_end(slice) - layout.slice_begin(slice));
    const auto matrix =
        std::span<const float>(matrices).subspan(first_row * layout.columns, rows * layout.columns);
    const Fit fit = alternate(matrix, layout.columns, settings, book);
    std::copy(fit.coefficients.begin(), fit.coefficients.end(),
              result.coefficients.begin() + static_cast<std::ptrdiff_t>(first_row * settings.rank));
    std::copy(fit.basis.begin(), fit.basis.end(),
              result.basis.begin() +
                  static_cast<std::ptrdiff_t>(static_cast<std::size_t>(task) * basis_size));
  });
  result.relative_error = relative_error_of(result, weights);
  return result;
}

}  // namespace sd::decompose
