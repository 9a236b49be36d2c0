// Largest magnitudes of a network's values, for the integers' scales.
#pragma once

#include <cstdint>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::core {

/// Per operator. `network` has the weights that are stored; `images` are those of calibration,
/// where none are given made-up ones of this seed.
[[nodiscard]] std::vector<float> activation_ranges(const graph::Network& network,
                                                   const std::vector<std::vector<float>>& images,
                                                   std::uint64_t seed);

}  // namespace sd::core
