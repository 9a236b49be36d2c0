// The file behind `smartdeal decompose --settings` (docs/decompose_settings.md).
#pragma once

#include <filesystem>

#include "json_envelope.hpp"
#include "sdengine/compress/compress.hpp"

namespace sd::core {

/// What the file says, over the defaults. Throws InputError "FILE:LINE: KEY: ...".
[[nodiscard]] compress::Options read_decompose_settings(const std::filesystem::path& file);

/// The options that decide the result, as they stand in a .sd file's provenance.
[[nodiscard]] Json settings_json(const compress::Options& options);

}  // namespace sd::core
