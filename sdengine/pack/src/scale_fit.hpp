// The best scale between integers and what they stand for.
#pragma once

#include <algorithm>
#include <cstdint>

namespace sd::pack {

/// What a set of weights x is, for ScaleFit.
struct TargetSums {
  double energy = 0;       ///< x.x
  double sum = 0;          ///< of x
  double lean_weight = 0;  ///< see ScaleFit
};

/// Sums over weights x and the integers i that stand for them. The error of a scale s is what it
/// does to an output:
/// ||x - s i||^2 + lean_weight * (sum of x - s i)^2. Inputs with a mean above zero (after a ReLU)
/// add up errors that lean to one side, as those of rounding halves up do; lean_weight is the
/// square of the inputs' mean over their variance.
struct ScaleFit {
  double cross = 0;         ///< x.i
  std::int64_t square = 0;  ///< i.i
  std::int64_t sum = 0;     ///< of i

  [[nodiscard]] double scale(const TargetSums& target, double smallest) const {
    if (square == 0) return 0;
    const double total = static_cast<double>(sum);
    return std::max((cross + target.lean_weight * target.sum * total) /
                        (static_cast<double>(square) + target.lean_weight * total * total),
                    smallest);
  }
  [[nodiscard]] double error(const TargetSums& target, double scale) const {
    const double lean = target.sum - scale * static_cast<double>(sum);
    return target.energy - 2 * scale * cross + scale * scale * static_cast<double>(square) +
           target.lean_weight * lean * lean;
  }
  ScaleFit& operator+=(const ScaleFit& other) {
    cross += other.cross;
    square += other.square;
    sum += other.sum;
    return *this;
  }
  ScaleFit& operator-=(const ScaleFit& other) {
    cross -= other.cross;
    square -= other.square;
    sum -= other.sum;
    return *this;
  }
};

}  // namespace sd::pack
