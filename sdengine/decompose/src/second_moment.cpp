#include "sdengine/decompose/second_moment.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "matrix_update.hpp"

namespace sd::decompose {

namespace {

constexpr std::ptrdiff_t sample_step = 256, row_step = 40;

/// Sum over `rows` filters of d' H d, H = matrix / samples; d is [rows][dimension].
double quadratic_form(const SecondMoment& moment, std::span<const double> d, std::ptrdiff_t rows) {
  const std::ptrdiff_t n = moment.dimension;
  std::vector<double> product(d.size());  // -d H
  subtract_product({product.data(), n}, {d.data(), n}, {moment.matrix.data(), n}, rows, n, n);
  double sum = 0;
  for (std::size_t i = 0; i < d.size(); ++i) sum -= d[i] * product[i];
  return sum / static_cast<double>(moment.samples);
}

/// The upper triangle of `matrix` += the sum of x x' over `count` samples.
void add_products(std::vector<double>& matrix, std::ptrdiff_t n, const float* patches,
                  std::ptrdiff_t count) {
  std::vector<double> samples(static_cast<std::size_t>(count * n));
  std::vector<double> negated(samples.size());  // transposed: [n][count]
  for (std::ptrdiff_t k = 0; k < count; ++k)
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      const double value = patches[k * n + j];
      samples[static_cast<std::size_t>(k * n + j)] = value;
      negated[static_cast<std::size_t>(j * count + k)] = -value;
    }
  tbb::parallel_for(std::ptrdiff_t{0}, (n + row_step - 1) / row_step, [&](std::ptrdiff_t panel) {
    const std::ptrdiff_t first = panel * row_step;
    const std::ptrdiff_t rows = std::min(row_step, n - first);
    subtract_product({matrix.data() + first * n + first, n},
                     {negated.data() + first * count, count}, {samples.data() + first, n}, rows,
                     n - first, count);
  });
}

void mirror_upper(std::vector<double>& matrix, std::size_t n) {
  constexpr std::size_t step = 32;  // square blocks, so that both sides stay in the cache
  for (std::size_t i0 = 0; i0 < n; i0 += step)
    for (std::size_t j0 = i0; j0 < n; j0 += step)
      for (std::size_t i = i0; i < std::min(i0 + step, n); ++i)
        for (std::size_t j = std::max(j0, i + 1); j < std::min(j0 + step, n); ++j)
          matrix[j * n + i] = matrix[i * n + j];
}

}  // namespace

SecondMoment empty_moment(int dimension) {
  if (dimension < 1)
    throw std::invalid_argument(
        fmt::format("the dimension of a second moment is {}; it must be at least 1", dimension));
  SecondMoment moment;
  moment.dimension = dimension;
  moment.matrix.resize(static_cast<std::size_t>(dimension) * dimension);
  moment.mean.resize(static_cast<std::size_t>(dimension));
  return moment;
}

void add_samples(SecondMoment& moment, std::span<const float> patches) {
  const auto n = static_cast<std::size_t>(moment.dimension);
  if (n == 0 || patches.size() % n != 0)
    throw std::invalid_argument(
        fmt::format("{} values are not whole input patches of {} values", patches.size(), n));
  const auto bad = std::find_if_not(patches.begin(), patches.end(),
                                    [](float value) { return std::isfinite(value); });
  if (bad != patches.end())
    throw std::invalid_argument(fmt::format("input patch {} holds {}; inputs must be finite",
                                            (bad - patches.begin()) / moment.dimension, *bad));
  const std::size_t count = patches.size() / n;
  if (count == 0) return;
  for (std::size_t first = 0; first < count; first += sample_step)
    add_products(moment.matrix, moment.dimension, patches.data() + first * n,
                 static_cast<std::ptrdiff_t>(std::min<std::size_t>(sample_step, count - first)));
  mirror_upper(moment.matrix, n);

  const auto before = static_cast<double>(moment.samples);
  moment.samples += static_cast<std::int64_t>(count);
  for (std::size_t j = 0; j < n; ++j) {
    double sum = before * moment.mean[j];
    for (std::size_t k = 0; k < count; ++k) sum += patches[k * n + j];
    moment.mean[j] = sum / static_cast<double>(moment.samples);
  }
}

