// What SD is compared with at equal bits, over a whole network: quantisation of single weights, and
// magnitude pruning.
#pragma once

#include "sdengine/compress/compress.hpp"
#include "sdengine/decompose/baselines.hpp"

namespace sd::compress {

enum class Baseline {
  uniform,        ///< 2 to 8 bits, chosen for each layer
  powers_of_two,  ///< sums of powers of two (APoT), 2 to 8 bits, chosen for each layer
  pruning,        ///< magnitude pruning, alike in every layer, and 8 bits for what is left
};
[[nodiscard]] const char* to_string(Baseline method);

struct BaselineResult {
  graph::Network network;
  double ratio = 0;  ///< 32 bits per weight / bits of codes, masks and scales
  double relative_error = 0;
  std::vector<int> bits;  ///< per layer with weights, in order
};

/// Layers in order, each for the inputs that it meets, with error compensation, the same targets
/// and the same bias correction as SD's; without images plain rounding. The bits of the layers
/// (uniform, powers_of_two) are chosen by their measured errors and one price for all; the density
/// (pruning) follows from the ratio. The result's ratio is the nearest that can be had at or above
/// `target_ratio`, or else the highest. Throws as compress() does.
[[nodiscard]] BaselineResult quantise_network(const graph::Network& network,
                                              std::span<const std::vector<float>> images,
                                              Baseline method, double target_ratio,
                                              const Progress& progress, std::stop_token stop);

}  // namespace sd::compress
