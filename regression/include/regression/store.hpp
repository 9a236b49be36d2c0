// What a regression keeps on disk, so that it goes on where it stopped.
//
//   regression.json        which regression this is
//   pairs/000137.json      one finished pair: result and functional coverage
//   coverage/000137.cov    its code coverage, until its design is finished
//   coverage/design-4.cov  of all pairs of the fifth design
//   work/                  what Verilator writes; nothing in it outlives a pair
//   reports/               what whoever runs it writes for people at the end
//
// Every file is written aside and renamed: killed at any moment, the folder holds whole files.
#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "regression/plan.hpp"
#include "regression/workload_run.hpp"
#include "verilator_tb/code_coverage.hpp"

namespace sd::regression {

/// The folder holds something else, or cannot be used: one sentence that names it.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Hash of the sources of everything that decides a result: generators, harness, reference,
/// workloads.
[[nodiscard]] std::string program_hash();

/// One process at a time may hold a store; calls from several threads are safe if they concern
/// different pairs and designs.
class Store {
 public:
  /// Makes the folder, or continues what is there. Throws StoreError if it holds another
  /// regression (suite, seed, plan or program differ), something that is none, or if another
  /// process works in it. A soak's plan grows, so only suite, seed and program count for it.
  Store(std::filesystem::path folder, const Plan& plan, const std::string& program);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Removes a store's own files; nothing if there is no such folder. Throws StoreError if it holds
  /// something that is no store.
  static void remove(const std::filesystem::path& folder);

  /// The result that is kept for a pair; empty if there is none. A file that cannot be what
  /// save_pair() wrote for this pair is removed and named in notes().
  [[nodiscard]] std::optional<WorkloadResult> load_pair(std::size_t number,
                                                        const PlannedDesign& planned,
                                                        const Workload& workload);
  /// After this the pair counts as done.
  void save_pair(std::size_t number, const PlannedDesign& planned, const Workload& workload,
                 const WorkloadResult& result);

  /// Where a pair's run may write Verilator's counts.
  [[nodiscard]] std::filesystem::path work_file(std::size_t number) const;
  void save_coverage(std::size_t number, const tb::CodeCoverage& coverage);
  [[nodiscard]] std::optional<tb::CodeCoverage> load_coverage(std::size_t number);

  /// Replaces the coverage of the design's pairs, which are `first`..`last`.
  void save_design_coverage(std::size_t design, std::size_t first, std::size_t last,
                            const tb::CodeCoverage& coverage);
  [[nodiscard]] std::optional<tb::CodeCoverage> load_design_coverage(std::size_t design);

  /// What was found damaged, a sentence each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path reports() const { return folder_ / "reports"; }

 private:
  [[nodiscard]] std::filesystem::path pair_file(std::size_t number) const;
  [[nodiscard]] std::filesystem::path coverage_file(std::size_t number) const;
  [[nodiscard]] std::filesystem::path design_file(std::size_t design) const;
  [[nodiscard]] std::optional<tb::CodeCoverage> load_code(const std::filesystem::path& file);
  void drop(const std::filesystem::path& file, const std::string& why);

  std::filesystem::path folder_;
  std::vector<std::string> notes_;
  int lock_ = -1;
};

}  // namespace sd::regression
