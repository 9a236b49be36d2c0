// Seeded weights for the tests of this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "sdengine/decompose/matrix_layout.hpp"

namespace sd::decompose::testing {

/// Roughly bell-shaped, in -scale .. scale.
inline std::vector<float> random_values(std::size_t count, std::uint64_t seed, float scale = 1.0F) {
  std::mt19937_64 random(seed);
  std::vector<float> values(count);
  for (float& value : values) {
    double sum = 0;
    for (int k = 0; k < 4; ++k) sum += static_cast<double>(random() >> 11) * 0x1p-53 - 0.5;
    value = static_cast<float>(0.5 * sum) * scale;
  }
  return values;
}

inline std::size_t weight_count(const WeightShape& shape) {
  return static_cast<std::size_t>(shape.filters) * shape.channels * shape.kernel_height *
         shape.kernel_width;
}

inline std::vector<float> random_weights(const WeightShape& shape, std::uint64_t seed,
                                         float scale = 1.0F) {
  return random_values(weight_count(shape), seed, scale);
}

/// Every kind of layer that the layout tells apart, with sizes that do and do not divide evenly.
inline std::vector<WeightShape> layer_kinds() {
  return {
      {8, 4, 3, 3, false}, {5, 3, 5, 7, false},  {4, 6, 1, 3, false},
      {4, 7, 3, 1, false}, {6, 10, 1, 1, false}, {10, 64, 1, 1, false},
      {3, 1, 1, 1, false}, {9, 1, 3, 3, true},   {2, 1, 5, 1, true},
  };
}

}  // namespace sd::decompose::testing
