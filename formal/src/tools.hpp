// A folder for the tools, and a tool with a limit on its time.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "formal/prove.hpp"

namespace sd::formal {

/// A folder under the system's temporary one, which goes with its owner.
class WorkFolder {
 public:
  WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  /// Copies everything to `folder`/`name`, which appears whole or not at all; an older one goes.
  std::filesystem::path keep(const std::filesystem::path& folder, const std::string& name) const;

 private:
  std::filesystem::path path_;
};

/// Counts down the time that all tools of one proof have together.
class Deadline {
 public:
  explicit Deadline(const Options& options)
      : begin_(std::chrono::steady_clock::now()), limit_(options.time_limit), stop_(options.stop) {}
  [[nodiscard]] double seconds() const;
  /// Standard output and standard error of the tool; nothing if the time ran out. Throws
  /// tb::Cancelled on request, tb::ToolError where the exit status is not among `accepted`.
  [[nodiscard]] std::optional<std::string> run(const WorkFolder& folder,
                                               const std::vector<std::string>& arguments,
                                               const std::vector<int>& accepted = {0}) const;

 private:
  std::chrono::steady_clock::time_point begin_;
  std::chrono::seconds limit_;
  std::stop_token stop_;
};

/// Names of all files of the task and the harness, written into the folder.
[[nodiscard]] std::string write_sources(const WorkFolder& folder, const Task& task,
                                        const std::string& harness);

}  // namespace sd::formal
