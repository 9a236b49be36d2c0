// Which external tools are there, in which version.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sd::core {

struct ToolStatus {
  std::string name, purpose, package;  ///< package: Debian's
  bool needed = false;  ///< by `smartdeal run`; the others serve some command or test
  std::optional<std::filesystem::path> path;  ///< empty: not in PATH
  std::string version;                        ///< the tool's own words; empty if it gave none
  std::string problem;                        ///< one sentence; empty if all is well
};

struct DoctorReport {
  std::vector<ToolStatus> tools;
  std::filesystem::path cache;
  std::string cache_problem;           ///< one sentence; empty if it can be written
  [[nodiscard]] bool healthy() const;  ///< nothing that is needed has a problem
};

/// Looks in PATH and asks every tool for its version. `cache` empty: tb::default_cache().
[[nodiscard]] DoctorReport examine(const std::filesystem::path& cache = {});

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const DoctorReport& report);

}  // namespace sd::core
