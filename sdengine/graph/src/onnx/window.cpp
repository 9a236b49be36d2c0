#include "window.hpp"

#include <algorithm>
#include <array>

namespace sd::graph {
namespace {

/// One value per spatial dimension, height first; `otherwise` for dimensions that are not there.
std::array<int, 2> per_dimension(const Node& node, const char* name, int spatial_dims,
                                 int otherwise) {
  const auto values = node.integers(name);
  if (!values) return {otherwise, otherwise};
  if (static_cast<int>(values->size()) != spatial_dims) {
    node.fail("has {} values in '{}' for {} dimensions", values->size(), name, spatial_dims);
  }
  std::array<int, 2> result{otherwise, otherwise};
  for (int i = 0; i < spatial_dims; ++i) {
    const int value = small(node, name, (*values)[static_cast<std::size_t>(i)]);
    if (value < 1) node.fail("has {} 0; it must be at least 1", name);
    result[static_cast<std::size_t>(2 - spatial_dims + i)] = value;
  }
  return result;
}

struct Pads {
  int before = 0, after = 0;
};

/// SAME_UPPER, SAME_LOWER: as many positions as size / stride, rounded up; the odd pad goes after
/// or before.
Pads same_pads(int size, int kernel, int stride, int dilation, bool odd_before) {
  const std::int64_t positions = (std::int64_t{size} + stride - 1) / stride;
  const std::int64_t span = std::int64_t{dilation} * (kernel - 1) + 1;
  const auto total = static_cast<int>(
      std::clamp<std::int64_t>((positions - 1) * stride + span - size, 0, std::int64_t{1} << 20));
  const int smaller = total / 2, larger = total - smaller;
  return odd_before ? Pads{larger, smaller} : Pads{smaller, larger};
}

}  // namespace

KernelSize read_kernel_shape(const Node& node, int spatial_dims) {
  if (!node.integers("kernel_shape")) node.fail("has no kernel_shape");
  const auto kernel = per_dimension(node, "kernel_shape", spatial_dims, 1);
  return {kernel[0], kernel[1]};
}

Window read_window(const Node& node, const TensorShape& in, int spatial_dims, int kernel_height,
                   int kernel_width) {
  Window w;
  w.kernel_height = kernel_height;
  w.kernel_width = kernel_width;
  const auto strides = per_dimension(node, "strides", spatial_dims, 1);
  const auto dilations = per_dimension(node, "dilations", spatial_dims, 1);
  w.stride_height = strides[0];
  w.stride_width = strides[1];
  w.dilation_height = dilations[0];
  w.dilation_width = dilations[1];

  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  if (auto_pad == "VALID") return w;
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    const bool odd_before = auto_pad == "SAME_LOWER";
    const Pads vertical =
        same_pads(in.height, kernel_height, w.stride_height, w.dilation_height, odd_before);
    const Pads horizontal =
        same_pads(in.width, kernel_width, w.stride_width, w.dilation_width, odd_before);
    w.pad_top = vertical.before;
    w.pad_bottom = vertical.after;
    w.pad_left = horizontal.before;
    w.pad_right = horizontal.after;
    return w;
  }
  if (auto_pad != "NOTSET") node.fail("has an auto_pad that does not exist; the file is damaged");
  if (const auto pads = node.integers("pads")) {
    if (static_cast<int>(pads->size()) != 2 * spatial_dims) {
      node.fail("has {} pads for {} dimensions", pads->size(), spatial_dims);
    }
    const auto pad = [&](int i) {
      return small(node, "a pad of", (*pads)[static_cast<std::size_t>(i)]);
    };
    w.pad_left = pad(spatial_dims - 1);
    w.pad_right = pad(2 * spatial_dims - 1);
    if (spatial_dims == 2) {
      w.pad_top = pad(0);
      w.pad_bottom = pad(2);
    }
  }
  return w;
}

}  // namespace sd::graph
