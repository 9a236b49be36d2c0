#include "layer_problem.hpp"

#include <tbb/parallel_for.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace sd::compress {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

constexpr double basis_bits = 8;
/// What decompose::Settings allows; no code pays long before.
constexpr double largest_lambda = 1e30;

decompose::MatrixLayout layout_of(const LayerProblem& problem) {
  return decompose::layout_of(problem.shape, problem.settings.pointwise_columns,
                              problem.settings.slice_rows, problem.settings.filters_per_basis);
}

/// Calls visit(filter, form, offset of the filter's matrix) in parallel over the filters.
template <typename Visit>
void for_each_filter(const LayerProblem& problem, Visit visit) {
  const int group_filters = problem.shape.filters / static_cast<int>(problem.forms.size());
  tbb::parallel_for(0, problem.shape.filters, [&](int m) {
    const decompose::OutputForm& form = problem.forms[static_cast<std::size_t>(m / group_filters)];
    visit(m, form, static_cast<std::ptrdiff_t>(m) * form.dimension);
  });
}

double output_energy(const LayerProblem& problem, std::span<const float> weights) {
  const std::vector<float> matrices =
      decompose::to_matrices(weights, problem.shape, layout_of(problem));
  std::vector<double> energies(static_cast<std::size_t>(problem.shape.filters));
  for_each_filter(problem, [&](int m, const decompose::OutputForm& form, std::ptrdiff_t at) {
    const Eigen::Map<const Matrix> h(form.matrix.data(), form.dimension, form.dimension);
    const Vector w =
        Eigen::Map<const Eigen::VectorXf>(matrices.data() + at, form.dimension).cast<double>();
    energies[static_cast<std::size_t>(m)] = w.dot(h * w);
  });
  double sum = 0;
  for (const double energy : energies) sum += energy;
  return sum;
}

/// w + H^-1 missing: least squares for the outputs that the original weights miss.
std::vector<float> shifted_targets(const LayerProblem& problem, std::span<const float> weights,
                                   std::span<const float> missing) {
  const decompose::MatrixLayout layout = layout_of(problem);
  std::vector<float> matrices = decompose::to_matrices(weights, problem.shape, layout);
  const std::vector<float> right = decompose::to_matrices(missing, problem.shape, layout);
  for_each_filter(problem, [&](int, const decompose::OutputForm& form, std::ptrdiff_t at) {
    const Eigen::Map<const Matrix> u(form.inverse_factor.data(), form.dimension, form.dimension);
    const Vector r =
        Eigen::Map<const Eigen::VectorXf>(right.data() + at, form.dimension).cast<double>();
    const Vector first = u.triangularView<Eigen::Upper>() * r;
    const Vector shift = u.transpose().triangularView<Eigen::Lower>() * first;
    for (int k = 0; k < form.dimension; ++k)
      matrices[static_cast<std::size_t>(at + k)] += static_cast<float>(shift(k));
  });
  return decompose::from_matrices(matrices, problem.shape, layout);
}

}  // namespace

bool has_large_book(Candidate candidate) {
  constexpr double many_codes = 1e4;
  return std::pow(2 * candidate.levels + 1, candidate.rank) > many_codes;
}

LayerProblem weight_problem(const LayerPlan& plan, std::span<const float> weights) {
  LayerProblem problem;
  problem.shape = plan.shape;
  problem.settings = plan.settings;
  problem.targets.assign(weights.begin(), weights.end());
  for (const float w : weights) problem.energy += static_cast<double>(w) * w;
  return problem;
}

LayerProblem output_problem(const LayerPlan& plan, std::span<const float> weights,
                            const LayerMoments& moments) {
  LayerProblem problem;
  problem.shape = plan.shape;
  problem.settings = plan.settings;
  const decompose::MatrixLayout layout = layout_of(problem);
  std::vector<decompose::OutputForm> forms;
  for (const decompose::SecondMoment& moment : moments.inputs)
    forms.push_back(decompose::output_form(moment, plan.shape, layout, damping));
  problem.held_forms = std::make_shared<const std::vector<decompose::OutputForm>>(std::move(forms));
  problem.forms = *problem.held_forms;
  problem.energy = output_energy(problem, weights);
  if (moments.missing.empty())
    problem.targets.assign(weights.begin(), weights.end());
  else
    problem.targets = shifted_targets(problem, weights, moments.missing);
  return problem;
}

LayerProblem sample_of(const LayerProblem& problem, int filters) {
  const int all = problem.shape.filters;
  if (filters >= all || problem.forms.size() > 1 || problem.settings.filters_per_basis > 1)
    return problem;
  LayerProblem sample = problem;
  sample.shape.filters = filters;
  sample.targets.clear();
  const std::size_t size = problem.targets.size() / static_cast<std::size_t>(all);
  for (int k = 0; k < filters; ++k) {
    const auto m = static_cast<std::size_t>(std::int64_t{k} * all / filters);
    const auto first = problem.targets.begin() + static_cast<std::ptrdiff_t>(m * size);
    sample.targets.insert(sample.targets.end(), first, first + static_cast<std::ptrdiff_t>(size));
  }
  if (sample.forms.empty()) {
    sample.energy = 0;
    for (const float w : sample.targets) sample.energy += static_cast<double>(w) * w;
  } else {
    sample.energy = output_energy(sample, sample.targets);
  }
  return sample;
}

LayerFit fit(const LayerProblem& problem, Candidate candidate, double price, int starts, int hops) {
  decompose::Settings settings = problem.settings;
  settings.rank = candidate.rank;
  settings.levels = candidate.levels;
  settings.lambda = std::min(price * problem.energy, largest_lambda);
  settings.starts = starts;
  settings.hops = hops;
  LayerFit result;
  double error = 0;
  if (problem.forms.empty()) {
    result.decomposition = decompose::decompose(problem.targets, problem.shape, settings);
    const double relative = result.decomposition.relative_error;
    error = relative * relative;
  } else {
    decompose::OutputFitReport report;
    result.decomposition = decompose::decompose_for_outputs(problem.targets, problem.shape,
                                                            settings, problem.forms, &report);
    error = problem.energy > 0 ? report.error / problem.energy : 0;
  }
  result.error = error;
  const decompose::Decomposition& d = result.decomposition;
  const auto rank = static_cast<std::size_t>(d.rank);
  for (std::size_t row = 0; row < d.coefficients.size(); row += rank) {
    const auto first = d.coefficients.begin() + static_cast<std::ptrdiff_t>(row);
    const auto zeros = std::count(first, first + d.rank, decompose::Coefficient{0});
    result.bits +=
        decompose::row_bits(settings.rate, d.rank, d.levels, d.rank - static_cast<int>(zeros));
  }
  result.bits += basis_bits * static_cast<double>(d.basis.size());
  return result;
}

}  // namespace sd::compress
