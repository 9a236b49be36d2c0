// The least-squares scale between integers and what they stand for.
#pragma once

#include <algorithm>
#include <cstdint>

namespace sd::pack {

/// Sums over target x and integers i: ||x - s*i||^2 = ||x||^2 - 2 s (x.i) + s^2 (i.i).
struct ScaleFit {
  double cross = 0;         ///< x.i
  std::int64_t square = 0;  ///< i.i

  [[nodiscard]] double scale(double smallest) const {
    return square == 0 ? 0 : std::max(cross / static_cast<double>(square), smallest);
  }
  [[nodiscard]] double error(double energy, double scale) const {
    return energy - 2 * scale * cross + scale * scale * static_cast<double>(square);
  }
  ScaleFit& operator+=(const ScaleFit& other) {
    cross += other.cross;
    square += other.square;
    return *this;
  }
  ScaleFit& operator-=(const ScaleFit& other) {
    cross -= other.cross;
    square -= other.square;
    return *this;
  }
};

}  // namespace sd::pack
