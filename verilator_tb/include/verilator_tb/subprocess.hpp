// External programs: started by argument vector, in a process group of their own, stoppable, output
// bounded.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verilator_tb/errors.hpp"

namespace sd::tb {

struct ProcessOptions {
  std::filesystem::path working_folder;  ///< empty: the caller's
  std::size_t output_limit = 64 * 1024;  ///< bytes kept: the first and the last half of this
  std::vector<std::pair<std::string, std::string>>
      environment;  ///< set in addition to the caller's (LC_ALL=C always is)
};

struct ProcessResult {
  int exit_status = 0;  ///< of exit(), or 128 + the signal that ended it
  std::string output;   ///< standard output and standard error, interleaved; the middle left out if
                        ///< it was too long
  bool truncated = false;
};

/// Runs `arguments` (the first is the program: a path, or a name looked up in PATH) with no
/// standard input and waits for it. When `stop` is requested the whole process group gets SIGTERM,
/// a second later SIGKILL, and Cancelled is thrown; processes that the program left behind in its
/// group are killed too. Throws ToolError if it cannot be started.
[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& arguments,
                                        const ProcessOptions& options = {},
                                        std::stop_token stop = {});

/// The executable of that name in PATH.
[[nodiscard]] std::optional<std::filesystem::path> find_program(std::string_view name);

/// As find_program; throws ToolError naming the Debian package if it is missing.
[[nodiscard]] std::filesystem::path require_program(std::string_view name,
                                                    std::string_view package);

}  // namespace sd::tb
