// A mutation check: every mutant against the tests, resumable.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mutation/choose.hpp"
#include "rtl/design/design_point.hpp"

namespace sd::mutation {

struct CampaignOptions {
  std::filesystem::path folder;  ///< plans, survey and verdicts; may exist: it goes on
  std::vector<std::filesystem::path> test_programs;  ///< GoogleTest programs that build Blocks
  std::vector<hcl::Design> designs;
  ChooseOptions choose;
  std::chrono::seconds proof_limit{60};
  /// The command that runs the chip-level check with $SMARTDEAL_MUTANT set and ends with 0 if all
  /// is well, 1 with a last line that says what is wrong; empty: none. The design's number is added
  /// as the last argument.
  std::vector<std::string> chip_command;
  std::chrono::seconds chip_limit{120};  ///< besides ten times as long as it takes with none alive
  std::function<void(const std::string&)> say;  ///< a line of progress
};

/// A test and the mutants that its models hold.
struct SurveyedTest {
  std::filesystem::path program;
  std::string name;  ///< as --gtest_filter takes it
  double seconds = 0;
  std::vector<int> mutants;
};

class Campaign {
 public:
  /// Chooses the mutants and writes their plans, or reads what an earlier run chose. Throws
  /// tb::ToolError where the folder holds a campaign of other options.
  explicit Campaign(CampaignOptions options);

  [[nodiscard]] const MutantSet& mutants() const { return set_; }
  /// Verdicts so far, by number.
  [[nodiscard]] const std::map<int, Outcome>& outcomes() const { return outcomes_; }

  /// Runs every test once with the faults built in and none alive: builds all models, and learns
  /// which test meets which mutant. Throws tb::ToolError naming the test that fails.
  void survey();
  /// Judges one mutant and stores the verdict. Before the first of its kind the tests are surveyed,
  /// and before the first that needs the chip that check has to pass with none alive.
  Outcome judge(const Mutant& mutant);
  /// Judges all that have no verdict yet.
  void run();

 private:
  [[nodiscard]] std::filesystem::path kind_folder(const Mutant& mutant) const;
  /// `judging`: what a quick test catches has its verdict at once.
  void survey_kind(const std::string& kind, bool judging);
  void judge_by(const SurveyedTest& test);
  void store(const Outcome& outcome, const Mutant& mutant);
  [[nodiscard]] std::optional<std::string> failure_of(const SurveyedTest& test,
                                                      const Mutant& mutant) const;
  [[nodiscard]] std::optional<std::string> caught_by_test(const Mutant& mutant) const;
  [[nodiscard]] std::chrono::milliseconds chip_limit(const Mutant& mutant);
  [[nodiscard]] std::optional<std::string> caught_by_chip(const Mutant& mutant);
  [[nodiscard]] Outcome settle(const Mutant& mutant);
  void say(const std::string& line) const;

  CampaignOptions options_;
  MutantSet set_;
  std::map<std::string, std::vector<SurveyedTest>> tests_;  ///< by kind folder
  /// Of the chip-level check with none alive, by kind folder and design.
  std::map<std::pair<std::string, int>, std::chrono::milliseconds> chip_limits_;
  std::map<int, Outcome> outcomes_;
};

}  // namespace sd::mutation
