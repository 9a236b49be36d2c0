// How long the rest takes, from what has been measured.
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "regression/plan.hpp"

namespace sd::regression {

class TimeLeft {
 public:
  explicit TimeLeft(std::size_t jobs) : jobs_(jobs) {}

  void to_do(const PlannedDesign& planned, const Workload& workload) {
    ++of(planned, workload).left;
  }
  void to_build() { ++builds_.left; }

  void built(double seconds) { builds_.took(seconds); }
  void ran(const PlannedDesign& planned, const Workload& workload, double seconds) {
    of(planned, workload).took(seconds);
    all_.took(seconds);
  }

  void given_up(const PlannedDesign& planned, const Workload& workload) {
    --of(planned, workload).left;
  }

  /// Empty until a pair has been measured.
  [[nodiscard]] std::optional<double> seconds() const {
    if (all_.count == 0) return std::nullopt;
    double sum = builds_.left * builds_.mean(0.0);
    for (const auto& [kind, measured] : pairs_) sum += measured.left * measured.mean(all_.mean(0));
    return sum / static_cast<double>(jobs_);
  }

 private:
  struct Measured {
    int left = 0, count = 0;
    double sum = 0;
    void took(double seconds) {
      --left;
      ++count;
      sum += seconds;
    }
    [[nodiscard]] double mean(double otherwise) const {
      return count == 0 ? otherwise : sum / count;
    }
  };
  Measured& of(const PlannedDesign& planned, const Workload& workload) {
    return pairs_[{workload.kind, planned.code_coverage}];  // counting slows a simulation down
  }

  std::size_t jobs_;
  Measured builds_, all_;
  std::map<std::pair<WorkloadKind, bool>, Measured> pairs_;
};

}  // namespace sd::regression
