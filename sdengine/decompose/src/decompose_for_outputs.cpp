#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <stdexcept>

#include "filter_scale.hpp"
#include "initial_basis.hpp"
#include "output_fit.hpp"
#include "random.hpp"
#include "settings.hpp"

namespace sd::decompose {

namespace {

/// Compensating passes from each initial basis, each followed by a refit.
constexpr int compensations = 2;
/// Passes of the descent over the rows between two refits.
constexpr int sweeps = 4;
/// A descent for outputs takes several times as long as one for weights: Settings::hops is meant
/// for the latter.
constexpr int hops_per_hop = 4;

void require_forms(const WeightShape& shape, const MatrixLayout& layout,
                   std::span<const OutputForm> forms) {
  const auto groups = static_cast<int>(forms.size());
  if (groups < 1 || shape.filters % groups != 0)
    throw std::invalid_argument(
        fmt::format("{} output forms do not fit {} filters; there must be one for each group",
                    groups, shape.filters));
  const int dimension = layout.rows * layout.columns;
  for (const OutputForm& form : forms)
    if (form.dimension != dimension)
      throw std::invalid_argument(
          fmt::format("an output form has dimension {}; the layer's filters have {} elements",
                      form.dimension, dimension));
}

/// All bases of a group of filters, from one rule, for each slice by itself.
std::vector<std::vector<float>> initial_bases_of(const MatrixLayout& layout,
                                                 std::span<const OutputTarget> targets, int rank,
                                                 int levels) {
  std::vector<std::vector<float>> result;
  for (int slice = 0; slice < layout.slices(); ++slice) {
    const int rows = layout.slice_end(slice) - layout.slice_begin(slice);
    RowBatch batch(rows * static_cast<int>(targets.size()), layout.columns);
    for (std::size_t f = 0; f < targets.size(); ++f)
      for (int i = 0; i < rows; ++i)
        for (int s = 0; s < layout.columns; ++s)
          batch.at(static_cast<int>(f) * rows + i, s) =
              static_cast<float>(targets[f].weights[static_cast<std::size_t>(
                                     (layout.slice_begin(slice) + i) * layout.columns + s)] /
                                 targets[f].scale);
    const auto bases = initial_bases(batch, rank, levels);
    result.resize(bases.size());
    for (std::size_t k = 0; k < bases.size(); ++k)
      result[k].insert(result[k].end(), bases[k].begin(), bases[k].end());
  }
  return result;
}

void descend(OutputFit& fit, const Settings& settings) {
  for (int iteration = 0; iteration < settings.max_iterations; ++iteration) {
    const double before = fit.objective();
    fit.improve_codes(sweeps);
    fit.refit_bases();
    if (before - fit.objective() <= settings.tolerance * before) return;
  }
}

/// Compensation, then descent, from given bases.
OutputFit fit_from(const MatrixLayout& layout, const CodeBook& book,
                   std::span<const OutputTarget> targets, const Settings& settings,
                   std::vector<float> bases) {
  OutputFit fit(layout, book, settings.lambda, targets, std::move(bases));
  std::optional<OutputFit> start;
  for (int pass = 0; pass < compensations; ++pass) {
    fit.compensate();
    fit.refit_bases();
    if (!start || fit.objective() < start->objective()) start = fit;
  }
  descend(*start, settings);
  return *std::move(start);
}

/// As for the error of weights (alternate.cpp): one vector of every basis is pulled half way to a
/// row of the weights.
std::vector<float> hopped(std::vector<float> bases, const MatrixLayout& layout, int rank,
                          std::span<const OutputTarget> targets, Random& random) {
  for (int slice = 0; slice < layout.slices(); ++slice) {
    const auto rows =
        static_cast<std::uint64_t>(layout.slice_end(slice) - layout.slice_begin(slice));
    const std::uint64_t j = random.next() % static_cast<std::uint64_t>(rank);
    const OutputTarget& target = targets[random.next() % targets.size()];
    const auto row = static_cast<std::size_t>(layout.slice_begin(slice)) + random.next() % rows;
    for (std::size_t s = 0; s < static_cast<std::size_t>(layout.columns); ++s) {
      float& b = bases[(static_cast<std::size_t>(slice * rank) + j) * layout.columns + s];
      b = 0.5F * (b + static_cast<float>(target.weights[row * layout.columns + s] / target.scale));
    }
  }
  return bases;
}

OutputFit best_fit(const MatrixLayout& layout, const CodeBook& book,
                   std::span<const OutputTarget> targets, const Settings& settings) {
  std::optional<OutputFit> best;
  auto starts = initial_bases_of(layout, targets, settings.rank, settings.levels);
  starts.resize(static_cast<std::size_t>(settings.starts));
  const auto keep_if_better = [&](OutputFit fit) {
    if (!best || fit.objective() < best->objective()) best = std::move(fit);
  };
  for (std::vector<float>& bases : starts)
    keep_if_better(fit_from(layout, book, targets, settings, std::move(bases)));
  Random random(settings.seed);
  for (int hop = 0; hop < settings.hops / hops_per_hop; ++hop)
    keep_if_better(fit_from(layout, book, targets, settings,
                            hopped(best->bases(), layout, settings.rank, targets, random)));
  return *std::move(best);
}

}  // namespace

Decomposition decompose_for_outputs(std::span<const float> weights, const WeightShape& shape,
                                    const Settings& settings, std::span<const OutputForm> forms,
                                    OutputFitReport* report) {
  require_in_range(settings);
  require_finite(weights);
  if (enumerable_rank(settings.rank, settings.levels) < settings.rank)
    throw std::invalid_argument(fmt::format(
        "rank {} and levels {} have {} codes, too many to search for the least error of outputs; "
        "lower rank or levels",
        settings.rank, settings.levels, code_count(settings.rank, settings.levels)));
  Decomposition result;
  result.shape = shape;
  result.layout =
      layout_of(shape, settings.pointwise_columns, settings.slice_rows, settings.filters_per_basis);
  result.rank = settings.rank;
  result.levels = settings.levels;
  const MatrixLayout& layout = result.layout;
  require_forms(shape, layout, forms);
  const std::vector<float> matrices = to_matrices(weights, shape, layout);
  if (layout.filters_per_basis > 1) result.filter_scale = root_mean_squares(matrices, layout);

  const CodeBook book(settings.rank, settings.levels, settings.rate);
  const std::size_t filter_size = static_cast<std::size_t>(layout.rows) * layout.columns;
  const int form_filters = shape.filters / static_cast<int>(forms.size());
  std::vector<std::vector<Coefficient>> codes(static_cast<std::size_t>(layout.basis_groups()));
  std::vector<std::vector<float>> bases(codes.size());
  std::vector<OutputFitReport> reports(codes.size());
  tbb::parallel_for(0, layout.basis_groups(), [&](int group) {
    std::vector<OutputTarget> targets;
    const int end = std::min((group + 1) * layout.filters_per_basis, layout.filters);
    for (int m = group * layout.filters_per_basis; m < end; ++m) {
      const auto first = matrices.begin() + static_cast<std::ptrdiff_t>(m * filter_size);
      targets.push_back({{first, first + static_cast<std::ptrdiff_t>(filter_size)},
                         result.scale_of(m),
                         &forms[static_cast<std::size_t>(m / form_filters)]});
    }
    const OutputFit fit = best_fit(layout, book, targets, settings);
    const auto at = static_cast<std::size_t>(group);
    codes[at] = fit.coefficients();
    bases[at] = fit.bases();
    reports[at] = {fit.objective(), fit.error(), fit.bits()};
  });
  for (std::size_t group = 0; group < codes.size(); ++group) {
    result.coefficients.insert(result.coefficients.end(), codes[group].begin(), codes[group].end());
    result.basis.insert(result.basis.end(), bases[group].begin(), bases[group].end());
  }
  if (report != nullptr) {
    *report = {};
    for (const OutputFitReport& part : reports) {
      report->objective += part.objective;
      report->error += part.error;
      report->bits += part.bits;
    }
  }
  result.relative_error = relative_error(weights, from_matrices(result.rebuild(), shape, layout));
  return result;
}

}  // namespace sd::decompose
