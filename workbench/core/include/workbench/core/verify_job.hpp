// A regression: random workloads on many design points, and what of the hardware they reached.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "regression/regression.hpp"
#include "regression/verdict.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

struct VerifyOptions {
  regression::Suite suite = regression::Suite::quick;
  long seed = 1;
  int jobs = 0;                                ///< models or pairs at a time; 0: all cores
  std::optional<std::filesystem::path> store;  ///< empty: verify-SUITE-SEED; of one pair: none
  bool fresh = false;                          ///< what the store holds is removed first
  std::optional<long> pair;                    ///< this one only
  std::optional<double> soak_seconds;          ///< how long; of the suite soak only
  std::optional<std::filesystem::path> trace;  ///< folder for the waveforms of failures
  std::optional<std::filesystem::path> junit;
  std::optional<std::filesystem::path> exclusions;  ///< empty: the program's own
  bool require_coverage = false;  ///< a goal of coverage that is missed is a failure, of any suite
  std::filesystem::path cache;    ///< empty: tb::default_cache()
};

struct VerifyReport {
  regression::RegressionReport regression;
  tb::CoverageReport code;                            ///< no modules: no pair counted code
  std::string exclusions;                             ///< where they are from
  std::vector<regression::CoverageVerdict> coverage;  ///< none where one pair was run
  bool coverage_required = false;
  std::filesystem::path store;  ///< empty: nothing is kept
  std::vector<std::string> notes;
  std::size_t jobs = 0;
  [[nodiscard]] bool coverage_reached() const;
  /// No pair failed, and the coverage is enough where that is required.
  [[nodiscard]] bool passed() const;
};

/// Where the regression is kept; empty: nowhere.
[[nodiscard]] std::filesystem::path store_of(const VerifyOptions& options);

/// What would be run. Throws InputError.
[[nodiscard]] regression::Plan verify_plan(const VerifyOptions& options);

/// Throws InputError, tb::ToolError, tb::Cancelled: what is finished is in the store, and the same
/// options continue there. A failed pair is not an exception.
[[nodiscard]] VerifyReport verify(const VerifyOptions& options, const Observer& observer,
                                  std::stop_token stop);

/// The same with something else in the simulator's place.
[[nodiscard]] VerifyReport verify(const VerifyOptions& options, const regression::Engine& engine,
                                  const Observer& observer, std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const VerifyReport& report);
[[nodiscard]] std::string plan_text(const regression::Plan& plan);

}  // namespace sd::core
