#include "mutation/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "campaign_files.hpp"
#include "mutation/prove.hpp"
#include "tools.hpp"

namespace sd::mutation {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::array<const char*, 2> kinds = {"own", "netlist"};
/// A test that takes less is tried on its mutants as soon as its models are built.
constexpr double quick_seconds = 2;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// The tests of a GoogleTest program: "Suite.test", "Suite/Instance.test/0".
std::vector<std::string> tests_of(const fs::path& program) {
  tb::ProcessOptions options;
  options.output_limit = 1024 * 1024;
  const tb::ProcessResult listed =
      tb::run_process({program.string(), "--gtest_list_tests"}, options);
  if (listed.exit_status != 0)
    throw tb::ToolError(fmt::format("{} --gtest_list_tests failed with status {}", program.string(),
                                    listed.exit_status));
  std::vector<std::string> tests;
  std::istringstream lines(listed.output);
  std::string suite;
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find("  #"));
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (line.empty()) continue;
    if (line.front() != ' ')
      suite = line.ends_with('.') ? line : "";
    else if (!suite.empty())
      tests.push_back(suite + line.substr(line.find_first_not_of(' ')));
  }
  return tests;
}

tb::ProcessOptions with_faults(const fs::path& plan) {
  tb::ProcessOptions options;
  options.environment = {{"SMARTDEAL_MUTANTS", fs::absolute(plan).string()}};
  return options;
}

std::string last_line(const std::string& output) {
  std::string text = output;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.find_last_of('\n') + 1);
}

/// Numbers of the log of planted faults, each once.
std::vector<int> planted(const fs::path& log) {
  std::set<int> numbers;
  if (fs::exists(log)) {
    std::istringstream in(read_text(log));
    for (int number = 0; in >> number;) numbers.insert(number);
  }
  return {numbers.begin(), numbers.end()};
}

}  // namespace

Campaign::Campaign(CampaignOptions options) : options_(std::move(options)) {
  fs::create_directories(options_.folder);
  const CampaignKey key = key_of(options_);
  if (auto known = load_mutants(key, options_.folder)) {
    set_ = std::move(*known);
  } else {
    set_ = choose_mutants(options_.designs, options_.choose);
    save_mutants(set_, key, options_.folder);
  }
  outcomes_ = load_outcomes(options_.folder);
}

void Campaign::say(const std::string& line) const {
  if (options_.say) options_.say(line);
}

fs::path Campaign::kind_folder(const Mutant& mutant) const {
  return options_.folder / (mutant.kind == MutantKind::netlist ? "netlist" : "own");
}

void Campaign::survey() {
  for (const char* kind : kinds) survey_kind(kind, false);
}

void Campaign::survey_kind(const std::string& kind, bool judging) {
  const fs::path folder = options_.folder / kind;
  std::vector<SurveyedTest> tests = load_survey(folder);
  // The programs may lie elsewhere by now, or have lost a test.
  std::map<fs::path, std::vector<std::string>> names;
  for (const fs::path& program : options_.test_programs) names[program] = tests_of(program);
  std::erase_if(tests, [&](SurveyedTest& test) {
    for (const auto& [program, listed] : names) {
      if (program.filename() != test.program.filename()) continue;
      test.program = program;
      return std::find(listed.begin(), listed.end(), test.name) == listed.end();
    }
    return true;
  });
  std::set<std::pair<std::string, std::string>> known;
  for (const SurveyedTest& test : tests) known.emplace(test.program.filename(), test.name);
  for (const fs::path& program : options_.test_programs) {
    for (const std::string& name : names.at(program)) {
      if (known.contains({program.filename(), name})) continue;
      const fs::path log = folder / "planted.log";
      fs::remove(log);
      tb::ProcessOptions options = with_faults(folder);
      options.environment.emplace_back("SMARTDEAL_MUTANTS_LOG", fs::absolute(log).string());
      const std::vector<std::string> command = {program.string(), "--gtest_filter=" + name};
      const tb::ProcessResult built = tb::run_process(command, options);
      if (built.exit_status != 0)
        throw tb::ToolError(fmt::format("{} fails with the {} faults built in and none alive: {}",
                                        name, kind, built.output));
      SurveyedTest test{program, name, 0, planted(log)};
      if (!test.mutants.empty()) {
        const auto begin = Clock::now();
        (void)tb::run_process(command, with_faults(folder));  // models are built: its own time
        test.seconds = seconds_since(begin);
      }
      append_survey(test, folder);
      tests.push_back(test);
      say(fmt::format("survey {}: {} holds {} mutants, {:.1f} s", kind, name, test.mutants.size(),
                      test.seconds));
      if (judging && test.seconds < quick_seconds) judge_by(test);
    }
  }
  std::erase_if(tests, [](const SurveyedTest& test) { return test.mutants.empty(); });
  std::stable_sort(tests.begin(), tests.end(), [](const SurveyedTest& a, const SurveyedTest& b) {
    return a.seconds < b.seconds;
  });
  tests_[kind] = std::move(tests);
}

/// What is to be said of a test that fails with the mutant alive.
std::optional<std::string> Campaign::failure_of(const SurveyedTest& test,
                                                const Mutant& mutant) const {
  tb::ProcessOptions options = with_faults(kind_folder(mutant));
  options.environment.emplace_back("SMARTDEAL_MUTANT", std::to_string(mutant.number));
  // A block that hangs may keep its test waiting for ever.
  const auto limit = std::chrono::milliseconds(60'000 + static_cast<int>(test.seconds * 20'000));
  const auto ended =
      run_limited({test.program.string(), "--gtest_filter=" + test.name}, options, limit);
  if (!ended) return test.name + " (does not end)";
  if (ended->exit_status != 0) return test.name;
  return std::nullopt;
}

