#include "npy.hpp"

#include <bit>
#include <stdexcept>

namespace sd::core {

namespace {

static_assert(std::endian::native == std::endian::little,
              "values are written as they lie in memory");

/// "(3,)", "(2, 3)": a tuple as Python writes it.
std::string tuple(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i)
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

template <typename Value>
std::string bytes_of(const char* type, const std::vector<std::size_t>& shape,
                     std::span<const Value> values) {
  std::size_t elements = 1;
  for (const std::size_t size : shape) elements *= size;
  if (elements != values.size())
    throw std::invalid_argument("npy_bytes: shape " + tuple(shape) + " does not hold " +
                                std::to_string(values.size()) + " values");
  std::string header = std::string("{'descr': '") + type +
                       "', 'fortran_order': False, 'shape': " + tuple(shape) + ", }";
  // Magic, version and length take 10 bytes; the values begin at a multiple of 64.
  constexpr std::size_t before = 10, alignment = 64;
  while ((before + header.size() + 1) % alignment != 0) header += ' ';
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xFFU);
  bytes += static_cast<char>(header.size() >> 8U);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return bytes;
}

}  // namespace

std::string npy_bytes(const std::vector<std::size_t>& shape, std::span<const std::int8_t> values) {
  return bytes_of("|i1", shape, values);
}
std::string npy_bytes(const std::vector<std::size_t>& shape, std::span<const std::uint8_t> values) {
  return bytes_of("|u1", shape, values);
}
std::string npy_bytes(const std::vector<std::size_t>& shape, std::span<const std::int16_t> values) {
  return bytes_of("<i2", shape, values);
}
std::string npy_bytes(const std::vector<std::size_t>& shape, std::span<const std::int32_t> values) {
  return bytes_of("<i4", shape, values);
}
std::string npy_bytes(const std::vector<std::size_t>& shape, std::span<const float> values) {
  return bytes_of("<f4", shape, values);
}

}  // namespace sd::core
