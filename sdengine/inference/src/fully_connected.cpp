#include <cstring>

#include "kernels.hpp"
#include "multiversion.hpp"

namespace sd::inference {
namespace {

constexpr std::size_t lanes = 8;
using Vector = float __attribute__((vector_size(lanes * sizeof(float))));

/// Lane i sums elements i, i + 8, ...; the lanes are then added in order.
SD_MULTIVERSION float dot(const float* a, const float* b, std::size_t count) {
  Vector sums{};
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    Vector left, right;
    std::memcpy(&left, a + i, sizeof(left));
    std::memcpy(&right, b + i, sizeof(right));
    sums += left * right;
  }
  float sum = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) sum += sums[lane];
  for (; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

void fully_connected(const graph::Operator& op, std::span<const float> input,
                     std::span<float> output) {
  for (std::size_t m = 0; m < output.size(); ++m) {
    output[m] = op.bias[m] + dot(op.weights.data() + m * input.size(), input.data(), input.size());
  }
}

}  // namespace sd::inference
