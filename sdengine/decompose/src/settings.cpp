#include "settings.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "code_book.hpp"

namespace sd::decompose {

namespace {

template <typename Number>
void require(const char* field, Number value, Number low, Number high) {
  if (!(value >= low && value <= high))
    throw std::invalid_argument(fmt::format(
        "decomposition setting {} is {}; it must be in {} .. {}", field, value, low, high));
}

}  // namespace

void require_in_range(const Settings& settings) {
  require("rank", settings.rank, 1, 16);
  require("levels", settings.levels, 1,
          15);  // 2^-14: the rebuild shift of an 8-bit basis stays in 32 bits
  require("pointwise_columns", settings.pointwise_columns, 1, 64);
  require("slice_rows", settings.slice_rows, 1, 1 << 20);
  require("starts", settings.starts, 1, 3);
  require("max_iterations", settings.max_iterations, 1, 1000);
  require("hops", settings.hops, 0, 1000);
  require("tolerance", settings.tolerance, 0.0, 1.0);
  require("prune_group", settings.prune_group, 1, 1 << 20);
  require("lambda", settings.lambda, 0.0, 1e30);
  require("filters_per_basis", settings.filters_per_basis, 1, 1 << 20);
  if (settings.lambda > 0 && enumerable_rank(settings.rank, settings.levels) < settings.rank)
    throw std::invalid_argument(
        fmt::format("decomposition setting lambda is above 0 with rank {} and levels {}, whose {} "
                    "codes are too "
                    "many to search; lower rank or levels",
                    settings.rank, settings.levels, code_count(settings.rank, settings.levels)));
  if (!(settings.prune_energy >= 0 && settings.prune_energy < 1))
    throw std::invalid_argument(
        fmt::format("decomposition setting prune_energy is {}; it must be at least 0 and below 1",
                    settings.prune_energy));
}

void require_finite(std::span<const float> weights) {
  constexpr float largest = 1e30F;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (!(std::fabs(weights[i]) <= largest))
      throw std::invalid_argument(
          fmt::format("weight {} is {}; weights must be finite and at most {:g} in magnitude", i,
                      weights[i], largest));
}

}  // namespace sd::decompose
