// Where the job is: news to the observer, one call at a time, and the place where a wish to stop is
// heard.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "workbench/core/run_job.hpp"

namespace sd::core {

/// May be used from several threads.
class Stages {
 public:
  /// The observer must outlive this.
  Stages(const Observer& observer, std::stop_token stop)
      : observer_(observer), stop_(std::move(stop)) {}
  Stages(const RunObserver& observer, std::stop_token stop)
      : observer_(observer), layers_(&observer.layers), stop_(std::move(stop)) {}

  /// Throws tb::Cancelled if the user asked to stop.
  void check() const;
  /// Begins a stage. Throws tb::Cancelled.
  void begin(std::string stage, const std::string& detail = {});
  /// Fraction of the stage at hand, or negative if unknown; passed on at most twenty times a
  /// second. Throws tb::Cancelled.
  void update(double fraction, const std::string& detail = {});
  /// To those who observe a run.
  void layers(const std::vector<LayerReport>& layers);

  [[nodiscard]] const std::stop_token& stop() const { return stop_; }

 private:
  const Observer& observer_;
  const std::function<void(const std::vector<LayerReport>&)>* layers_ = nullptr;
  std::stop_token stop_;
  std::mutex one_call_;
  std::string stage_;
  std::chrono::steady_clock::time_point last_update_;
};

}  // namespace sd::core
