// Whole packed networks made by chance: every operator kind, branches, groups, dilation, mixed
// ranks and levels. What they compute, sdengine/integer says.
#pragma once

#include <memory>
#include <random>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::regression {

struct NetworkLimits {
  int operators = 10;
  int channels = 12, height = 12, width = 20;
};

/// A valid model that fits the design's rank, levels, columns and strides, though not always its
/// buffers.
[[nodiscard]] std::shared_ptr<const pack::PackedModel> random_network(
    std::mt19937_64& random, const design::DesignPoint& design, const NetworkLimits& limits = {});

/// Values with some rows and pixels of zeros.
[[nodiscard]] std::vector<std::int8_t> random_values(std::mt19937_64& random,
                                                     const graph::TensorShape& shape);

}  // namespace sd::regression
