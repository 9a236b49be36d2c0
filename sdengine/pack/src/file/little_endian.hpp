// Numbers of tensors, least significant byte first.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sd::pack {

template <typename Bits>
void append_bits(std::string& bytes, Bits bits) {
  for (std::size_t i = 0; i < sizeof(Bits); ++i)
    bytes += static_cast<char>(bits >> (8 * i) & 0xFFU);
}
inline void append(std::string& bytes, float value) {
  append_bits(bytes, std::bit_cast<std::uint32_t>(value));
}
inline void append(std::string& bytes, std::int32_t value) {
  append_bits(bytes, static_cast<std::uint32_t>(value));
}
inline void append(std::string& bytes, std::int16_t value) {
  append_bits(bytes, static_cast<std::uint16_t>(value));
}
inline void append(std::string& bytes, std::int8_t value) {
  bytes += static_cast<char>(value);
}
inline void append(std::string& bytes, std::uint8_t value) {
  bytes += static_cast<char>(value);
}

/// The number at `index` of an array of them.
template <typename Number>
[[nodiscard]] Number number_at(std::string_view bytes, std::size_t index) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    bits |= std::uint32_t{static_cast<unsigned char>(bytes[index * sizeof(Number) + i])} << (8 * i);
  if constexpr (sizeof(Number) == 4)
    return std::bit_cast<Number>(bits);
  else
    return static_cast<Number>(bits);
}

}  // namespace sd::pack
