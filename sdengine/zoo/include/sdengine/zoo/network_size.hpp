// How large a network is, by its shapes alone: also for networks built without weights.
#pragma once

#include <cstdint>

#include "sdengine/graph/network.hpp"

namespace sd::zoo {

/// [filters][channels][height][width]; fully connected: [filters][channels][1][1].
struct WeightShape {
  int filters = 0, channels = 0, height = 1, width = 1;  ///< channels: of one group

  [[nodiscard]] std::int64_t count() const {
    return std::int64_t{filters} * channels * height * width;
  }
  friend bool operator==(const WeightShape&, const WeightShape&) = default;
};

/// Of operator `index`; all zero for operators without weights.
[[nodiscard]] WeightShape weight_shape(const graph::Network& network, int index);

struct NetworkSize {
  std::int64_t weights = 0, biases = 0;  ///< biases: one a filter, whether zero or not
  std::int64_t macs = 0;                 ///< multiply-accumulates an image
  int layers = 0;                        ///< operators with weights
};

[[nodiscard]] NetworkSize size_of(const graph::Network& network);

}  // namespace sd::zoo
