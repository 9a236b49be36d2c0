// One image file.
#pragma once

#include <filesystem>

#include "sdengine/data/dataset.hpp"

namespace sd::data {

/// By its extension: .jpg, .jpeg, .png, .bmp in any case.
[[nodiscard]] bool is_image_name(const std::filesystem::path& file);

/// 1 channel for grey files, 3 otherwise; transparency is dropped. Refuses files over 64 MiB and
/// pictures over 8192 pixels on a side or 16 million in all, and decoders that ask for far more
/// memory than the picture needs. Throws DataError naming the file.
[[nodiscard]] Image read_image(const std::filesystem::path& file);

}  // namespace sd::data
