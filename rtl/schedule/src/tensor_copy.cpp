#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "rtl/schedule/program.hpp"

namespace sd::schedule {

namespace {

/// Calls row(first value's number, first byte's address) for every row.
template <class Row>
void for_each_row(std::size_t image_bytes, const TensorPlacement& where, std::size_t values,
                  Row row) {
  const auto rows =
      static_cast<std::size_t>(where.channels) * static_cast<std::size_t>(where.height);
  const auto width = static_cast<std::size_t>(where.width),
             pitch = static_cast<std::size_t>(where.pitch);
  if (values != rows * width)
    throw std::invalid_argument(
        fmt::format("a tensor of {} values does not fill {} channels of {} x {}", values,
                    where.channels, where.height, where.width));
  if (where.address + rows * pitch > image_bytes)
    throw std::out_of_range(
        fmt::format("a tensor of {} bytes at {:#x} reaches past the end of the image of {} bytes",
                    rows * pitch, where.address, image_bytes));
  for (std::size_t i = 0; i < rows; ++i) row(i * width, where.address + i * pitch);
}

}  // namespace

void write_tensor(std::vector<std::uint8_t>& image, const TensorPlacement& where,
                  const std::vector<std::int8_t>& values) {
  for_each_row(image.size(), where, values.size(), [&](std::size_t value, std::size_t address) {
    const auto out = image.begin() + static_cast<std::ptrdiff_t>(address);
    std::transform(values.begin() + static_cast<std::ptrdiff_t>(value),
                   values.begin() + static_cast<std::ptrdiff_t>(value) + where.width, out,
                   [](std::int8_t v) { return static_cast<std::uint8_t>(v); });
    std::fill(out + where.width, out + where.pitch, std::uint8_t{0});
  });
}

std::vector<std::int8_t> read_tensor(const std::vector<std::uint8_t>& image,
                                     const TensorPlacement& where) {
  std::vector<std::int8_t> values(static_cast<std::size_t>(where.channels) *
                                  static_cast<std::size_t>(where.height) *
                                  static_cast<std::size_t>(where.width));
  for_each_row(image.size(), where, values.size(), [&](std::size_t value, std::size_t address) {
    for (std::size_t x = 0; x < static_cast<std::size_t>(where.width); ++x)
      values[value + x] = static_cast<std::int8_t>(image[address + x]);
  });
  return values;
}

}  // namespace sd::schedule
