#pragma once

#include <filesystem>
#include <string_view>

namespace sd::pack {

/// Writes next to `file`, syncs, then renames, so that `file` is either the old one or complete.
/// Throws FileError.
void write_aside(const std::filesystem::path& file, std::string_view bytes);

}  // namespace sd::pack
