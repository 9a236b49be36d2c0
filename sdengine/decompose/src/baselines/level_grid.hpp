// The values that a weight can take, as integers, and the nearest of them to any number.
#pragma once

#include <cstdint>
#include <vector>

#include "sdengine/decompose/baselines.hpp"

namespace sd::decompose {

class LevelGrid {
 public:
  /// `bits` in 2 .. 8.
  LevelGrid(LevelSet set, int bits);

  [[nodiscard]] const std::vector<int>& levels() const { return levels_; }  ///< ascending
  [[nodiscard]] int largest_magnitude() const;
  [[nodiscard]] bool symmetric() const { return -levels_.front() == levels_.back(); }
  [[nodiscard]] std::uint8_t code_of_zero() const { return zero_; }
  /// Index of the nearest level to a finite `value`, the upper one half-way between two (to an ulp
  /// of the largest level).
  [[nodiscard]] std::uint8_t code(double value) const {
    const double low = 2.0 * levels_.front();
    const double high = 2.0 * levels_.back();
    // Half-way points are multiples of 1/2, so that the half-open cell of width 1/2 decides.
    double cell = 2.0 * value;
    cell = cell < low ? low : cell;
    cell = cell > high ? high : cell;
    return nearest_[static_cast<std::size_t>(cell - low)];
  }
  [[nodiscard]] int level(std::uint8_t code) const { return levels_[code]; }

 private:
  std::vector<int> levels_;
  std::vector<std::uint8_t> nearest_;  ///< [2 * (last - first) + 1]
  std::uint8_t zero_ = 0;
};

}  // namespace sd::decompose
