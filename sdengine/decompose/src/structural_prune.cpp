#include "sdengine/decompose/structural_prune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <stdexcept>

#include "sdengine/decompose/matrix_layout.hpp"

namespace sd::decompose {

namespace {

void require_valid(const StructuralPruning& pruning) {
  if (pruning.group_size < 1)
    throw std::invalid_argument(
        fmt::format("pruning setting group_size is {}; it must be at least 1", pruning.group_size));
  const bool fraction = pruning.rule == PruneRule::population || pruning.rule == PruneRule::energy;
  if (fraction && !(pruning.threshold >= 0 && pruning.threshold <= 1))
    throw std::invalid_argument(fmt::format(
        "pruning setting threshold is {}; as a fraction it must be in 0 .. 1", pruning.threshold));
  if (pruning.rule == PruneRule::value && !(pruning.threshold >= 0))
    throw std::invalid_argument(
        fmt::format("pruning setting threshold is {}; it must be at least 0", pruning.threshold));
}

/// How many rows stay, of rows sorted by falling sum.
std::size_t rows_kept(const std::vector<double>& falling, const StructuralPruning& pruning) {
  switch (pruning.rule) {
    case PruneRule::none:
      break;
    case PruneRule::population:
      return static_cast<std::size_t>(
          std::floor((1 - pruning.threshold) * static_cast<double>(falling.size()) + 1e-9));
    case PruneRule::value:
      return static_cast<std::size_t>(std::count_if(
          falling.begin(), falling.end(), [&](double sum) { return sum >= pruning.threshold; }));
    case PruneRule::energy: {
      const double wanted =
          pruning.threshold * std::accumulate(falling.begin(), falling.end(), 0.0);
      double held = 0;
      std::size_t count = 0;
      while (count < falling.size() && held < wanted) held += falling[count++];
      return count;
    }
  }
  return falling.size();
}

}  // namespace

PruneRule prune_rule_of(std::string_view name) {
  if (name == "none") return PruneRule::none;
  if (name == "population") return PruneRule::population;
  if (name == "value") return PruneRule::value;
  if (name == "energy") return PruneRule::energy;
  throw std::invalid_argument(fmt::format(
      "pruning rule '{}' is not known; it must be none, population, value or energy", name));
}

std::vector<std::uint8_t> prune_structural(std::span<float> weights, const WeightShape& shape,
                                           const StructuralPruning& pruning) {
  require_valid(pruning);
  (void)layout_of(shape, 1, 1);  // a shape that makes sense
  const auto rows = static_cast<std::size_t>(shape.channels) * shape.kernel_height;
  const auto width = static_cast<std::size_t>(shape.kernel_width);
  const auto filters = static_cast<std::size_t>(shape.filters);
  if (weights.size() != filters * rows * width)
    throw std::invalid_argument(fmt::format("the weight tensor has {} elements; its shape says {}",
                                            weights.size(), filters * rows * width));
  const auto row_of = [&](std::size_t filter, std::size_t row) {
    return weights.subspan((filter * rows + row) * width, width);
  };
  const auto group = static_cast<std::size_t>(pruning.group_size);
  std::vector<std::uint8_t> keep((filters + group - 1) / group * rows, 1);
  std::vector<double> sums(rows);
  std::vector<double> falling(rows);
  std::vector<std::size_t> order(rows);
  for (std::size_t first = 0; first < filters; first += group) {
    const std::size_t end = std::min(first + group, filters);
    std::fill(sums.begin(), sums.end(), 0.0);
    for (std::size_t m = first; m < end; ++m)
      for (std::size_t row = 0; row < rows; ++row)
        for (const float w : row_of(m, row)) sums[row] += std::fabs(static_cast<double>(w));
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return sums[a] > sums[b]; });
    std::transform(order.begin(), order.end(), falling.begin(),
                   [&](std::size_t row) { return sums[row]; });
    for (std::size_t k = rows_kept(falling, pruning); k < rows; ++k) {
      keep[first / group * rows + order[k]] = 0;
      for (std::size_t m = first; m < end; ++m) {
        const auto row = row_of(m, order[k]);
        std::fill(row.begin(), row.end(), 0.0F);
      }
    }
  }
  return keep;
}

}  // namespace sd::decompose
