#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <set>

#include "../dense_order.hpp"
#include "../elementwise.hpp"
#include "../stage_of_scales.hpp"
#include "arrays.hpp"
#include "bit_stream.hpp"
#include "little_endian.hpp"
#include "tensor_names.hpp"

namespace sd::pack {

namespace {

/// Hands the tensors out piece by piece, each piece checked against what there is.
class Source {
 public:
  explicit Source(const std::map<std::string, TensorView>& tensors) : tensors_(tensors) {}

  /// The next `count` elements. Throws FileError if there are fewer, or of another type.
  std::string_view take(const char* name, DataType type, std::size_t count) {
    known_.insert(name);
    if (count == 0) return {};
    const auto found = tensors_.find(name);
    if (found == tensors_.end())
      throw FileError(fmt::format("there is no tensor '{}', which the layers need", name));
    const TensorView& tensor = found->second;
    if (tensor.type != type)
      throw FileError(fmt::format("tensor '{}' is of type {}; it must be {}", name,
                                  to_string(tensor.type), to_string(type)));
    std::size_t& taken = taken_[name];
    const std::size_t left = (tensor.bytes.size() - taken) / size_of(type);
    if (count > left)
      throw FileError(
          fmt::format("tensor '{}' has {} elements; the network and its layers need more", name,
                      tensor.bytes.size() / size_of(type)));
    taken += count * size_of(type);
    return tensor.bytes.substr(taken - count * size_of(type), count * size_of(type));
  }
  /// All that is left.
  std::string_view rest(const char* name, DataType type) {
    const auto found = tensors_.find(name);
    return take(name, type,
                found == tensors_.end() ? 0 : found->second.bytes.size() / size_of(type));
  }

  void require_all_taken() const {
    for (const auto& [name, tensor] : tensors_) {
      const auto taken = taken_.find(name);
      const std::size_t used = taken == taken_.end() ? 0 : taken->second;
      if (!known_.contains(name))
        throw FileError(fmt::format("format version {} knows no tensor of the name '{}'",
                                    format_version, name));
      if (used != tensor.bytes.size())
        throw FileError(
            fmt::format("tensor '{}' has {} bytes, of which the network and its layers use {}",
                        name, tensor.bytes.size(), used));
    }
  }

 private:
  const std::map<std::string, TensorView>& tensors_;
  std::map<std::string, std::size_t> taken_;
  std::set<std::string> known_;
};

void require_zero(const BitReader& reader, const char* name) {
  if (!reader.padding_is_zero())
    throw FileError(fmt::format(
        "tensor '{}' has bits that are not zero after the last field of a layer", name));
}

/// The codes of one row that is not zero.
void read_row(BitReader& codes, const graph::Operator& op, const PackedLayer& layer, int bits,
              decompose::Coefficient* row) {
  const unsigned sign = 1U << (bits - 1);
  bool zero = true;
  for (int j = 0; j < layer.rank; ++j) {
    const unsigned code = codes.get(bits);
    const auto magnitude = static_cast<int>(code & (sign - 1));
    if (magnitude > layer.levels || code == sign)
      throw FileError(
          fmt::format("tensor 'codes' has the code {} in the layer of operator '{}', where it "
                      "means nothing ({} "
                      "levels)",
                      code, op.name, layer.levels));
    row[j] = static_cast<decompose::Coefficient>((code & sign) != 0 ? -magnitude : magnitude);
    zero = zero && magnitude == 0;
  }
  if (zero)
    throw FileError(
        fmt::format("tensor 'codes' has a row of zeros in the layer of operator '{}', which "
                    "'row_index' says is "
                    "not zero",
                    op.name));
}

void read_codes(Source& from, const graph::Operator& op, PackedLayer& layer) {
  const std::size_t rows = static_cast<std::size_t>(layer.layout.filters) * layer.layout.rows;
  const std::string_view index_bytes =
      from.take(tensor::row_index, DataType::u8, bytes_of_bits(rows));
  std::size_t stored = 0;
  for (const char byte : index_bytes)
    stored += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(byte)));
  const int bits = decompose::code_bits(layer.levels);
  const std::size_t stored_bits = stored * static_cast<std::size_t>(layer.rank * bits);
  BitReader codes(from.take(tensor::codes, DataType::u8, bytes_of_bits(stored_bits)));
  BitReader index(index_bytes);
  layer.coefficients.resize(rows * static_cast<std::size_t>(layer.rank));
  for (std::size_t row = 0; row < rows; ++row)
    if (index.get(1) != 0)
      read_row(codes, op, layer, bits,
               layer.coefficients.data() + row * static_cast<std::size_t>(layer.rank));
  require_zero(index, tensor::row_index);
  require_zero(codes, tensor::codes);
}

