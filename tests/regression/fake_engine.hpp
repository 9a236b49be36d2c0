// A regression without a simulator: what a pair gives follows from its workload alone.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "regression/regression.hpp"

namespace sd::regression::test {

/// Two designs, the first counts code: pairs 1 to 3 and 4 to 5.
inline Plan small_plan() {
  Plan plan{Suite::full, 7, {}};
  design::DesignPoint first, second;
  first.name = "first";
  second.name = "second";
  plan.designs.push_back({first,
                          true,
                          {{WorkloadKind::networks, 10, 1},
                           {WorkloadKind::programs, 11, 2},
                           {WorkloadKind::faults, 12, 1}},
                          true});
  plan.designs.push_back(
      {second, false, {{WorkloadKind::networks, 20, 1}, {WorkloadKind::faults, 21, 1}}, false});
  return plan;
}

inline tb::FunctionalCoverage bins() {
  tb::FunctionalCoverage coverage;
  std::vector<tb::CoverBin> seeds;
  for (const int seed : {10, 11, 12, 20, 21, 22})
    seeds.emplace_back(fmt::format("s{}", seed), seed);
  coverage.group("workload").point("seed", seeds);
  return coverage;
}

class FakeEngine {
 public:
  explicit FakeEngine(const std::filesystem::path& source_folder) : folder_(source_folder) {
    std::ofstream(folder_ / "unit.sv") << "module unit;\n  a = 0;\n  a = 1;\n  a = 2;\nendmodule\n";
  }

  /// Called before a pair runs and before a design is built, from any thread.
  std::function<void(const Workload&)> before_pair;
  std::function<void(const design::DesignPoint&)> before_build;
  std::function<void(const Workload&, WorkloadResult&)> change;

  [[nodiscard]] Engine engine() {
    Engine engine;
    engine.functional_model = bins();
    engine.build = [this](const design::DesignPoint& design, const tb::ModelOptions& how,
                          std::stop_token) {
      if (before_build) before_build(design);
      const std::lock_guard lock(mutex_);
      built.push_back(design.name);
      models.push_back(how);
      tb::BuiltModel model;
      model.source_folder = folder_;
      return model;
    };
    engine.run = [this](const tb::BuiltModel&, const design::DesignPoint&, const Workload& workload,
                        const WorkloadOptions& options,
                        const std::function<void(const WorkloadProgress&)>& progress,
                        std::stop_token stop) {
      if (before_pair) before_pair(workload);
      if (stop.stop_requested()) throw tb::Cancelled();
      progress({workload.seed, 1000, 0.5});
      WorkloadResult result;
      result.cycles = 100 * workload.seed;
      result.macs = workload.seed;
      result.seconds = 0.25;
      result.functional = bins();
      result.functional.group("workload")
          .sample({{"seed", static_cast<std::int64_t>(workload.seed)}});
      // Each workload of the first design runs a line of its own.
      if (!options.code_coverage_file.empty())
        write_counts(options.code_coverage_file, static_cast<int>(workload.seed) - 8);
      if (change) change(workload, result);
      const std::lock_guard lock(mutex_);
      ran.push_back(workload.seed);
      traces.push_back(options.trace_file);
      return result;
    };
    return engine;
  }

  std::vector<std::string> built;
  std::vector<tb::ModelOptions> models;
  std::vector<std::uint64_t> ran;
  std::vector<std::filesystem::path> traces;

 private:
  static void write_counts(const std::filesystem::path& file, int ran_line) {
    std::ofstream out(file);
    out << "# SystemC::Coverage-3\n";
    for (int line = 2; line <= 4; ++line)
      out << fmt::format(
          "C '\001f\002rtl/unit.sv\001l\002{0}\001n\0023\001page\002v_line/unit\001o\002block"
          "\001S\002{0}\001h\002TOP.unit' {1}\n",
          line, line == ran_line ? 1 : 0);
  }

  std::filesystem::path folder_;
  std::mutex mutex_;
};

/// Everything that a report says of results.
inline std::string summary(const RegressionReport& report) {
  std::string text;
  for (const PairReport& pair : report.pairs)
    text += fmt::format("{} {} {} {} {} {}\n", pair.number, static_cast<int>(pair.state),
                        pair.failure, pair.cycles, pair.macs, pair.seconds);
  text += report.functional.json();
  return text + tb::make_report(report.code).text();
}

}  // namespace sd::regression::test