void Campaign::judge_by(const SurveyedTest& test) {
  for (const int number : test.mutants) {
    if (outcomes_.contains(number)) continue;
    const Mutant& mutant = set_.mutants.at(static_cast<std::size_t>(number) - 1);
    const auto begin = Clock::now();
    if (const auto words = failure_of(test, mutant))
      store({number, Verdict::caught_by_block, *words, seconds_since(begin)}, mutant);
  }
}

std::optional<std::string> Campaign::caught_by_test(const Mutant& mutant) const {
  for (const SurveyedTest& test : tests_.at(kind_folder(mutant).filename())) {
    if (std::find(test.mutants.begin(), test.mutants.end(), mutant.number) == test.mutants.end())
      continue;
    if (auto words = failure_of(test, mutant)) return words;
  }
  return std::nullopt;
}

/// The first time builds the chip with none alive, which has no limit: a build that takes long is
/// no fault that is found.
std::chrono::milliseconds Campaign::chip_limit(const Mutant& mutant) {
  const fs::path folder = kind_folder(mutant);
  const std::pair<std::string, int> key{folder.filename().string(), mutant.design};
  if (const auto known = chip_limits_.find(key); known != chip_limits_.end()) return known->second;
  std::vector<std::string> command = options_.chip_command;
  command.push_back(std::to_string(mutant.design));
  const tb::ProcessResult built = tb::run_process(command, with_faults(folder));
  if (built.exit_status != 0)
    throw tb::ToolError(
        fmt::format("the chip-level check of design {} fails with the {} faults built in and none "
                    "alive: {}",
                    mutant.design, key.first, built.output));
  const auto begin = Clock::now();
  (void)tb::run_process(command, with_faults(folder));  // the model is built: its own time
  const double seconds = seconds_since(begin);
  say(fmt::format("chip {} {}: {:.1f} s", key.first, mutant.design, seconds));
  return chip_limits_[key] =
             options_.chip_limit + std::chrono::milliseconds(static_cast<int>(seconds * 10'000));
}

std::optional<std::string> Campaign::caught_by_chip(const Mutant& mutant) {
  if (options_.chip_command.empty()) return std::nullopt;
  const auto limit = chip_limit(mutant);
  tb::ProcessOptions options = with_faults(kind_folder(mutant));
  options.environment.emplace_back("SMARTDEAL_MUTANT", std::to_string(mutant.number));
  std::vector<std::string> command = options_.chip_command;
  command.push_back(std::to_string(mutant.design));
  const auto ended = run_limited(command, options, limit);
  if (!ended) return "does not end";
  if (ended->exit_status == 0) return std::nullopt;
  if (ended->exit_status == 1 || ended->exit_status > 128) return last_line(ended->output);
  throw tb::ToolError(fmt::format("the chip-level check failed with status {}: {}",
                                  ended->exit_status, ended->output));
}

Outcome Campaign::settle(const Mutant& mutant) {
  const auto begin = Clock::now();
  const auto outcome = [&](Verdict verdict, std::string detail) {
    return Outcome{mutant.number, verdict, std::move(detail), seconds_since(begin)};
  };
  if (const auto test = caught_by_test(mutant)) return outcome(Verdict::caught_by_block, *test);
  if (const auto words = caught_by_chip(mutant)) return outcome(Verdict::caught_by_quick, *words);

  const hcl::Design& design = options_.designs.at(static_cast<std::size_t>(mutant.design));
  std::string text;
  if (mutant.kind == MutantKind::netlist) {
    for (const tb::NetlistFaults& netlist : set_.netlist.netlists)
      if (netlist.module == mutant.module) text = netlist.text;
  } else {
    for (const hcl::FaultyFile& faulty : hcl::emit_with_faults(design, set_.own.faults))
      if (faulty.file.name == mutant.module + ".sv") text = faulty.file.text;
  }
  const ProofResult proof =
      prove_equivalent(hcl::emit(design), mutant.module, text, mutant.number, options_.proof_limit);
  if (proof.proof == Proof::equivalent)
    return outcome(Verdict::equivalent, fmt::format("proved in {:.0f} s", proof.seconds));
  return outcome(Verdict::survived,
                 proof.proof == Proof::open ? "no proof in time" : "some state tells them apart");
}

Outcome Campaign::judge(const Mutant& mutant) {
  const std::string kind = kind_folder(mutant).filename();
  if (!tests_.contains(kind)) survey_kind(kind, false);
  Outcome outcome = settle(mutant);
  store(outcome, mutant);
  return outcome;
}

void Campaign::store(const Outcome& outcome, const Mutant& mutant) {
  append_outcome(outcome, options_.folder);
  outcomes_[mutant.number] = outcome;
  say(fmt::format("mutant {}: {} ({}), {:.1f} s: {}", mutant.number, name_of(outcome.verdict),
                  outcome.detail, outcome.seconds, mutant.description));
}

void Campaign::run() {
  for (const char* kind : kinds) {
    survey_kind(kind, true);
    for (const Mutant& mutant : set_.mutants)
      if (!outcomes_.contains(mutant.number) && kind_folder(mutant).filename() == kind)
        judge(mutant);
  }
}

}  // namespace sd::mutation
