#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "sdengine/decompose/baselines.hpp"
#include "settings.hpp"

namespace sd::decompose {

namespace {

/// Masks of layers whose magnitudes compete.
std::vector<std::vector<std::uint8_t>> masks_together(
    std::span<const std::span<const float>> layers, double density) {
  std::vector<float> magnitudes;
  for (const auto& layer : layers)
    for (const float weight : layer) magnitudes.push_back(std::fabs(weight));
  const auto count = static_cast<double>(magnitudes.size());
  const auto wanted = static_cast<std::size_t>(std::floor(density * count + 0.5));
  // Everything above the smallest kept magnitude stays; of its equals, as many as are left.
  float smallest = 0;
  std::size_t equals = 0;
  if (wanted > 0) {
    std::vector<float> sorted = magnitudes;
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
    std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
    smallest = *last;
    const auto larger = std::count_if(magnitudes.begin(), magnitudes.end(),
                                      [&](float value) { return value > smallest; });
    equals = wanted - static_cast<std::size_t>(larger);
  }
  std::vector<std::vector<std::uint8_t>> masks;
  std::size_t next = 0;
  for (const auto& layer : layers) {
    std::vector<std::uint8_t> mask;
    for (std::size_t i = 0; i < layer.size(); ++i, ++next) {
      const bool equal = magnitudes[next] == smallest && equals > 0;
      if (equal) --equals;
      mask.push_back(wanted > 0 && (equal || magnitudes[next] > smallest));
    }
    masks.push_back(std::move(mask));
  }
  return masks;
}

}  // namespace

std::vector<std::vector<std::uint8_t>> magnitude_masks(
    std::span<const std::span<const float>> layers, double density, PruneScope scope) {
  if (!(density >= 0 && density <= 1))
    throw std::invalid_argument(
        fmt::format("the density of pruned weights is {}; it must be in 0 .. 1", density));
  for (const auto& layer : layers) require_finite(layer);
  if (scope == PruneScope::network) return masks_together(layers, density);
  std::vector<std::vector<std::uint8_t>> masks;
  for (const auto& layer : layers)
    masks.push_back(std::move(masks_together({&layer, 1}, density).front()));
  return masks;
}

}  // namespace sd::decompose
