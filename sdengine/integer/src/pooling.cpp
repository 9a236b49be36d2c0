#include "pooling.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "requantise.hpp"

namespace sd::integer {

namespace {

/// Folds the taps of every window that lie inside the image, and finishes the fold into one output.
template <typename Fold, typename Finish>
Tensor over_windows(const graph::Operator& op, const graph::TensorShape& input,
                    const Tensor& values, std::int32_t start, Fold fold, Finish finish) {
  const graph::Window& w = op.window;
  Tensor output;
  output.reserve(op.output.elements());
  for (int c = 0; c < op.output.channels; ++c) {
    const std::int8_t* const plane =
        values.data() + static_cast<std::size_t>(c) * input.height * input.width;
    for (int oy = 0; oy < op.output.height; ++oy)
      for (int ox = 0; ox < op.output.width; ++ox) {
        std::int32_t result = start;
        for (int r = 0; r < w.kernel_height; ++r) {
          const std::int64_t y =
              std::int64_t{oy} * w.stride_height - w.pad_top + std::int64_t{r} * w.dilation_height;
          if (y < 0 || y >= input.height) continue;
          for (int s = 0; s < w.kernel_width; ++s) {
            const std::int64_t x =
                std::int64_t{ox} * w.stride_width - w.pad_left + std::int64_t{s} * w.dilation_width;
            if (x >= 0 && x < input.width) result = fold(result, plane[y * input.width + x]);
          }
        }
        output.push_back(finish(result));
      }
  }
  return output;
}

}  // namespace

Tensor max_pool(const graph::Operator& op, const graph::TensorShape& input, const Tensor& values) {
  return over_windows(
      op, input, values, std::numeric_limits<std::int8_t>::min(),
      [](std::int32_t a, std::int32_t b) { return std::max(a, b); },
      [](std::int32_t largest) { return static_cast<std::int8_t>(largest); });
}

Tensor average_pool(const graph::Operator& op, const graph::TensorShape& input,
                    const Tensor& values, const pack::OutputStage& stage, std::int64_t* saturated) {
  return over_windows(
      op, input, values, 0, [](std::int32_t sum, std::int32_t value) { return sum + value; },
      [&](std::int32_t sum) {
        std::int8_t result = 0;
        requantise(stage, op.relu, {&sum, 1}, &result, saturated);
        return result;
      });
}

}  // namespace sd::integer
