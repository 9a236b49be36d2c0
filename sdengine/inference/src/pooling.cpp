#include <algorithm>
#include <limits>

#include "kernels.hpp"

namespace sd::inference {
namespace {

/// Calls visit(output index, window) for every output pixel; window(see) calls see(value) for each
/// input pixel that the window covers, pads left out.
template <typename Visit>
void for_each_window(const graph::Operator& op, const graph::TensorShape& in,
                     std::span<const float> input, Visit visit) {
  const graph::Window& w = op.window;
  std::size_t index = 0;
  for (int c = 0; c < in.channels; ++c) {
    const float* plane = input.data() + static_cast<std::size_t>(c) * in.height * in.width;
    for (int oy = 0; oy < op.output.height; ++oy) {
      for (int ox = 0; ox < op.output.width; ++ox, ++index) {
        const int y0 = oy * w.stride_height - w.pad_top, x0 = ox * w.stride_width - w.pad_left;
        visit(index, [&](auto see) {
          for (int r = 0; r < w.kernel_height; ++r) {
            const int y = y0 + r * w.dilation_height;
            if (y < 0 || y >= in.height) continue;
            for (int s = 0; s < w.kernel_width; ++s) {
              const int x = x0 + s * w.dilation_width;
              if (x >= 0 && x < in.width) see(plane[static_cast<std::size_t>(y) * in.width + x]);
            }
          }
        });
      }
    }
  }
}

}  // namespace

void max_pool(const graph::Operator& op, const graph::TensorShape& in, std::span<const float> input,
              std::span<float> output) {
  for_each_window(op, in, input, [&](std::size_t index, auto window) {
    float largest = -std::numeric_limits<float>::infinity();
    window([&](float value) { largest = std::max(largest, value); });
    output[index] = largest;
  });
}

void average_pool(const graph::Operator& op, const graph::TensorShape& in,
                  std::span<const float> input, std::span<float> output) {
  const int whole = op.window.kernel_height * op.window.kernel_width;
  for_each_window(op, in, input, [&](std::size_t index, auto window) {
    float sum = 0;
    int seen = 0;
    window([&](float value) {
      sum += value;
      ++seen;
    });
    output[index] = sum / static_cast<float>(op.window.count_include_pad ? whole : seen);
  });
}

void subsample_pad(const graph::Operator& op, const graph::TensorShape& in,
                   std::span<const float> input, std::span<float> output) {
  std::fill(output.begin(), output.end(), 0.0F);
  const graph::SubsamplePad& s = op.subsample;
  float* to = output.data() +
              static_cast<std::size_t>(s.channels_before) * op.output.height * op.output.width;
  for (int c = 0; c < in.channels; ++c) {
    for (int y = 0; y < in.height; y += s.stride_height) {
      const float* row = input.data() + (static_cast<std::size_t>(c) * in.height + y) * in.width;
      for (int x = 0; x < in.width; x += s.stride_width) *to++ = row[x];
    }
  }
}

}  // namespace sd::inference
