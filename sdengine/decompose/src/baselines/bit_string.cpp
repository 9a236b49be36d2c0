// A baseline's layer as bits: what its storage is counted from.
#include <fmt/format.h>

#include <cstddef>
#include <stdexcept>

#include "scale_search.hpp"
#include "sdengine/decompose/baselines.hpp"

namespace sd::decompose {

namespace {

void append(BitString& string, unsigned value, int bits) {
  for (int b = 0; b < bits; ++b, ++string.size) {
    const auto byte = static_cast<std::size_t>(string.size / 8);
    if (byte == string.bytes.size()) string.bytes.push_back(0);
    string.bytes[byte] |= static_cast<std::uint8_t>((value >> b & 1U) << (string.size % 8));
  }
}

class BitReader {
 public:
  explicit BitReader(const BitString& string) : string_(string) {
    if (string.size < 0 ||
        static_cast<std::uint64_t>(string.size) > 8 * std::uint64_t{string.bytes.size()})
      throw std::invalid_argument(fmt::format("a string of {} bits says that it has {}",
                                              8 * string.bytes.size(), string.size));
  }
  [[nodiscard]] unsigned read(int bits) {
    if (position_ + bits > string_.size)
      throw std::invalid_argument(
          fmt::format("a packed layer ends after {} bits; its shape needs more", string_.size));
    unsigned value = 0;
    for (int b = 0; b < bits; ++b, ++position_)
      value |= (string_.bytes[static_cast<std::size_t>(position_ / 8)] >> (position_ % 8) & 1U)
               << b;
    return value;
  }

 private:
  const BitString& string_;
  std::int64_t position_ = 0;
};

}  // namespace

BitString pack_bits(const QuantisedLayer& layer) {
  BitString string;
  for (const std::uint8_t kept : layer.kept) append(string, kept, 1);
  for (const float scale : layer.scale) append(string, sixteen_bits_of(scale), 16);
  for (std::size_t i = 0; i < layer.codes.size(); ++i)
    if (layer.kept.empty() || layer.kept[i] != 0) append(string, layer.codes[i], layer.bits);
  return string;
}

std::vector<float> unpack_bits(const BitString& string, const QuantisedLayer& layer) {
  BitReader reader(string);
  const std::size_t filters = layer.scale.size();
  const std::size_t count = layer.codes.size();
  if (filters == 0 || count % filters != 0)
    throw std::invalid_argument(
        fmt::format("a layer of {} codes cannot have {} scales", count, filters));
  std::vector<bool> kept(count, true);
  if (!layer.kept.empty())
    for (std::size_t i = 0; i < count; ++i) kept[i] = reader.read(1) != 0;
  std::vector<float> scale(filters);
  for (float& value : scale) value = from_sixteen_bits(static_cast<std::uint16_t>(reader.read(16)));
  std::vector<float> weights(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!kept[i]) continue;
    const unsigned code = reader.read(layer.bits);
    if (code >= layer.levels.size())
      throw std::invalid_argument(
          fmt::format("weight {} has code {}; there are {} levels", i, code, layer.levels.size()));
    weights[i] = static_cast<float>(layer.levels[code]) * scale[i / (count / filters)];
  }
  return weights;
}

}  // namespace sd::decompose
