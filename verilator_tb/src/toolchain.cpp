#include "toolchain.hpp"

#include <fmt/format.h>

#include "verilator_tb/subprocess.hpp"

namespace sd::tb {
namespace {

std::string first_line_of(const std::vector<std::string>& arguments, std::stop_token stop) {
  const ProcessResult result = run_process(arguments, {}, stop);
  if (result.exit_status != 0)
    throw ToolError(fmt::format("{} {} failed with exit status {}: {}", arguments[0], arguments[1],
                                result.exit_status, result.output));
  return result.output.substr(0, result.output.find('\n'));
}

}  // namespace

Toolchain find_toolchain(std::stop_token stop) {
  Toolchain tools;
  tools.verilator = require_program("verilator", "verilator");
  tools.compiler = require_program("g++", "g++");
  tools.verilator_version = first_line_of({tools.verilator.string(), "--version"}, stop);
  tools.compiler_version = first_line_of({tools.compiler.string(), "--version"}, stop);
  const std::string root =
      first_line_of({tools.verilator.string(), "--getenv", "VERILATOR_ROOT"}, stop);
  tools.verilator_include = std::filesystem::path(root) / "include";
  if (!std::filesystem::exists(tools.verilator_include / "verilated.cpp"))
    throw ToolError(
        fmt::format("Verilator's runtime is missing: there is no verilated.cpp in {} (reinstall "
                    "Debian's package verilator)",
                    tools.verilator_include.string()));
  return tools;
}

}  // namespace sd::tb
