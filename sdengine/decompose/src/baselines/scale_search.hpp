// The scale of one filter, in 16 bits.
#pragma once

#include <cstdint>
#include <span>

#include "level_grid.hpp"

namespace sd::decompose {

/// The nearest number with a sign, 8 bits of exponent and 7 of fraction.
[[nodiscard]] float to_sixteen_bits(double value);
[[nodiscard]] std::uint16_t sixteen_bits_of(float value);
[[nodiscard]] float from_sixteen_bits(std::uint16_t bits);

/// The scale with the least sum of importance * (weight - scale * nearest level)^2, negative where
/// the grid is not symmetric and that helps. 0 for weights that are all zero (or so small that 16
/// bits do not hold a scale). `importance` is not negative; empty means ones.
[[nodiscard]] double best_scale(std::span<const double> weights, std::span<const double> importance,
                                const LevelGrid& grid);

}  // namespace sd::decompose
