// One image file.
#pragma once

#include <filesystem>

#include "sdengine/data/dataset.hpp"

namespace sd::data {

/// By its extension: .jpg, .jpeg, .png, .bmp in any case.
[[nodiscard]] bool is_image_name(const std::filesystem::path& file);

/// decode_image() of what the file holds. Throws DataError naming the file.
[[nodiscard]] Image read_image(const std::filesystem::path& file);

}  // namespace sd::data
