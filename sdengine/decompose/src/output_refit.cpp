#include "output_refit.hpp"

#include <tbb/parallel_for.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "add_multiple.hpp"

namespace sd::decompose {

namespace {

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

}  // namespace

std::optional<std::vector<float>> least_squares_bases(
    const MatrixLayout& layout, int rank, std::span<const OutputTarget> targets,
    std::span<const std::vector<double>> coefficients) {
  const int n = layout.columns;
  const int unknowns = layout.slices() * rank * n;
  Square normal = Square::Zero(unknowns, unknowns);
  Vector right = Vector::Zero(unknowns);
  const auto unknown = [&](int row, int j, int s) {
    return (row / layout.slice_rows * rank + j) * n + s;
  };
  for (std::size_t f = 0; f < targets.size(); ++f) {
    const OutputTarget& target = targets[f];
    const auto dimension = static_cast<std::ptrdiff_t>(target.form->dimension);
    const auto for_each_coefficient = [&](auto visit) {
      for (int row = 0; row < layout.rows; ++row)
        for (int j = 0; j < rank; ++j)
          if (const double value = coefficients[f][static_cast<std::size_t>(row * rank + j)];
              value != 0)
            visit(row, j, target.scale * value);
    };
    // Row u of `image` is H times what unknown u adds to the stored weights.
    std::vector<double> image(static_cast<std::size_t>(unknowns * dimension));
    for_each_coefficient([&](int row, int j, double value) {
      for (int s = 0; s < n; ++s)
        add_multiple(image.data() + unknown(row, j, s) * dimension,
                     target.form->matrix.data() + (row * n + s) * dimension, value, dimension);
    });
    for (int u = 0; u < unknowns; ++u)
      for (std::ptrdiff_t k = 0; k < dimension; ++k)
        right(u) += image[static_cast<std::size_t>(u * dimension + k)] *
                    target.weights[static_cast<std::size_t>(k)];
    for_each_coefficient([&](int row, int j, double value) {
      for (int s = 0; s < n; ++s)
        for (int u = 0; u < unknowns; ++u)
          normal(unknown(row, j, s), u) +=
              value * image[static_cast<std::size_t>(u * dimension + row * n + s)];
    });
  }
  // A small ridge in place of a rank decision: unused and equal basis rows are harmless.
  normal.diagonal().array() += 1e-9 * normal.diagonal().mean() + 1e-300;
  const Vector solution = normal.ldlt().solve(right);
  if (!solution.allFinite()) return std::nullopt;
  std::vector<float> bases;
  for (int u = 0; u < unknowns; ++u) bases.push_back(static_cast<float>(solution(u)));
  return bases;
}

void refit_bases_for_outputs(Decomposition& layer, std::span<const float> weights,
                             std::span<const OutputForm> forms) {
  const MatrixLayout& layout = layer.layout;
  const std::vector<float> matrices = to_matrices(weights, layer.shape, layout);
  if (forms.empty() || layout.filters % static_cast<int>(forms.size()) != 0)
    throw std::invalid_argument("the output forms do not fit the layer's filters");
  for (const OutputForm& form : forms)
    if (form.dimension != layout.rows * layout.columns)
      throw std::invalid_argument("an output form does not fit the layer's filters");
  const int form_filters = layout.filters / static_cast<int>(forms.size());
  const std::size_t size = static_cast<std::size_t>(layout.rows) * layout.columns;
  const std::size_t codes = static_cast<std::size_t>(layout.rows) * layer.rank;
  tbb::parallel_for(0, layout.basis_groups(), [&](int group) {
    std::vector<OutputTarget> targets;
    std::vector<std::vector<double>> coefficients;
    const int end = std::min((group + 1) * layout.filters_per_basis, layout.filters);
    for (int m = group * layout.filters_per_basis; m < end; ++m) {
      const auto first = matrices.begin() + static_cast<std::ptrdiff_t>(m * size);
      targets.push_back({{first, first + static_cast<std::ptrdiff_t>(size)},
                         layer.scale_of(m),
                         &forms[static_cast<std::size_t>(m / form_filters)]});
      auto& values = coefficients.emplace_back();
      for (std::size_t k = m * codes; k < (m + 1) * codes; ++k)
        values.push_back(value_of(layer.coefficients[k]));
    }
    if (const auto bases = least_squares_bases(layout, layer.rank, targets, coefficients))
      std::copy(bases->begin(), bases->end(),
                layer.basis.begin() + static_cast<std::ptrdiff_t>(group * bases->size()));
  });
  layer.relative_error =
      relative_error(weights, from_matrices(layer.rebuild(), layer.shape, layout));
}

}  // namespace sd::decompose
