#include "verify_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "table.hpp"

namespace sd::cli {

namespace {

using Align = Table::Align;
using regression::PairState;

/// "2x3x4 booth, SD, 128 bits"
std::string array_text(const design::DesignPoint& d) {
  std::string text = fmt::format("{}x{}x{} {}", d.slices, d.lines, d.macs,
                                 d.mac_kind == design::MacKind::parallel ? "parallel" : "booth");
  text += d.rebuild ? ", SD" : ", dense";
  if (d.rebuild && d.skip_weight_rows) text += " skip W";
  if (d.rebuild && d.skip_activation_rows) text += d.skip_weight_rows ? "+A" : " skip A";
  return text + fmt::format(", {} bits", d.axi_data_bits);
}

struct Sum {
  std::size_t pairs = 0, passed = 0, failed = 0;
  std::uint64_t cycles = 0;
  double seconds = 0;
  void add(const regression::PairReport& pair) {
    ++pairs;
    passed += pair.state == PairState::passed ? 1 : 0;
    failed += pair.state == PairState::failed ? 1 : 0;
    cycles += pair.cycles;
    seconds += pair.seconds;
  }
  [[nodiscard]] std::string speed() const {
    return seconds > 0 ? grouped(static_cast<std::uint64_t>(static_cast<double>(cycles) / seconds))
                       : "";
  }
};

std::string build_text(const regression::DesignBuild& build) {
  if (!build.built) return "";
  return build.from_cache ? "cache" : fmt::format("{:.1f} s", build.seconds);
}

std::string design_table(const regression::RegressionReport& report) {
  Table table({{"design", Align::left},
               {"array", Align::left},
               {"model", Align::right},
               {"pairs"},
               {"passed"},
               {"failed"},
               {"cycles"},
               {"cycles/s"}});
  Sum all;
  std::vector<Sum> sums(report.plan.designs.size());
  for (const regression::PairReport& pair : report.pairs) {
    sums[pair.design].add(pair);
    all.add(pair);
  }
  for (std::size_t d = 0; d < sums.size(); ++d) {
    const Sum& sum = sums[d];
    if (sum.pairs == 0) continue;
    const design::DesignPoint& design = report.plan.designs[d].design;
    table.add({design.name, array_text(design), build_text(report.builds[d]), grouped(sum.pairs),
               grouped(sum.passed), grouped(sum.failed), grouped(sum.cycles), sum.speed()});
  }
  table.add_rule();
  table.add({"all", "", "", grouped(all.pairs), grouped(all.passed), grouped(all.failed),
             grouped(all.cycles), all.speed()});
  return table.text();
}

/// The first few, and how many more there are.
std::string shortened(const std::vector<std::string>& lines, const std::string& where) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) text += "  " + lines[i] + "\n";
  if (lines.size() > most) text += fmt::format("  and {} more{}\n", lines.size() - most, where);
  return text;
}

std::string more_in(const core::VerifyReport& report, const char* file) {
  return report.store.empty() ? "" : ", all in " + (report.store / "reports" / file).string();
}

std::string counts_text(const char* name, const tb::CoverageCount& count) {
  if (count.total == 0) return "";  // not counted
  return fmt::format(
      "  {:6} {:>8}  {} of {}{}\n", name, fmt::format("{:.2f} %", count.percent()),
      grouped(count.covered), grouped(count.total - count.excluded),
      count.excluded == 0 ? "" : fmt::format(", {} excluded", grouped(count.excluded)));
}

std::string code_text(const core::VerifyReport& report) {
  if (report.code.modules.empty()) return "";
  const tb::CoverageTotals& total = report.code.total;
  std::string text = fmt::format("code coverage ({} modules, exclusions of {})\n",
                                 report.code.modules.size(), report.exclusions);
  text += counts_text("line", total.line) + counts_text("branch", total.branch) +
          counts_text("toggle", total.toggle) + counts_text("cover", total.user);
  std::vector<std::string> lines;
  for (const tb::ModuleReport& module : report.code.modules)
    for (const tb::UncoveredPoint& point : module.uncovered)
      if (point.kind == tb::CoverageKind::line)
        lines.push_back(fmt::format("{}:{}: {}", module.module, point.line, point.what));
  if (!lines.empty())
    text += "lines that never ran:\n" + shortened(lines, more_in(report, "code_coverage.txt"));
  return text + "\n";
}

std::string functional_text(const core::VerifyReport& report) {
  const std::vector<std::string> missing = report.regression.functional.missing();
  std::string text =
      fmt::format("functional coverage {:.2f} %\n", report.regression.functional.percent());
  if (!missing.empty())
    text +=
        "bins without a hit:\n" + shortened(missing, more_in(report, "functional_coverage.txt"));
  return text + "\n";
}

std::string failures_text(const regression::RegressionReport& report) {
  constexpr std::size_t most = 10;
  std::string text;
  std::size_t shown = 0;
  for (const regression::PairReport& pair : report.pairs) {
    if (pair.state != PairState::failed || shown++ >= most) continue;
    text += fmt::format("FAILED pair {}: {}\n", pair.number,
                        regression::failure_text(report.plan, pair));
  }
  if (shown > most) text += fmt::format("and {} more failed pairs\n\n", shown - most);
  return text;
}

std::string goals_text(const core::VerifyReport& report) {
  std::string text;
  for (const regression::CoverageVerdict& verdict : report.coverage)
    text += fmt::format("{:10} {:8} {}\n", verdict.name,
                        verdict.reached            ? "reached"
                        : report.coverage_required ? "MISSED"
                                                   : "missed",
                        verdict.text);
  if (!report.coverage.empty() && !report.coverage_required)
    text += "(for information: this suite's coverage is not required)\n";
  return text;
}

}  // namespace

std::string verify_text(const core::VerifyReport& report) {
  const regression::RegressionReport& r = report.regression;
  std::string text =
      fmt::format("suite {}, seed {}\n\n", regression::name_of(r.plan.suite), r.plan.seed);
  text += design_table(r) + "\n" + failures_text(r);
  // The coverage of one pair says nothing.
  if (!report.coverage.empty()) text += functional_text(report) + code_text(report);
  text += goals_text(report);
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  text += fmt::format("{} of {} pairs passed", r.count(PairState::passed), r.pairs.size());
  if (const std::size_t left = r.count(PairState::not_run); left > 0)
    text += fmt::format(", {} not run", left);
  return text +
         fmt::format(", {:.0f} s\nverified: {}\n", r.wall_seconds, report.passed() ? "yes" : "no");
}

std::string plan_table(const regression::Plan& plan) {
  Table table({{"pair"},
               {"design", Align::left},
               {"array", Align::left},
               {"code coverage", Align::left},
               {"workload", Align::left},
               {"seed"},
               {"repetitions"}});
  std::size_t number = 1;
  for (const regression::PlannedDesign& planned : plan.designs)
    for (const regression::Workload& workload : planned.workloads)
      table.add({std::to_string(number++), planned.design.name, array_text(planned.design),
                 planned.code_coverage ? "counted" : "", std::string(name_of(workload.kind)),
                 std::to_string(workload.seed), std::to_string(workload.repetitions)});
  return table.text() + fmt::format("{} pairs on {} design points, suite {}, seed {}\n",
                                    plan.pairs(), plan.designs.size(),
                                    regression::name_of(plan.suite), plan.seed);
}

}  // namespace sd::cli
