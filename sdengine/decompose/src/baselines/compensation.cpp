#include "compensation.hpp"

#include <algorithm>
#include <numeric>

#include "matrix_update.hpp"

namespace sd::decompose {

namespace {

/// Positions whose errors reach the weights after them together.
constexpr std::size_t block_size = 128;

std::vector<int> order_of(const SecondMoment& moment, WeightOrder order) {
  std::vector<int> result(static_cast<std::size_t>(moment.dimension));
  std::iota(result.begin(), result.end(), 0);
  if (order == WeightOrder::largest_moment) {
    const auto diagonal = [&](int j) {
      return moment.matrix[static_cast<std::size_t>(j) * (result.size() + 1)];
    };
    std::stable_sort(result.begin(), result.end(),
                     [&](int a, int b) { return diagonal(a) > diagonal(b); });
  }
  return result;
}

SecondMoment reordered(const SecondMoment& moment, const std::vector<int>& order) {
  SecondMoment result = moment;
  const std::size_t n = order.size();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      result.matrix[i * n + j] =
          moment
              .matrix[static_cast<std::size_t>(order[i]) * n + static_cast<std::size_t>(order[j])];
  return result;
}

}  // namespace

Compensation::Compensation(std::span<const SecondMoment> moments, const WeightShape& shape,
                           double damping, WeightOrder order) {
  require_fits(moments, shape);
  for (const SecondMoment& moment : moments) {
    Group group;
    group.order = order_of(moment, order);
    const SecondMoment ordered = reordered(moment, group.order);
    for (std::size_t j = 0; j < group.order.size(); ++j)
      group.moment.push_back(ordered.matrix[j * (group.order.size() + 1)]);
    group.factor = inverse_factor(ordered, damping);
    groups_.push_back(std::move(group));
  }
}

Compensation::~Compensation() = default;
Compensation::Compensation(Compensation&&) noexcept = default;
Compensation& Compensation::operator=(Compensation&&) noexcept = default;

std::span<const Compensation::Group> Compensation::groups() const {
  return groups_;
}

std::vector<double> compensate(const Compensation::Group& group, std::vector<double> weights,
                               const Choose& choose) {
  const std::size_t n = group.order.size();
  const std::size_t filters = weights.size() / n;
  std::vector<double> sums(filters);
  std::vector<double> errors(filters * block_size);
  for (std::size_t begin = 0; begin < n; begin += block_size) {
    const std::size_t end = std::min(begin + block_size, n);
    for (std::size_t m = 0; m < filters; ++m) {
      double* const w = weights.data() + m * n;
      for (std::size_t j = begin; j < end; ++j) {
        const double* const u = group.factor.data() + j * n;
        const double error = (w[j] - choose(m, j, w[j])) / u[j];
        for (std::size_t k = j + 1; k < end; ++k) w[k] -= error * u[k];
        errors[m * block_size + j - begin] = error;
        sums[m] += error * error;
      }
    }
    if (end == n) break;
    subtract_product({weights.data() + end, static_cast<std::ptrdiff_t>(n)},
                     {errors.data(), static_cast<std::ptrdiff_t>(block_size)},
                     {group.factor.data() + begin * n + end, static_cast<std::ptrdiff_t>(n)},
                     static_cast<std::ptrdiff_t>(filters), static_cast<std::ptrdiff_t>(n - end),
                     static_cast<std::ptrdiff_t>(end - begin));
  }
  return sums;
}

}  // namespace sd::decompose
