#include "alternate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "initial_basis.hpp"
#include "nearest_code.hpp"
#include "random.hpp"
#include "settings.hpp"
#include "slice_fit.hpp"

namespace sd::decompose {

namespace {

/// The power of two above the largest magnitude: dividing by it is exact, and makes every threshold
/// relative.
int scale_exponent(std::span<const float> matrix) {
  float largest = 0;
  for (const float x : matrix) largest = std::max(largest, std::fabs(x));
  int exponent = 0;
  std::frexp(largest, &exponent);
  return exponent;
}

Fit all_zero(std::size_t rows, int columns, int rank, double lambda, const CodeBook& book) {
  Fit fit;
  fit.objective = lambda * static_cast<double>(rows) * book.bits[0];
  fit.coefficients.assign(rows * rank, 0);
  fit.basis.assign(static_cast<std::size_t>(rank) * columns, 0.0F);
  fit.trace = {fit.objective};
  return fit;
}

/// Basin hopping (Wales and Doye, 1997): one basis row is pulled half way to a row of the matrix.
/// The descent from there ends in a better local minimum far more often than a descent from a fresh
/// random basis does.
std::vector<float> hopped(std::vector<float> basis, const RowBatch& rows, Random& random) {
  const auto rank = basis.size() / static_cast<std::size_t>(rows.columns);
  const std::size_t j = random.next() % rank;
  const int i = static_cast<int>(random.next() % static_cast<std::uint64_t>(rows.rows));
  for (int s = 0; s < rows.columns; ++s) {
    float& b = basis[j * rows.columns + s];
    b = 0.5F * (b + rows.at(i, s));
  }
  return basis;
}

Fit descend(const RowBatch& rows, const CodeBook& book, const Settings& settings,
            std::vector<float> basis) {
  SliceFit state(rows, book, settings.rank, settings.lambda, std::move(basis));
  Fit fit;
  fit.trace.push_back(state.objective());
  for (int iteration = 0; iteration < settings.max_iterations; ++iteration) {
    state.improve_codes();
    state.refit_basis();
    const double before = fit.trace.back();
    fit.trace.push_back(state.objective());
    if (before - state.objective() <= settings.tolerance * before) break;
  }
  fit.objective = state.objective();
  fit.coefficients = state.codes();
  fit.basis = state.basis();
  return fit;
}

}  // namespace

Fit alternate(std::span<const float> matrix, int columns, std::span<const double> row_weight,
              const Settings& settings, const CodeBook& book) {
  const int row_count = static_cast<int>(matrix.size()) / columns;
  if (std::all_of(matrix.begin(), matrix.end(), [](float x) { return x == 0; }))
    return all_zero(static_cast<std::size_t>(row_count), columns, settings.rank, settings.lambda,
                    book);

  const int exponent = scale_exponent(matrix);
  RowBatch rows(row_count, columns);
  for (int i = 0; i < row_count; ++i)
    for (int s = 0; s < columns; ++s)
      rows.at(i, s) = std::ldexp(matrix[static_cast<std::size_t>(i) * columns + s], -exponent);
  rows.weight.assign(row_weight.begin(), row_weight.end());
  Settings scaled = settings;
  scaled.lambda = std::ldexp(settings.lambda, -2 * exponent);

  Fit best;
  const auto descend_from = [&](std::vector<float> basis) {
    Fit fit = descend(rows, book, scaled, std::move(basis));
    if (best.trace.empty() || fit.objective < best.objective) best = std::move(fit);
  };
  std::vector<std::vector<float>> bases = initial_bases(rows, settings.rank, settings.levels);
  bases.resize(static_cast<std::size_t>(settings.starts));
  for (std::vector<float>& basis : bases) descend_from(std::move(basis));
  Random random(settings.seed);
  for (int hop = 0; hop < settings.hops; ++hop) descend_from(hopped(best.basis, rows, random));

  for (float& b : best.basis) b = std::ldexp(b, exponent);
  for (double& objective : best.trace) objective = std::ldexp(objective, 2 * exponent);
  best.objective = best.trace.back();
  return best;
}

Fit fit_matrix(std::span<const float> matrix, int columns, const Settings& settings) {
  require_in_range(settings);
  require_finite(matrix);
  if (columns < 1 || matrix.size() % static_cast<std::size_t>(columns) != 0)
    throw std::invalid_argument(fmt::format(
        "a matrix of {} elements has no whole number of rows of {}", matrix.size(), columns));
  return alternate(
      matrix, columns, {}, settings,
      CodeBook(enumerable_rank(settings.rank, settings.levels), settings.levels, settings.rate));
}

}  // namespace sd::decompose
