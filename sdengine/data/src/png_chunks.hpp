// stb_image 2.27 copies the content of a PNG file's first IDAT chunk to a null pointer if that
// chunk is empty.
#pragma once

#include <span>

namespace sd::data {

/// False if `file` is a PNG file whose first IDAT chunk is empty. (The standard allows it, but no
/// program writes it.)
[[nodiscard]] bool png_data_begins(std::span<const unsigned char> file);

}  // namespace sd::data
