#include "progress_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace sd::cli {

namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(100);
constexpr auto log_interval = std::chrono::seconds(10);

int terminal_columns() {
  if (isatty(STDERR_FILENO) == 0) return 0;
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  return whole < 60 ? fmt::format("{} s", whole)
                    : fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

}  // namespace

ProgressLine::ProgressLine(Write write, int columns, Clock clock)
    : write_(std::move(write)), columns_(columns), clock_(std::move(clock)) {}

ProgressLine ProgressLine::on_stderr() {
  return ProgressLine(
      [](const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); },
      terminal_columns());
}

std::string ProgressLine::line(const std::string& stage, double fraction,
                               const std::string& detail) const {
  std::string text = stage;
  if (fraction >= 0) text += fmt::format("  {:3.0f} %", 100 * fraction);
  if (!detail.empty()) text.append("  ").append(detail);
  const double elapsed = std::chrono::duration<double>(clock_() - stage_begin_).count();
  // An estimate from the first moments of a stage would jump about.
  if (fraction > 0.02 && fraction < 1 && elapsed > 2)
    text += fmt::format("  {} left", duration(elapsed * (1 - fraction) / fraction));
  return text;
}

void ProgressLine::show(const std::string& stage, double fraction, const std::string& detail) {
  const auto now = clock_();
  const bool first = stage_.empty(), new_stage = stage != stage_;
  if (new_stage) {
    stage_ = stage;
    stage_begin_ = now;
  }
  if (columns_ == 0) {
    // The first stage reads input and takes a moment: what is wrong with the input should stand
    // alone.
    if (first && fraction < 0) return;
    if (!new_stage && now - last_shown_ < log_interval) return;
    write_(fmt::format("{}\n", line(stage, fraction, detail)));
  } else {
    if (!new_stage && now - last_shown_ < terminal_interval) return;
    write_(fmt::format(
        "\r{}\x1b[K",
        line(stage, fraction, detail).substr(0, static_cast<std::size_t>(columns_ - 1))));
    dirty_ = true;
  }
  last_shown_ = now;
}

void ProgressLine::clear() {
  if (dirty_) write_("\r\x1b[K");
  dirty_ = false;
}

}  // namespace sd::cli
