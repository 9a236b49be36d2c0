// How many elements of the image a pooling window covers.
#pragma once

#include <optional>

#include "sdengine/graph/network.hpp"

namespace sd::pack {

/// A window along one axis.
struct WindowAxis {
  int kernel = 1, stride = 1, dilation = 1, pad_before = 0, pad_after = 0;
};
[[nodiscard]] WindowAxis rows_of_window(const graph::Window& window);
[[nodiscard]] WindowAxis columns_of_window(const graph::Window& window);

/// The fewest elements of an image of `size` elements that any of the first `positions` windows
/// covers.
[[nodiscard]] int smallest_count(const WindowAxis& axis, int size, int positions);

/// The divisor of an average pool, where it is the same for every output: elements inside the
/// image, or inside image and padding with count_include_pad.
[[nodiscard]] std::optional<int> uniform_divisor(const graph::Operator& pool,
                                                 const graph::TensorShape& input);

}  // namespace sd::pack
