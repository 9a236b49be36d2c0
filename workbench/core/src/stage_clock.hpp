// How long each stage of a pipeline takes.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace sd::core {

/// Told the name of the stage at hand as often as there is news of it.
class StageClock {
 public:
  void at(const std::string& stage) {
    if (stage == stage_) return;
    stage_ = stage;
    begins_.push_back(std::chrono::steady_clock::now());
  }

  /// Of the last `count` stages, the last of which ends now; 0 for stages that never were.
  [[nodiscard]] std::vector<double> last_seconds(std::size_t count) const {
    std::vector<double> seconds(count);
    auto end = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < count && i < begins_.size(); ++i) {
      const auto begin = begins_[begins_.size() - 1 - i];
      seconds[count - 1 - i] = std::chrono::duration<double>(end - begin).count();
      end = begin;
    }
    return seconds;
  }

 private:
  std::string stage_;
  std::vector<std::chrono::steady_clock::time_point> begins_;
};

}  // namespace sd::core
