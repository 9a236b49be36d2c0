#include "workbench/core/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "verilator_tb/model_build.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::core {

namespace {

struct Wanted {
  const char *name, *purpose, *package;
  bool needed;
};

constexpr Wanted wanted[] = {
    {"verilator", "simulates the accelerator", "verilator", true},
    {"g++", "compiles the simulation", "g++", true},
    {"yosys", "synthesises the accelerator (tests of the emitted SystemVerilog)", "yosys", false},
};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

ToolStatus ask(const Wanted& tool) {
  ToolStatus status{
      tool.name, tool.purpose, tool.package, tool.needed, tb::find_program(tool.name), {}, {}};
  if (!status.path) {
    status.problem =
        fmt::format("{} is not in PATH; install Debian package {}", tool.name, tool.package);
    return status;
  }
  // Yosys knows -V only.
  const std::string option = status.name == "yosys" ? "-V" : "--version";
  try {
    const tb::ProcessResult result = tb::run_process({status.path->string(), option});
    status.version = first_line(result.output);
    if (result.exit_status != 0) {
      status.problem = fmt::format("{} {} ended with status {}; reinstall Debian package {}",
                                   status.path->string(), option, result.exit_status, tool.package);
    }
  } catch (const tb::ToolError& error) {
    status.problem = error.what();
  }
  return status;
}

/// The cache is made when it is first used, so what counts is the nearest folder that exists.
std::string cache_problem(std::filesystem::path folder) {
  std::error_code ignored;
  const std::filesystem::path cache = folder;
  while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path())
    folder = folder.parent_path();
  if (!std::filesystem::is_directory(folder, ignored))
    return fmt::format("{} is not a folder; choose another cache with --cache or SMARTDEAL_CACHE",
                       folder.string());
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return fmt::format(
        "cannot write in {}: {}; choose another cache with --cache or SMARTDEAL_CACHE",
        folder.string(), std::strerror(errno));
  }
  const auto space = std::filesystem::space(folder, ignored);
  constexpr std::uintmax_t wanted_bytes = 200U << 20;
  if (!ignored && space.available < wanted_bytes)
    return fmt::format("{} has {} MiB left, and a simulation takes up to 200; free some space",
                       cache.string(), space.available >> 20);
  return {};
}

}  // namespace

bool DoctorReport::healthy() const {
  return cache_problem.empty() &&
         std::none_of(tools.begin(), tools.end(),
                      [](const ToolStatus& tool) { return tool.needed && !tool.problem.empty(); });
}

DoctorReport examine(const std::filesystem::path& cache) {
  DoctorReport report;
  for (const Wanted& tool : wanted) report.tools.push_back(ask(tool));
  report.cache = std::filesystem::absolute(cache.empty() ? tb::default_cache() : cache);
  report.cache_problem = cache_problem(report.cache);
  return report;
}

}  // namespace sd::core
