// Progress on standard error: one line rewritten in place on a terminal, a line now and then
// otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace sd::cli {

class ProgressLine {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  using Write = std::function<void(const std::string&)>;

  /// `columns`: width of the terminal, 0 if it is none.
  ProgressLine(Write write, int columns, Clock clock = &std::chrono::steady_clock::now);
  /// On standard error.
  static ProgressLine on_stderr();

  /// `fraction` of the stage, negative if unknown.
  void show(const std::string& stage, double fraction, const std::string& detail);
  /// Leaves an empty line to whoever writes next.
  void clear();

 private:
  [[nodiscard]] std::string line(const std::string& stage, double fraction,
                                 const std::string& detail) const;

  Write write_;
  int columns_;
  Clock clock_;
  std::string stage_;
  std::chrono::steady_clock::time_point stage_begin_, last_shown_;
  bool dirty_ = false;
};

}  // namespace sd::cli
