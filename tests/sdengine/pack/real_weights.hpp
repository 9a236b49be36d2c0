// What the integers of a packed layer stand for.
#pragma once

#include <cstdint>
#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack::testing {

/// The integer weights in the tensor's order, as real numbers.
inline std::vector<float> real_weights(const PackedLayer& layer) {
  std::vector<float> matrices;
  std::vector<std::int8_t> row(static_cast<std::size_t>(layer.layout.columns));
  for (int m = 0; m < layer.layout.filters; ++m)
    for (int k = 0; k < layer.layout.rows; ++k) {
      layer.rebuild_row(m, k, row);
      for (const std::int8_t w : row)
        matrices.push_back(static_cast<float>(w) * layer.weight_scale[static_cast<std::size_t>(m)]);
    }
  return decompose::from_matrices(matrices, layer.shape, layer.layout);
}

}  // namespace sd::pack::testing
