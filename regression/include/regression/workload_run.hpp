// One workload on one built design point: the unit that passes or fails.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "regression/plan.hpp"
#include "verilator_tb/functional_coverage.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::regression {

struct WorkloadResult {
  bool passed = true;
  std::string failure;  ///< what differs, where, and how to run just this again; empty: passed
  std::uint64_t cycles = 0, macs = 0;
  double seconds = 0;  ///< wall time inside the simulator
  tb::FunctionalCoverage functional;
};

struct WorkloadOptions {
  /// Verilator's counts are written here (the model must have been built with coverage); empty:
  /// not.
  std::filesystem::path code_coverage_file;
  /// Of a failure: the waveform around the first wrong write (the model must have been built with
  /// ModelOptions::trace); empty: none.
  std::filesystem::path trace_file;
};

/// Cycles and cycles per second so far, and the fraction of the workload that is done.
struct WorkloadProgress {
  std::uint64_t cycles = 0;
  double cycles_per_second = 0, fraction = 0;
};

/// Throws Cancelled when stopped; ToolError only where the simulator itself fails. What the design
/// does wrong (a value, a broken rule, an assertion, a hang) is a failed result.
[[nodiscard]] WorkloadResult run_workload(
    const tb::BuiltModel& model, const design::DesignPoint& design, const Workload& workload,
    const WorkloadOptions& options, const std::function<void(const WorkloadProgress&)>& progress,
    std::stop_token stop);

/// Every group, point, cross and ignored bin that the regression counts, with no hit yet: what
/// "every bin" means.
[[nodiscard]] tb::FunctionalCoverage functional_coverage_model();

}  // namespace sd::regression
