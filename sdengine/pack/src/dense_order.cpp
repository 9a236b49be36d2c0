#include "dense_order.hpp"

namespace sd::pack {

namespace {

// Floats hold 8-bit integers exactly.
std::vector<float> to_floats(const std::vector<std::int8_t>& values) {
  return {values.begin(), values.end()};
}

std::vector<std::int8_t> to_bytes_again(const std::vector<float>& values) {
  std::vector<std::int8_t> result;
  result.reserve(values.size());
  for (const float value : values) result.push_back(static_cast<std::int8_t>(value));
  return result;
}

}  // namespace

std::size_t weight_count(const decompose::WeightShape& shape) {
  return static_cast<std::size_t>(shape.filters) * shape.channels * shape.kernel_height *
         shape.kernel_width;
}

std::vector<std::int8_t> without_padding(const PackedLayer& layer) {
  return to_bytes_again(
      decompose::from_matrices(to_floats(layer.dense_weights), layer.shape, layer.layout));
}

std::vector<std::int8_t> with_padding(const std::vector<std::int8_t>& weights,
                                      const PackedLayer& layer) {
  return to_bytes_again(decompose::to_matrices(to_floats(weights), layer.shape, layer.layout));
}

}  // namespace sd::pack
