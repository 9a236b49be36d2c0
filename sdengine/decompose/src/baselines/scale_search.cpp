#include "scale_search.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>

namespace sd::decompose {

namespace {

/// The largest weight over the largest level, times ratios that fall by 2.5 %, is tried. Equal
/// steps never gain from a ratio above 1; sums of powers of two may, since their largest levels are
/// sparse.
constexpr double smallest_ratio = 0.1, largest_sparse_ratio = 2.0, ratio_step = 0.975;
constexpr int refits = 4;

class ScaleSearch {
 public:
  ScaleSearch(std::span<const double> weights, std::span<const double> importance,
              const LevelGrid& grid)
      : weights_(weights), importance_(importance), grid_(grid) {}

  void try_scale(double wanted) {
    const double scale = to_sixteen_bits(wanted);
    if (scale == 0 || !std::isfinite(1 / scale)) return;
    const double error = error_of(scale);
    if (error < error_) {
      error_ = error;
      scale_ = scale;
    }
  }

  /// Least squares for the codes of the best scale so far; false if that is no better.
  bool refit() {
    if (scale_ == 0) return false;
    double products = 0;
    double squares = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const double level = grid_.level(grid_.code(weights_[i] / scale_));
      products += weight_of(i) * weights_[i] * level;
      squares += weight_of(i) * level * level;
    }
    if (squares == 0) return false;
    const double before = scale_;
    try_scale(products / squares);
    return scale_ != before;
  }

  [[nodiscard]] double scale() const { return scale_; }

 private:
  [[nodiscard]] double weight_of(std::size_t i) const {
    return importance_.empty() ? 1.0 : importance_[i];
  }

  [[nodiscard]] double error_of(double scale) const {
    const double inverse = 1 / scale;
    double sums[4] = {};  // four chains of additions, in a fixed order
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const double rest = weights_[i] - scale * grid_.level(grid_.code(weights_[i] * inverse));
      sums[i % 4] += weight_of(i) * rest * rest;
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }

  std::span<const double> weights_, importance_;
  const LevelGrid& grid_;
  double scale_ = 0;
  double error_ = std::numeric_limits<double>::infinity();
};

}  // namespace

std::uint16_t sixteen_bits_of(float value) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}

float from_sixteen_bits(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

float to_sixteen_bits(double value) {
  // Halves away from zero: the same for both signs, and for every power of two.
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
  return std::bit_cast<float>((bits + 0x8000U) & 0xffff0000U);
}

double best_scale(std::span<const double> weights, std::span<const double> importance,
                  const LevelGrid& grid) {
  double largest = 0;
  for (const double weight : weights) largest = std::max(largest, std::fabs(weight));
  if (largest == 0) return 0;
  ScaleSearch search(weights, importance, grid);
  const double full = largest / grid.largest_magnitude();
  const double first = grid.symmetric() ? largest_sparse_ratio : 1.0;
  for (double ratio = first; ratio >= smallest_ratio; ratio *= ratio_step) {
    search.try_scale(ratio * full);
    if (!grid.symmetric()) search.try_scale(-ratio * full);
  }
  for (int round = 0; round < refits && search.refit(); ++round) {
  }
  return search.scale();
}

}  // namespace sd::decompose
