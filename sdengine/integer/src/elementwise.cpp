#include "elementwise.hpp"

#include <cstddef>
#include <cstdint>

#include "requantise.hpp"

namespace sd::integer {

Tensor add(const graph::Operator& op, const Tensor& a, const Tensor& b,
           const pack::ElementwiseStage& stage, std::int64_t* saturated) {
  Tensor output(a.size());
  requantise_sum(a, b, stage.multipliers[0], stage.multipliers[1], stage.shift, op.relu,
                 output.data(), saturated);
  return output;
}

Tensor concat(const graph::Operator& op, std::span<const Tensor* const> inputs,
              const pack::ElementwiseStage& stage, std::int64_t* saturated) {
  Tensor output(op.output.elements());
  std::int8_t* to = output.data();
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    requantise_values(*inputs[k], stage.multipliers[k], stage.shift, op.relu, to, saturated);
    to += inputs[k]->size();
  }
  return output;
}

Tensor activation(const graph::Operator& op, const Tensor& values,
                  const pack::ElementwiseStage& stage, std::int64_t* saturated) {
  const bool rescaled = !stage.multipliers.empty();
  Tensor output(values.size());
  requantise_values(values, rescaled ? stage.multipliers[0] : std::int16_t{1},
                    rescaled ? stage.shift : 0, op.relu, output.data(), saturated);
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
