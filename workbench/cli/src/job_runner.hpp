// A job under the eyes of someone at a terminal.
#pragma once

#include <stop_token>
#include <utility>

#include "interrupts.hpp"
#include "progress_line.hpp"
#include "workbench/core/job.hpp"

namespace sd::cli {

/// Calls `job(observer, stop)`: its progress goes to standard error, and the first Ctrl-C asks it
/// to stop.
template <typename Job>
auto run_watched(Job&& job) {
  ProgressLine progress = ProgressLine::on_stderr();
  core::Observer observer;
  observer.progress = [&](const std::string& stage, double fraction, const std::string& detail) {
    progress.show(stage, fraction, detail);
  };
  const Interrupts interrupts;
  try {
    auto report = std::forward<Job>(job)(observer, interrupts.token());
    progress.clear();
    return report;
  } catch (...) {
    progress.clear();
    throw;
  }
}

}  // namespace sd::cli
