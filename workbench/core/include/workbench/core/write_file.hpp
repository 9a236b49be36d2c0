// Files that are there whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

namespace sd::core {

/// Writes `file` aside, then renames it into place; what was there before stays until then.
/// Something that is not a regular file (a pipe, a device) is written to directly. Throws
/// InputError naming the file and the system's reason.
void write_file(const std::filesystem::path& file, std::string_view contents);

/// Throws InputError if `file` can clearly not be written later (no such folder, no permission, it
/// is a folder): to be asked before long work whose result goes there.
void check_writable(const std::filesystem::path& file);

}  // namespace sd::core
