// Whole files in and out, for a store.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sd::regression {

/// Throws StoreError.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);
/// Aside, then renamed: the file is there whole or not at all. Throws StoreError.
void write_file(const std::filesystem::path& file, std::string_view text);

}  // namespace sd::regression
