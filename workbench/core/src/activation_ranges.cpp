#include "activation_ranges.hpp"

#include <algorithm>
#include <span>

#include "calibration_images.hpp"
#include "sdengine/integer/calibrate.hpp"

namespace sd::core {

namespace {

/// Ranges settle long before the images of a second moment do, and each costs a float inference.
constexpr std::size_t range_images = 256;
constexpr int made_up_count = 32;

}  // namespace

std::vector<float> activation_ranges(const graph::Network& network,
                                     const std::vector<std::vector<float>>& images,
                                     std::uint64_t seed) {
  if (images.empty())
    return integer::calibrate(network, made_up_images(network, made_up_count, seed),
                              integer::RangeRule::min_max);
  return integer::calibrate(network,
                            std::span(images).first(std::min(images.size(), range_images)));
}

}  // namespace sd::core
