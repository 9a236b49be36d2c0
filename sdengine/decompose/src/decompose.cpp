#include "sdengine/decompose/decompose.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstddef>

#include "alternate.hpp"
#include "filter_scale.hpp"
#include "prune.hpp"
#include "settings.hpp"

namespace sd::decompose {

namespace {

/// The rows of one slice of all filters that share its basis, each divided by its filter's scale.
struct Stack {
  std::vector<float> matrix;
  std::vector<double> weight;  ///< [rows]: scale squared; empty where the scales are ones
};

class LayerFit {
 public:
  LayerFit(Decomposition& layer, const std::vector<float>& matrices, const Settings& settings)
      : layer_(layer),
        matrices_(matrices),
        settings_(settings),
        book_(enumerable_rank(settings.rank, settings.levels), settings.levels, settings.rate) {}

  void fit_basis(int group, int slice) {
    const Stack stack = stacked(group, slice);
    const Fit fit = alternate(stack.matrix, layer_.layout.columns, stack.weight, settings_, book_);
    const auto rank = static_cast<std::size_t>(layer_.rank);
    auto from = fit.coefficients.begin();
    for_each_filter(group, slice, [&](int, std::size_t first_row, std::size_t rows) {
      const auto end = from + static_cast<std::ptrdiff_t>(rows * rank);
      std::copy(from, end,
                layer_.coefficients.begin() + static_cast<std::ptrdiff_t>(first_row * rank));
      from = end;
    });
    const std::size_t basis =
        static_cast<std::size_t>(group) * layer_.layout.slices() + static_cast<std::size_t>(slice);
    std::copy(fit.basis.begin(), fit.basis.end(),
              layer_.basis.begin() + static_cast<std::ptrdiff_t>(basis * fit.basis.size()));
  }

 private:
  template <typename Visit>
  void for_each_filter(int group, int slice, Visit visit) const {
    const MatrixLayout& layout = layer_.layout;
    const int end = std::min((group + 1) * layout.filters_per_basis, layout.filters);
    for (int m = group * layout.filters_per_basis; m < end; ++m)
      visit(m, static_cast<std::size_t>(m) * layout.rows + layout.slice_begin(slice),
            static_cast<std::size_t>(layout.slice_end(slice) - layout.slice_begin(slice)));
  }

  [[nodiscard]] Stack stacked(int group, int slice) const {
    Stack stack;
    const auto columns = static_cast<std::size_t>(layer_.layout.columns);
    for_each_filter(group, slice, [&](int m, std::size_t first_row, std::size_t rows) {
      const float scale = layer_.scale_of(m);
      for (std::size_t i = first_row * columns; i < (first_row + rows) * columns; ++i)
        stack.matrix.push_back(matrices_[i] / scale);
      if (!layer_.filter_scale.empty())
        stack.weight.insert(stack.weight.end(), rows, static_cast<double>(scale) * scale);
    });
    return stack;
  }

  Decomposition& layer_;
  const std::vector<float>& matrices_;
  const Settings& settings_;
  CodeBook book_;
};

}  // namespace

Decomposition decompose(std::span<const float> weights, const WeightShape& shape,
                        const Settings& settings) {
  require_in_range(settings);
  require_finite(weights);
  Decomposition result;
  result.shape = shape;
  result.layout =
      layout_of(shape, settings.pointwise_columns, settings.slice_rows, settings.filters_per_basis);
  result.rank = settings.rank;
  result.levels = settings.levels;
  const MatrixLayout& layout = result.layout;
  std::vector<float> matrices = to_matrices(weights, shape, layout);
  if (settings.prune_energy > 0)
    prune_rows(matrices, layout, settings.prune_group, settings.prune_energy);

  const auto rank = static_cast<std::size_t>(settings.rank);
  result.coefficients.resize(static_cast<std::size_t>(layout.filters) * layout.rows * rank);
  result.basis.resize(static_cast<std::size_t>(layout.bases()) * rank * layout.columns);
  if (layout.filters_per_basis > 1) result.filter_scale = root_mean_squares(matrices, layout);

  // One task per basis; each writes only its own part, so the number of threads cannot show.
  LayerFit fit(result, matrices, settings);
  tbb::parallel_for(0, layout.bases(), [&](int task) {
    fit.fit_basis(task / layout.slices(), task % layout.slices());
  });
  if (layout.filters_per_basis > 1) refit_scales(result, matrices);
  result.relative_error = relative_error(weights, from_matrices(result.rebuild(), shape, layout));
  return result;
}

}  // namespace sd::decompose
