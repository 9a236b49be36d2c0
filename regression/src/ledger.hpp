// What of a plan is done and what is left, between the store and those who work.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "regression/regression.hpp"
#include "time_left.hpp"

namespace sd::regression {

/// Not for two threads at once: who works holds a lock.
class Ledger {
 public:
  /// Looks up what the store has. Throws std::out_of_range for a pair that the plan does not have.
  Ledger(const Plan& plan, const RegressionOptions& options,
         const tb::FunctionalCoverage& functional_model, Store& store);

  [[nodiscard]] const PlannedDesign& planned(std::size_t design) const {
    return report_.plan.designs[design];
  }
  [[nodiscard]] const PairReport& pair(std::size_t number) const;
  [[nodiscard]] const tb::BuiltModel& model(std::size_t design) const {
    return open_.at(design).model;
  }

  /// A design of which a pair is left and whose model is to be built, each once; empty if there is
  /// none.
  [[nodiscard]] std::optional<std::size_t> next_design();
  /// Takes up the next design of a soak; false if this is none.
  bool grow();

  /// The model is ready: the numbers of the pairs to run.
  std::vector<std::size_t> built(std::size_t design, tb::BuiltModel model, double seconds);
  void not_built(std::size_t design, const std::string& why);
  /// The result, which is in the store already. `seconds`: of the whole pair.
  void ran(std::size_t number, const WorkloadResult& result, const tb::CodeCoverage& code,
           double seconds);
  /// What says nothing of the design: a failed pair that the store does not get.
  void gave_up(std::size_t number, const std::string& why);

  /// Pairs, done, failed, time left.
  [[nodiscard]] RegressionProgress progress() const;
  /// At the end, once.
  [[nodiscard]] RegressionReport finish();

 private:
  /// A design that has pairs to run.
  struct Open {
    std::size_t first = 0;           ///< number of its first pair
    std::vector<std::size_t> to_do;  ///< numbers
    std::size_t left = 0;            ///< of them without a result
    tb::BuiltModel model;
    tb::CodeCoverage code;  ///< of its finished pairs
  };

  void take_up(std::size_t design);
  bool take_over(const PlannedDesign& planned, bool whole, Open& open, PairReport& pair);
  void close(std::size_t design, const Open& open, bool save);
  [[nodiscard]] PairReport& entry(std::size_t number);

  std::optional<std::size_t> only_pair_;
  Store& store_;
  RegressionReport report_;
  std::size_t next_number_ = 1, done_ = 0, failed_ = 0;
  std::map<std::size_t, Open> open_;  ///< by design
  std::deque<std::size_t> to_build_;  ///< designs
  TimeLeft time_left_;
};

}  // namespace sd::regression
