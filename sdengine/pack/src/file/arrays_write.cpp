#include <fmt/format.h>

#include <cstddef>

#include "../dense_order.hpp"
#include "arrays.hpp"
#include "bit_stream.hpp"
#include "little_endian.hpp"
#include "tensor_names.hpp"

namespace sd::pack {

namespace {

/// Code of numerics.md: magnitude e + 1 in the low bits, the sign on top.
unsigned packed_code(decompose::Coefficient c, int bits) {
  const unsigned sign = c < 0 ? 1U : 0U;
  return sign << (bits - 1) | static_cast<unsigned>(c < 0 ? -c : c);
}

struct Bytes {
  std::string activation_scale, weight_scale, bias, float_bias, stage_multiplier,
      elementwise_multiplier, basis, dense_weights, codes, row_index, rebuild_shift, stage_shift,
      elementwise_shift;
};

void put_codes(const PackedLayer& layer, Bytes& to) {
  const int bits = decompose::code_bits(layer.levels);
  BitWriter codes(to.codes);
  BitWriter rows(to.row_index);
  std::size_t next = 0;
  for (int m = 0; m < layer.layout.filters; ++m)
    for (int row = 0; row < layer.layout.rows; ++row) {
      const bool zero = layer.row_is_zero(m, row);
      rows.put(zero ? 0 : 1, 1);
      for (int j = 0; j < layer.rank; ++j, ++next)
        if (!zero) codes.put(packed_code(layer.coefficients[next], bits), bits);
    }
}

void put_dense(const graph::Operator& op, const PackedLayer& layer, Bytes& to) {
  const std::vector<std::int8_t> weights = without_padding(layer);
  if (with_padding(weights, layer) != layer.dense_weights)
    throw FileError(fmt::format(
        "operator '{}' has a dense weight that is not zero where its matrix is padded", op.name));
  for (const std::int8_t weight : weights) append(to.dense_weights, weight);
}

void put_layer(const PackedModel& model, int index, Bytes& to) {
  const auto i = static_cast<std::size_t>(index);
  const PackedLayer& layer = *model.layers[i];
  if (layer.dense) {
    put_dense(model.network.operators[i], layer, to);
  } else {
    put_codes(layer, to);
    for (const std::int8_t entry : layer.basis) append(to.basis, entry);
    BitWriter shifts(to.rebuild_shift);
    for (const std::uint8_t shift : layer.rebuild_shift) shifts.put(shift, 4);
  }
  for (const float scale : layer.weight_scale) append(to.weight_scale, scale);
  for (const std::int16_t bias : layer.float_bias) append(to.float_bias, bias);
  const bool own = !stages_follow(model, index);
  for (const OutputStage& stage : layer.stages) {
    append(to.bias, stage.bias);
    if (!own) continue;
    append(to.stage_multiplier, stage.multiplier);
    append(to.stage_shift, stage.shift);
  }
}

}  // namespace

std::vector<Tensor> to_tensors(const PackedModel& model) {
  Bytes to;
  for (const float scale : model.activation_scale) append(to.activation_scale, scale);
  for (const ElementwiseStage& stage : model.elementwise) {
    for (const std::int16_t multiplier : stage.multipliers)
      append(to.elementwise_multiplier, multiplier);
    append(to.elementwise_shift, stage.shift);
  }
  for (std::size_t i = 0; i < model.layers.size(); ++i)
    if (model.layers[i]) put_layer(model, static_cast<int>(i), to);
  return {{tensor::activation_scale, DataType::f32, std::move(to.activation_scale)},
          {tensor::weight_scale, DataType::f32, std::move(to.weight_scale)},
          {tensor::bias, DataType::i32, std::move(to.bias)},
          {tensor::float_bias, DataType::i16, std::move(to.float_bias)},
          {tensor::stage_multiplier, DataType::i16, std::move(to.stage_multiplier)},
          {tensor::elementwise_multiplier, DataType::i16, std::move(to.elementwise_multiplier)},
          {tensor::basis, DataType::i8, std::move(to.basis)},
          {tensor::dense_weights, DataType::i8, std::move(to.dense_weights)},
          {tensor::codes, DataType::u8, std::move(to.codes)},
          {tensor::row_index, DataType::u8, std::move(to.row_index)},
          {tensor::rebuild_shift, DataType::u8, std::move(to.rebuild_shift)},
          {tensor::stage_shift, DataType::u8, std::move(to.stage_shift)},
          {tensor::elementwise_shift, DataType::u8, std::move(to.elementwise_shift)},
          {tensor::postprocessing, DataType::u8, model.network.postprocessing}};
}

}  // namespace sd::pack
