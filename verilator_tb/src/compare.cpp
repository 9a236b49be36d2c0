#include "compare.hpp"

#include <fmt/format.h>

namespace sd::tb {

std::optional<Mismatch> first_difference(const integer::Tensor& expected,
                                         const integer::Tensor& actual,
                                         const graph::TensorShape& shape) {
  if (expected.size() != shape.elements() || actual.size() != shape.elements())
    throw ToolError(
        fmt::format("a layer's output has {} values, the reference {}, its shape {}: the program "
                    "and the reference belong to different networks",
                    actual.size(), expected.size(), shape.elements()));
  std::optional<Mismatch> first;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == actual[i]) continue;
    if (!first) {
      const std::size_t width = static_cast<std::size_t>(shape.width),
                        height = static_cast<std::size_t>(shape.height);
      first.emplace();
      first->channel = static_cast<int>(i / (width * height));
      first->row = static_cast<int>(i / width % height);
      first->column = static_cast<int>(i % width);
      first->expected = expected[i];
      first->actual = actual[i];
    }
    ++first->differing_values;
  }
  return first;
}

std::optional<std::uint32_t> dirty_padding(std::span<const std::uint8_t> image,
                                           const schedule::TensorPlacement& where) {
  const auto pitch = static_cast<std::uint32_t>(where.pitch);
  for (std::uint32_t row = 0;
       row < static_cast<std::uint32_t>(where.channels) * static_cast<std::uint32_t>(where.height);
       ++row)
    for (std::uint32_t column = static_cast<std::uint32_t>(where.width); column < pitch; ++column)
      if (const std::uint32_t address = where.address + row * pitch + column; image[address] != 0)
        return address;
  return std::nullopt;
}

}  // namespace sd::tb
