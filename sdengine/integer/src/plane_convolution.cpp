#include "plane_convolution.hpp"

#include <algorithm>
#include <cstddef>

#include "multiversion.hpp"

namespace sd::integer {

namespace {

SD_MULTIVERSION void add_row(const std::int8_t* row, std::int32_t weight, std::ptrdiff_t count,
                             std::int32_t* sums) {
  for (std::ptrdiff_t x = 0; x < count; ++x) sums[x] += weight * row[x];
}

void add_strided_row(const std::int8_t* row, std::ptrdiff_t stride, std::int32_t weight,
                     std::ptrdiff_t count, std::int32_t* sums) {
  for (std::ptrdiff_t x = 0; x < count; ++x) sums[x] += weight * row[x * stride];
}

}  // namespace

void convolve_plane(const graph::Window& window, const graph::TensorShape& input,
                    const graph::TensorShape& output, const std::int8_t* plane,
                    const std::int16_t* weights, std::span<std::int32_t> sums) {
  const std::int64_t stride = window.stride_width;
  std::fill(sums.begin(), sums.end(), 0);
  for (int y = 0; y < output.height; ++y)
    for (int r = 0; r < window.kernel_height; ++r) {
      const std::int64_t iy = std::int64_t{y} * window.stride_height - window.pad_top +
                              std::int64_t{r} * window.dilation_height;
      if (iy < 0 || iy >= input.height) continue;
      for (int s = 0; s < window.kernel_width; ++s) {
        // Outputs x with 0 <= first + x * stride < width.
        const std::int64_t first = std::int64_t{s} * window.dilation_width - window.pad_left;
        const std::int64_t begin = first < 0 ? (-first + stride - 1) / stride : 0;
        const std::int64_t end =
            first < input.width
                ? std::min<std::int64_t>(output.width, (input.width - 1 - first) / stride + 1)
                : 0;
        if (begin >= end) continue;
        const std::int8_t* const from = plane + iy * input.width + first + begin * stride;
        std::int32_t* const to = sums.data() + std::int64_t{y} * output.width + begin;
        const std::int32_t weight = weights[r * window.kernel_width + s];
        if (stride == 1) {
          add_row(from, weight, end - begin, to);
        } else {
          add_strided_row(from, stride, weight, end - begin, to);
        }
      }
    }
}

}  // namespace sd::integer
