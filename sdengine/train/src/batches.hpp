// Images as normalised floats, in an order drawn from the seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::train {

struct Examples {
  std::size_t elements = 0;   ///< floats per image
  std::vector<float> pixels;  ///< [images][channels][height][width]
  std::vector<std::int64_t> labels;

  [[nodiscard]] std::size_t size() const { return labels.size(); }
};

/// Every image of the set, normalised as the network says. Throws TrainError if shapes or labels do
/// not fit `classes`.
[[nodiscard]] Examples load_examples(const graph::Network& network, const data::Dataset& images,
                                     int classes);

/// A permutation of 0..count-1 (Fisher and Yates; not std::shuffle, whose result is the library's
/// own).
[[nodiscard]] std::vector<std::size_t> shuffled(std::size_t count, std::mt19937_64& random);

}  // namespace sd::train
