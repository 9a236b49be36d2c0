#pragma once

#include <filesystem>
#include <string>

namespace sd::graph {

/// Writes next to `file`, then renames, so that `file` is either the old one or complete. Throws
/// std::runtime_error.
void write_file(const std::filesystem::path& file, const std::string& bytes);

}  // namespace sd::graph
