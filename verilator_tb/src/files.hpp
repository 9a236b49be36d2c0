// Whole files in and out; a failure is one sentence with the path and the reason (such as a full
// disk).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "verilator_tb/errors.hpp"

namespace sd::tb {

/// Throws ToolError.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);
/// Writes in place (callers write into folders that nobody sees yet). Throws ToolError.
void write_file(const std::filesystem::path& file, std::string_view text);
/// Creates the folder and its parents. Throws ToolError.
void create_folder(const std::filesystem::path& folder);

}  // namespace sd::tb
