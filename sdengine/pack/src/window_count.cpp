#include "window_count.hpp"

#include <algorithm>
#include <cstdint>

namespace sd::pack {

namespace {

/// Elements of window `position` with an index in low .. high - 1.
int count_inside(const WindowAxis& axis, int position, std::int64_t low, std::int64_t high) {
  const std::int64_t first = std::int64_t{position} * axis.stride - axis.pad_before;
  // Tap k is at first + k * dilation.
  const auto taps_below = [&](std::int64_t bound) {
    const std::int64_t distance = bound - first;
    if (distance <= 0) return std::int64_t{0};
    return std::min<std::int64_t>(axis.kernel, (distance + axis.dilation - 1) / axis.dilation);
  };
  return static_cast<int>(taps_below(high) - taps_below(low));
}

/// The count that all windows share, or nothing.
std::optional<int> uniform_count(const WindowAxis& axis, int size, int positions,
                                 bool include_pad) {
  const std::int64_t low = include_pad ? -axis.pad_before : 0;
  const std::int64_t high = std::int64_t{size} + (include_pad ? axis.pad_after : 0);
  const int count = count_inside(axis, 0, low, high);
  for (int position = 1; position < positions; ++position)
    if (count_inside(axis, position, low, high) != count) return std::nullopt;
  return count;
}

}  // namespace

WindowAxis rows_of_window(const graph::Window& w) {
  return {w.kernel_height, w.stride_height, w.dilation_height, w.pad_top, w.pad_bottom};
}

WindowAxis columns_of_window(const graph::Window& w) {
  return {w.kernel_width, w.stride_width, w.dilation_width, w.pad_left, w.pad_right};
}

int smallest_count(const WindowAxis& axis, int size, int positions) {
  int smallest = axis.kernel;
  for (int position = 0; position < positions; ++position)
    smallest = std::min(smallest, count_inside(axis, position, 0, size));
  return smallest;
}

std::optional<int> uniform_divisor(const graph::Operator& pool, const graph::TensorShape& input) {
  const bool include_pad = pool.window.count_include_pad;
  const auto rows =
      uniform_count(rows_of_window(pool.window), input.height, pool.output.height, include_pad);
  const auto columns =
      uniform_count(columns_of_window(pool.window), input.width, pool.output.width, include_pad);
  if (!rows || !columns) return std::nullopt;
  return *rows * *columns;
}

}  // namespace sd::pack
