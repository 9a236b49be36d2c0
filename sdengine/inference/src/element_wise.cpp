#include <algorithm>
#include <cmath>

#include "kernels.hpp"

namespace sd::inference {

void softmax(std::span<const float> input, std::span<float> output) {
  const float largest = *std::max_element(input.begin(), input.end());
  float sum = 0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    output[i] = std::exp(input[i] - largest);  // the largest exponent is 0: no overflow
    sum += output[i];
  }
  for (float& value : output) value /= sum;
}

void rectify(const graph::Operator& op, std::span<float> values) {
  if (!op.relu) return;
  for (float& value : values) value = std::max(value, 0.0F);
  if (!op.clip_upper) return;
  for (float& value : values) value = std::min(value, *op.clip_upper);
}

}  // namespace sd::inference