void read_basis(Source& from, PackedLayer& layer) {
  const std::size_t elements = static_cast<std::size_t>(layer.layout.bases()) *
                               static_cast<std::size_t>(layer.rank) * layer.layout.columns;
  for (const char entry : from.take(tensor::basis, DataType::i8, elements))
    layer.basis.push_back(static_cast<std::int8_t>(entry));
  const auto filters = static_cast<std::size_t>(layer.layout.filters);
  BitReader shifts(from.take(tensor::rebuild_shift, DataType::u8, bytes_of_bits(filters * 4)));
  for (std::size_t m = 0; m < filters; ++m)
    layer.rebuild_shift.push_back(static_cast<std::uint8_t>(shifts.get(4)));
  require_zero(shifts, tensor::rebuild_shift);
}

void read_dense(Source& from, PackedLayer& layer) {
  const std::string_view bytes =
      from.take(tensor::dense_weights, DataType::i8, weight_count(layer.shape));
  std::vector<std::int8_t> weights(bytes.size());
  for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = static_cast<std::int8_t>(bytes[k]);
  layer.dense_weights = with_padding(weights, layer);
}

void read_stages(Source& from, const PackedModel& model, const LayerRow& row, PackedLayer& layer) {
  const auto filters = static_cast<std::size_t>(layer.layout.filters);
  const auto i = static_cast<std::size_t>(row.operator_index);
  const graph::Operator& op = model.network.operators[i];
  const std::string_view scales = from.take(tensor::weight_scale, DataType::f32, filters);
  const std::string_view biases = from.take(tensor::bias, DataType::i32, filters);
  const std::string_view float_biases =
      from.take(tensor::float_bias, DataType::i16, row.has_float_bias ? filters : 0);
  for (std::size_t m = 0; m < float_biases.size() / sizeof(std::int16_t); ++m)
    layer.float_bias.push_back(number_at<std::int16_t>(float_biases, m));
  const std::size_t own = row.stages_follow ? 0 : filters;
  const std::string_view multipliers = from.take(tensor::stage_multiplier, DataType::i16, own);
  const std::string_view shifts = from.take(tensor::stage_shift, DataType::u8, own);
  for (std::size_t m = 0; m < filters; ++m) {
    layer.weight_scale.push_back(number_at<float>(scales, m));
    OutputStage& stage = layer.stages.emplace_back();
    if (row.stages_follow) {
      stage = stage_of_scales(op, layer.weight_scale[m],
                              model.activation_scale[static_cast<std::size_t>(op.inputs[0])],
                              model.activation_scale[i]);
    } else {
      stage.multiplier = number_at<std::int16_t>(multipliers, m);
      stage.shift = number_at<std::uint8_t>(shifts, m);
    }
    stage.bias = number_at<std::int32_t>(biases, m);
  }
}

void read_elementwise(Source& from, PackedModel& model) {
  const std::size_t count = model.network.operators.size();
  const std::string_view shifts = from.take(tensor::elementwise_shift, DataType::u8, count);
  for (std::size_t i = 0; i < count; ++i) {
    ElementwiseStage& stage = model.elementwise.emplace_back();
    stage.shift = number_at<std::uint8_t>(shifts, i);
    const std::size_t multipliers =
        multiplier_count(model.network, static_cast<int>(i), model.activation_scale);
    const std::string_view bytes =
        from.take(tensor::elementwise_multiplier, DataType::i16, multipliers);
    for (std::size_t k = 0; k < multipliers; ++k)
      stage.multipliers.push_back(number_at<std::int16_t>(bytes, k));
  }
}

}  // namespace

PackedModel from_tensors(graph::Network network, std::vector<LayerRow> rows,
                         const std::map<std::string, TensorView>& tensors) {
  Source from(tensors);
  PackedModel model;
  model.network = std::move(network);
  const std::size_t count = model.network.operators.size();
  const std::string_view scales = from.take(tensor::activation_scale, DataType::f32, count);
  for (std::size_t i = 0; i < count; ++i)
    model.activation_scale.push_back(number_at<float>(scales, i));
  model.layers.resize(count);
  for (LayerRow& row : rows) {
    const auto i = static_cast<std::size_t>(row.operator_index);
    PackedLayer& layer = model.layers[i].emplace(std::move(row.layer));
    if (layer.dense) {
      read_dense(from, layer);
    } else {
      read_codes(from, model.network.operators[i], layer);
      read_basis(from, layer);
    }
    read_stages(from, model, row, layer);
  }
  read_elementwise(from, model);
  model.network.postprocessing = from.rest(tensor::postprocessing, DataType::u8);
  from.require_all_taken();
  return model;
}

}  // namespace sd::pack
