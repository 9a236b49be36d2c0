#include "regression/verdict.hpp"

#include <fmt/format.h>

#include "embedded.hpp"

namespace sd::regression {

namespace {

/// Two decimals, never rounded up to a goal that was missed.
std::string percent(double value) {
  return fmt::format("{:.2f} %", static_cast<double>(static_cast<long>(value * 100)) / 100);
}

CoverageVerdict at_least(const char* name, const tb::CoverageCount& count, double goal) {
  const std::uint64_t left = count.total - count.excluded;
  return {name, count.percent() >= goal,
          fmt::format("{} ({} of {}); asked for are {:g} %", percent(count.percent()),
                      count.covered, left, goal)};
}

CoverageVerdict judge_exclusions(const tb::CoverageReport& code, const CoverageGoals& goals) {
  const tb::CoverageCount& lines = code.total.line;
  const double excluded =
      100.0 * static_cast<double>(lines.excluded) / static_cast<double>(lines.total);
  CoverageVerdict verdict = {
      "exclusions", excluded <= goals.excluded_percent,
      fmt::format("{} of the lines are excluded ({} of {}); allowed are "
                  "{:g} %",
                  percent(excluded), lines.excluded, lines.total, goals.excluded_percent)};
  if (goals.unused_exclusions) return verdict;
  std::vector<int> unused;
  for (const tb::ExclusionUse& use : code.exclusions)
    if (use.points == 0) unused.push_back(use.entry.line);
  if (unused.empty()) return verdict;
  verdict.reached = false;
  verdict.text += fmt::format("; nothing is taken out by line{} {} of the list: correct or remove",
                              unused.size() == 1 ? "" : "s", fmt::join(unused, ", "));
  return verdict;
}

}  // namespace

std::vector<CoverageVerdict> judge_coverage(const tb::FunctionalCoverage& functional,
                                            const tb::CoverageReport& code,
                                            const CoverageGoals& goals) {
  std::vector<CoverageVerdict> verdicts;
  const std::vector<std::string> missing = functional.missing();
  verdicts.push_back({"functional", missing.empty(),
                      missing.empty()
                          ? "every bin was hit"
                          : fmt::format("{} bin{} not hit; asked for is every bin", missing.size(),
                                        missing.size() == 1 ? " was" : "s were")});
  const tb::CoverageCount& lines = code.total.line;
  if (lines.total == 0) return verdicts;
  verdicts.push_back(at_least("line", lines, goals.line_percent));
  if (code.total.toggle.total != 0)
    verdicts.push_back(at_least("toggle", code.total.toggle, goals.toggle_percent));
  verdicts.push_back(judge_exclusions(code, goals));
  return verdicts;
}

tb::Exclusions read_exclusions(const std::optional<std::filesystem::path>& file) {
  if (file) return tb::Exclusions::read(*file);
  return tb::Exclusions::parse(std::string(embedded_exclusions()), "regression/exclusions.txt");
}

std::string failure_text(const Plan& plan, const PairReport& pair) {
  const design::DesignPoint& design = plan.designs[pair.design].design;
  std::string text = pair.failure;
  if (!text.ends_with('\n')) text += '\n';
  text += fmt::format("\nrun this pair again:\n  {}\n",
                      command_of_pair(plan.suite, plan.seed, pair.number));
  text += fmt::format("workload {}, seed {}, {} repetition{}, on the design point {} ({}):\n\n",
                      name_of(pair.workload.kind), pair.workload.seed, pair.workload.repetitions,
                      pair.workload.repetitions == 1 ? "" : "s", design.name,
                      design::content_hash(design));
  return text + design::to_toml(design);
}

}  // namespace sd::regression
