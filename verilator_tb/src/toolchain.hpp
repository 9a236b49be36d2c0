// Verilator and the C++ compiler, as found on this machine.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

namespace sd::tb {

struct Toolchain {
  std::filesystem::path verilator, compiler;
  std::string verilator_version, compiler_version;  ///< first line of --version
  std::filesystem::path verilator_include;          ///< where verilated.h is
};

/// Throws ToolError naming the Debian package of what is missing.
[[nodiscard]] Toolchain find_toolchain(std::stop_token stop);

}  // namespace sd::tb
