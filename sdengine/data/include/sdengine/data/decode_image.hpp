// One picture from memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sdengine/data/dataset.hpp"

namespace sd::data {

/// A JPEG, PNG or BMP file's content: 1 channel for grey files, 3 otherwise; transparency is
/// dropped. Untrusted input: refuses more than 64 MiB, pictures over 8192 pixels on a side or 16
/// million in all, and content that makes the decoder ask for far more memory than the picture
/// needs. `name` is for error messages. Throws DataError.
[[nodiscard]] Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace sd::data
