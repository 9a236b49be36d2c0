#include "filter_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "scale_fit.hpp"

namespace sd::pack {

namespace {

constexpr int clipping_points = 41;

std::int8_t nearest_8(double value) {
  return static_cast<std::int8_t>(std::clamp(std::nearbyint(value), -127.0, 127.0));
}

}  // namespace

TargetSums FilterTarget::sums() const {
  TargetSums result;
  result.lean_weight = lean_weight;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (present[i] == 0) continue;
    result.energy += static_cast<double>(weights[i]) * weights[i];
    result.sum += weights[i];
  }
  return result;
}

float FilterTarget::largest() const {
  float result = 0;
  for (const float w : weights) result = std::max(result, std::fabs(w));
  return result;
}

DenseFilter quantise_dense(const FilterTarget& target) {
  DenseFilter best;
  best.weights.assign(target.weights.size(), 0);
  const TargetSums sums = target.sums();
  best.error = ScaleFit{}.error(sums, 0);
  const double widest =
      std::max(static_cast<double>(target.largest()) / 127, target.smallest_scale);
  if (widest <= 0) return best;
  std::vector<std::int8_t> trial(target.weights.size());
  for (int k = 0; k < clipping_points; ++k) {
    // From the full range down to 40 % of it: beyond that the clipped weights dominate.
    const double scale =
        std::max(widest * (1 - 0.6 * k / (clipping_points - 1)), target.smallest_scale);
    ScaleFit fit;
    for (std::size_t i = 0; i < trial.size(); ++i) {
      trial[i] = nearest_8(target.weights[i] / scale);
      fit.cross += static_cast<double>(target.weights[i]) * trial[i];
      fit.square += trial[i] * trial[i];
      fit.sum += trial[i];
    }
    const double fitted = fit.scale(sums, target.smallest_scale);
    const double error = fit.error(sums, fitted);
    if (fit.square > 0 && (best.scale <= 0 || error < best.error)) {
      best.weights = trial;
      best.scale = fitted;
      best.error = error;
    }
  }
  return best;
}

}  // namespace sd::pack
