// Seeded input patches with strong correlations, as neighbouring pixels have them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "random_weights.hpp"
#include "sdengine/decompose/second_moment.hpp"

namespace sd::decompose::testing {

/// [count][dimension]: a few common causes, mixed at random, plus noise, rectified as after a ReLU.
inline std::vector<float> correlated_patches(int count, int dimension, std::uint64_t seed) {
  constexpr int causes = 6;
  const auto n = static_cast<std::size_t>(dimension);
  const auto mixing = random_values(n * causes, seed);
  const auto sources = random_values(static_cast<std::size_t>(count) * causes, seed + 1);
  auto patches = random_values(static_cast<std::size_t>(count) * n, seed + 2, 0.3F);
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k)
    for (std::size_t j = 0; j < n; ++j) {
      float& value = patches[k * n + j];
      for (std::size_t s = 0; s < causes; ++s)
        value += mixing[j * causes + s] * sources[k * causes + s];
      if (value < 0) value = 0;
    }
  return patches;
}

inline SecondMoment correlated_moment(int dimension, std::uint64_t seed, int count = 0) {
  SecondMoment moment = empty_moment(dimension);
  add_samples(moment, correlated_patches(count > 0 ? count : 4 * dimension, dimension, seed));
  return moment;
}

}  // namespace sd::decompose::testing
