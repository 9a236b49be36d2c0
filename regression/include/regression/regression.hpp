// Runs a plan: builds each design point's model, runs its workloads, keeps every result at once.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "regression/plan.hpp"
#include "regression/store.hpp"
#include "regression/workload_run.hpp"
#include "verilator_tb/code_coverage.hpp"
#include "verilator_tb/functional_coverage.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::regression {

/// What builds and runs: the simulator, or what a test puts in its place. Both are called from
/// several threads.
struct Engine {
  std::function<tb::BuiltModel(const design::DesignPoint&, const tb::ModelOptions&,
                               std::stop_token)>
      build;
  std::function<WorkloadResult(
      const tb::BuiltModel&, const design::DesignPoint&, const Workload&, const WorkloadOptions&,
      const std::function<void(const WorkloadProgress&)>&, std::stop_token)>
      run;
  tb::FunctionalCoverage functional_model;  ///< every bin, with no hit
};

/// Verilator and run_workload(), with models kept in `cache`.
[[nodiscard]] Engine simulator(const std::filesystem::path& cache);

struct RegressionOptions {
  std::size_t jobs = 1;  ///< models or pairs at a time; no result depends on it
  std::optional<std::size_t> only_pair;
  std::filesystem::path trace_folder;  ///< of each failing pair, pair-000137.fst; empty: none
  /// Nothing is begun after this moment. A soak has one.
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

enum class PairState { not_run, passed, failed };

struct PairReport {
  std::size_t number = 0, design = 0;  ///< design: place in the plan
  Workload workload;
  PairState state = PairState::not_run;
  std::string failure;  ///< the first line says what is wrong
  std::uint64_t cycles = 0, macs = 0;
  double seconds = 0;  ///< inside the simulator
  bool kept = false;   ///< an earlier run's result
};

struct DesignBuild {
  bool built = false;  ///< by this run
  bool from_cache = false;
  double seconds = 0;
};

struct RegressionReport {
  Plan plan;                        ///< a soak's has grown
  std::vector<PairReport> pairs;    ///< by number; of only_pair, that one
  std::vector<DesignBuild> builds;  ///< by design
  tb::FunctionalCoverage functional;
  tb::CodeCoverage code;
  std::vector<std::string> notes;
  double wall_seconds = 0;

  [[nodiscard]] std::size_t count(PairState state) const;
  [[nodiscard]] std::uint64_t cycles() const;
  [[nodiscard]] double simulation_seconds() const;
};

/// While it runs. One call at a time.
struct RegressionProgress {
  std::size_t pairs = 0, done = 0, failed = 0;  ///< pairs: 0 where there is no end
  double cycles_per_second = 0;  ///< of all that is simulated at this moment together
  double seconds_left = -1;      ///< negative: nothing has been measured yet
  std::string doing;             ///< "tiny_booth: networks 42"
};

/// Continues what the store holds. Throws Cancelled (what is finished is kept), StoreError,
/// std::out_of_range for a pair that the plan does not have. A pair whose model cannot be built, or
/// whose simulator fails, is a failed pair that is not kept.
[[nodiscard]] RegressionReport run_regression(
    const Plan& plan, const RegressionOptions& options, const Engine& engine, Store& store,
    const std::function<void(const RegressionProgress&)>& progress, std::stop_token stop);

}  // namespace sd::regression
