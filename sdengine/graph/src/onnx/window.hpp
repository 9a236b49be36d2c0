// The sliding-window attributes that Conv and the poolings share.
#pragma once

#include "node.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::graph {

/// Kernel as given, strides, dilations, pads and auto_pad, for 1 or 2 spatial dimensions; one
/// dimension is the width. `in` is what the window slides over. Fails for bad lengths and values.
[[nodiscard]] Window read_window(const Node& node, const TensorShape& in, int spatial_dims,
                                 int kernel_height, int kernel_width);

/// kernel_shape for so many spatial dimensions, as height and width. Fails if it is missing.
struct KernelSize {
  int height = 1, width = 1;
};
[[nodiscard]] KernelSize read_kernel_shape(const Node& node, int spatial_dims);

}  // namespace sd::graph
