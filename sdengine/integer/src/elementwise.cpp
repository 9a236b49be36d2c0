#include "elementwise.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sd::integer {

namespace {

std::int8_t saturate(std::int64_t value, bool relu) {
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, relu ? 0 : -128, 127));
}

}  // namespace

Tensor add(const graph::Operator& op, const Tensor& a, const Tensor& b,
           const pack::ElementwiseStage& stage) {
  const std::int64_t k_a = stage.multipliers[0];
  const std::int64_t k_b = stage.multipliers[1];
  Tensor output(a.size());
  for (std::size_t i = 0; i < output.size(); ++i)
    output[i] = saturate(pack::round_shift(a[i] * k_a + b[i] * k_b, stage.shift), op.relu);
  return output;
}

Tensor concat(const graph::Operator& op, std::span<const Tensor* const> inputs,
              const pack::ElementwiseStage& stage) {
  Tensor output;
  output.reserve(op.output.elements());
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (const std::int8_t value : *inputs[k])
      output.push_back(saturate(
          pack::round_shift(std::int64_t{value} * stage.multipliers[k], stage.shift), op.relu));
  return output;
}

Tensor activation(const graph::Operator& op, const Tensor& values,
                  const pack::ElementwiseStage& stage) {
  const std::int64_t multiplier = stage.multipliers.empty() ? 1 : stage.multipliers[0];
  const int shift = stage.multipliers.empty() ? 0 : stage.shift;
  Tensor output(values.size());
  for (std::size_t i = 0; i < output.size(); ++i)
    output[i] = saturate(pack::round_shift(values[i] * multiplier, shift), op.relu);
  return output;
}

Tensor subsample_pad(const graph::Operator& op, const graph::TensorShape& input,
                     const Tensor& values) {
  const std::size_t plane = static_cast<std::size_t>(op.output.height) * op.output.width;
  Tensor output(op.output.elements());
  std::int8_t* to = output.data() + static_cast<std::size_t>(op.subsample.channels_before) * plane;
  for (int c = 0; c < input.channels; ++c)
    for (int y = 0; y < op.output.height; ++y) {
      const std::int64_t row =
          std::int64_t{c} * input.height + std::int64_t{y} * op.subsample.stride_height;
      const std::int8_t* const from = values.data() + row * input.width;
      for (int x = 0; x < op.output.width; ++x)
        *to++ = from[std::int64_t{x} * op.subsample.stride_width];
    }
  return output;
}

}  // namespace sd::integer
