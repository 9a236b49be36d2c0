#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "paper/descent.hpp"
#include "paper/paper_settings.hpp"
#include "paper/slice.hpp"
#include "sdengine/decompose/paper.hpp"

namespace sd::decompose {

namespace {

constexpr int most_columns = 64;

void require_matrix(std::span<const double> matrix, int columns) {
  if (columns < 1 || columns > most_columns ||
      matrix.size() % static_cast<std::size_t>(columns) != 0)
    throw std::invalid_argument(
        fmt::format("a matrix of {} elements has no whole number of rows of {} (1 .. {} columns)",
                    matrix.size(), columns, most_columns));
  constexpr double largest = 1e30;
  for (std::size_t i = 0; i < matrix.size(); ++i)
    if (!(std::fabs(matrix[i]) <= largest))
      throw std::invalid_argument(fmt::format(
          "element {} of the matrix is {}; elements must be finite and at most {:g} in magnitude",
          i, matrix[i], largest));
}

}  // namespace

PaperFit fit_matrix_paper(std::span<const double> matrix, int columns,
                          const PaperSettings& settings) {
  require_in_range(settings);
  require_matrix(matrix, columns);
  const auto slice = make_paper_slice(columns);
  slice->load(matrix);
  PaperFit fit;
  const Descent descent = descend(*slice, settings, settings.threshold_row, &fit.history);
  fit.passes = descent.passes;
  fit.restarts = descent.restarts;
  fit.converged = descent.converged;
  fit.threshold = descent.threshold;
  fit.basis = slice->basis();
  fit.error = std::sqrt(slice->squared_error(fit.basis));
  fit.coefficients.resize(matrix.size());
  for (int i = 0; i < slice->rows(); ++i)
    for (int j = 0; j < columns; ++j)
      fit.coefficients[static_cast<std::size_t>(i) * columns + j] = slice->codes(j)[i];
  return fit;
}

}  // namespace sd::decompose
