// What hardware a simulator was made from.
#pragma once

#include <filesystem>
#include <string>

namespace sd::core {

/// "sha256:..." over names and bytes of the SystemVerilog files in a folder. Throws InputError if
/// one cannot be read.
[[nodiscard]] std::string hash_of_sources(const std::filesystem::path& folder);

}  // namespace sd::core