SecondMoment centred(const SecondMoment& moment) {
  SecondMoment result = moment;
  const auto n = static_cast<std::size_t>(moment.dimension);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      result.matrix[i * n + j] -=
          static_cast<double>(moment.samples) * (moment.mean[i] * moment.mean[j]);
    // Cancellation must not leave a variance below zero.
    result.matrix[i * n + i] = std::max(result.matrix[i * n + i], 0.0);
  }
  std::fill(result.mean.begin(), result.mean.end(), 0.0);
  return result;
}

void require_fits(std::span<const SecondMoment> moments, const WeightShape& shape) {
  const auto groups = static_cast<std::int64_t>(moments.size());
  if (groups == 0 || shape.filters < groups || shape.filters % groups != 0)
    throw std::invalid_argument(
        fmt::format("there are {} second moments for {} filters; each group of filters needs one",
                    groups, shape.filters));
  const std::int64_t dimension =
      std::int64_t{shape.channels} * shape.kernel_height * shape.kernel_width;
  for (std::size_t g = 0; g < moments.size(); ++g) {
    const SecondMoment& moment = moments[g];
    const auto n = static_cast<std::size_t>(dimension);
    if (moment.dimension != dimension || moment.matrix.size() != n * n || moment.mean.size() != n)
      throw std::invalid_argument(fmt::format(
          "the second moment of group {} has dimension {}, {} elements and {} means; "
          "filters of {} weights need {}, {} and {}",
          g, moment.dimension, moment.matrix.size(), moment.mean.size(), n, n, n * n, n));
    if (moment.samples < 1)
      throw std::invalid_argument(fmt::format("the second moment of group {} has no samples", g));
  }
}

double output_error(std::span<const float> weights, std::span<const float> stored,
                    const WeightShape& shape, std::span<const SecondMoment> moments) {
  require_fits(moments, shape);
  const auto n = static_cast<std::size_t>(moments.front().dimension);
  const auto filters = static_cast<std::size_t>(shape.filters);
  if (weights.size() != filters * n || stored.size() != weights.size())
    throw std::invalid_argument(fmt::format("there are {} and {} weights; the shape says {}",
                                            weights.size(), stored.size(), filters * n));
  const std::size_t group_filters = filters / moments.size();
  const std::size_t panels = (group_filters - 1) / row_step + 1;  // of one group
  std::vector<double> errors(moments.size() * panels);
  std::vector<double> energies(errors.size());
  tbb::parallel_for(std::size_t{0}, errors.size(), [&](std::size_t task) {
    const std::size_t group = task / panels;
    const std::size_t first = task % panels * row_step;
    const std::size_t rows = std::min<std::size_t>(row_step, group_filters - first);
    const std::size_t begin = (group * group_filters + first) * n;
    std::vector<double> w(rows * n);
    std::vector<double> d(rows * n);
    for (std::size_t i = 0; i < w.size(); ++i) {
      w[i] = weights[begin + i];
      d[i] = w[i] - stored[begin + i];
    }
    errors[task] = quadratic_form(moments[group], d, static_cast<std::ptrdiff_t>(rows));
    energies[task] = quadratic_form(moments[group], w, static_cast<std::ptrdiff_t>(rows));
  });
  double error = 0;
  double energy = 0;
  for (std::size_t task = 0; task < errors.size(); ++task) {
    error += errors[task];
    energy += energies[task];
  }
  return energy > 0 ? std::sqrt(std::max(error, 0.0) / energy) : 0.0;
}

}  // namespace sd::decompose
