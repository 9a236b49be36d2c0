#include "mutation/report.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>

#include "tools.hpp"

namespace sd::mutation {
namespace {

constexpr std::array<Verdict, 4> verdicts = {Verdict::caught_by_block, Verdict::caught_by_quick,
                                             Verdict::equivalent, Verdict::survived};

struct Counts {
  std::array<int, 4> by_verdict{};
  int waiting = 0;
  [[nodiscard]] int all() const {
    int sum = waiting;
    for (const int n : by_verdict) sum += n;
    return sum;
  }
};

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.pop_back();
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

std::string row(const std::string& name, const Counts& counts) {
  std::string text = fmt::format("| {} | {} |", name, counts.all());
  for (const int n : counts.by_verdict) text += n == 0 ? "  |" : fmt::format(" {} |", n);
  return text + "\n";
}

std::string table(const std::string& head, const std::map<std::string, Counts>& rows) {
  std::string text = fmt::format("| {} | mutants |", head);
  for (const Verdict verdict : verdicts) text += fmt::format(" {} |", name_of(verdict));
  text += "\n|---|---|---|---|---|---|\n";
  for (const auto& [name, counts] : rows) text += row(name, counts);
  return text;
}

}  // namespace

std::map<std::string, std::string> read_explanations(const std::filesystem::path& file) {
  std::map<std::string, std::string> explanations;
  std::ifstream in(file);
  if (!in) throw tb::ToolError(fmt::format("cannot read {}", file.string()));
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    line = trimmed(line);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t bar = line.find(" | ");
    if (bar == std::string::npos)
      throw tb::ToolError(fmt::format("{}:{}: a line is `description of the mutant | explanation`",
                                      file.string(), number));
    explanations[trimmed(line.substr(0, bar))] = trimmed(line.substr(bar + 3));
  }
  return explanations;
}

void write_page(const std::string& page, const std::filesystem::path& file) {
  write_text(file, page);
}

double caught_fraction(const std::map<int, Outcome>& outcomes) {
  int caught = 0, survived = 0;
  for (const auto& [number, outcome] : outcomes) {
    if (outcome.verdict == Verdict::caught_by_block || outcome.verdict == Verdict::caught_by_quick)
      ++caught;
    if (outcome.verdict == Verdict::survived) ++survived;
  }
  return caught + survived == 0 ? 1.0 : static_cast<double>(caught) / (caught + survived);
}

std::string report(const ReportInput& input) {
  std::map<std::string, Counts> kinds, blocks;
  Counts total;
  std::string equivalent, survivors;
  for (const Mutant& mutant : input.mutants) {
    const auto outcome = input.outcomes.find(mutant.number);
    for (Counts* counts :
         {&total, &kinds[std::string(name_of(mutant.kind))], &blocks[mutant.generator]}) {
      if (outcome == input.outcomes.end())
        ++counts->waiting;
      else
        ++counts->by_verdict.at(static_cast<std::size_t>(outcome->second.verdict));
    }
    if (outcome == input.outcomes.end()) continue;
    if (outcome->second.verdict == Verdict::equivalent)
      equivalent += fmt::format("* {} `{}`\n", mutant.number, mutant.description);
    if (outcome->second.verdict != Verdict::survived) continue;
    const auto why = input.explanations.find(mutant.description);
    survivors += fmt::format("* {} `{}`: {}\n", mutant.number, mutant.description,
                             why != input.explanations.end() ? why->second : "not explained yet");
  }
  std::string text = "# Mutation check\n\n";
  text += fmt::format(
      "{} faults planted in every block of the accelerator, chosen by seed {}, each against the "
      "tests. {} Written by\n\n    {}\n\n",
      input.mutants.size(), input.seed, input.designs, input.command);
  text += fmt::format(
      "**{:.1f} %** of the faults that are not proved equivalent are caught ({} by the blocks' "
      "tests, {} more by random networks and programs on the whole chip; {} are proved equivalent, "
      "{} survive).{}\n\n",
      100.0 * caught_fraction(input.outcomes), total.by_verdict[0], total.by_verdict[1],
      total.by_verdict[2], total.by_verdict[3],
      total.waiting > 0 ? fmt::format(" {} have no verdict yet.", total.waiting) : "");
  text += "## By kind\n\n" + table("kind", kinds) + row("**all**", total);
  text += "\n## By block\n\n" + table("block", blocks);
  text += "\n## Survivors\n\n" + (survivors.empty() ? "None.\n" : survivors);
  text += "\n## Proved equivalent\n\n" + (equivalent.empty() ? "None.\n" : equivalent);
  return text;
}

}  // namespace sd::mutation
