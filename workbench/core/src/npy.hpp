// NumPy's .npy format, version 1.0 (numpy.lib.format): what Python users open a tensor with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sd::core {

/// Bytes of a .npy file: `values` in C order. Throws std::invalid_argument if the shape does not
/// have as many elements.
[[nodiscard]] std::string npy_bytes(const std::vector<std::size_t>& shape,
                                    std::span<const std::int8_t> values);
[[nodiscard]] std::string npy_bytes(const std::vector<std::size_t>& shape,
                                    std::span<const std::uint8_t> values);
[[nodiscard]] std::string npy_bytes(const std::vector<std::size_t>& shape,
                                    std::span<const std::int16_t> values);
[[nodiscard]] std::string npy_bytes(const std::vector<std::size_t>& shape,
                                    std::span<const std::int32_t> values);
[[nodiscard]] std::string npy_bytes(const std::vector<std::size_t>& shape,
                                    std::span<const float> values);

}  // namespace sd::core
