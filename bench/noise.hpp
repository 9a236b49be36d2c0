// Images for benchmarks that need any.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

#include "sdengine/graph/network.hpp"

namespace sd::benchmark {

/// Pixels from a normal distribution, the same in every run.
inline std::vector<std::vector<float>> noise(const graph::TensorShape& shape, std::size_t count) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> images(count, std::vector<float>(shape.elements()));
  for (auto& image : images)
    for (float& value : image) value = normal(random);
  return images;
}

}  // namespace sd::benchmark
