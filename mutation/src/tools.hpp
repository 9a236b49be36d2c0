// Tools with a limit on their time, and a folder for them.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "verilator_tb/subprocess.hpp"

namespace sd::mutation {

/// A folder under the system's temporary one, which goes with its owner.
class WorkFolder {
 public:
  WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Nothing if the time ran out: the process and all that it started are gone then.
[[nodiscard]] std::optional<tb::ProcessResult> run_limited(
    const std::vector<std::string>& arguments, const tb::ProcessOptions& options,
    std::chrono::milliseconds limit);

/// Throws tb::ToolError.
[[nodiscard]] std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace sd::mutation
