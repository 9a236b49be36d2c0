#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "json_text.hpp"
#include "verilator_tb/code_coverage.hpp"

namespace sd::tb {
namespace {

/// * stands for any text, ? for one character.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

/// name[5] -> name, 5; a signal of one bit -> name, -1.
std::pair<std::string, int> split_bit(const std::string& signal) {
  const std::size_t at = signal.rfind('[');
  if (at == std::string::npos || signal.back() != ']') return {signal, -1};
  return {signal.substr(0, at), std::atoi(signal.c_str() + at + 1)};
}

bool matches_signal(const std::string& pattern, const std::string& signal) {
  const std::size_t at = pattern.rfind('['), colon = pattern.rfind(':');
  if (at == std::string::npos || colon == std::string::npos || colon < at)
    return matches(pattern, signal);
  const auto [name, bit] = split_bit(signal);
  const int high = std::atoi(pattern.c_str() + at + 1),
            low = std::atoi(pattern.c_str() + colon + 1);
  return bit >= low && bit <= high && matches(pattern.substr(0, at), name);
}

std::string line_text(const ModuleCoverage& module, int line) {
  if (line < 1 || line > static_cast<int>(module.source.size())) return {};
  const std::string& text = module.source[static_cast<std::size_t>(line) - 1];
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? std::string{} : text.substr(first);
}

/// Something that is covered or not: a line, a branch, a bit, a cover statement.
struct Item {
  CoverageKind kind;
  int line;
  std::string what;
  bool covered;
};

std::vector<Item> items_of(const ModuleCoverage& module) {
  std::vector<Item> items;
  std::map<int, bool> lines;  // covered by every block that they belong to
  for (const CoveragePoint& point : module.points) {
    const bool covered = point.count > 0;
    if (point.is_block)
      for (const int line : point.lines) {
        const auto [at, added] = lines.emplace(line, covered);
        if (!added) at->second = at->second && covered;
      }
    if (point.kind != CoverageKind::line)
      items.push_back({point.kind, point.line, point.what, covered});
  }
  for (const auto& [line, covered] : lines)
    items.push_back({CoverageKind::line, line, line_text(module, line), covered});
  return items;
}

bool excludes(const Exclusions::Entry& entry, const ModuleCoverage& module, const Item& item) {
  if (entry.kind != item.kind || !matches(entry.module, module.module)) return false;
  switch (item.kind) {
    case CoverageKind::line:
    case CoverageKind::branch:
      if (entry.what.starts_with('@')) return std::atoi(entry.what.c_str() + 1) == item.line;
      return matches(entry.what, line_text(module, item.line));
    case CoverageKind::toggle:
      return matches_signal(entry.what, item.what);
    case CoverageKind::user:
      return matches(entry.what, item.what);
  }
  return false;
}

/// Bits that follow each other become a range; branches show their line.
std::vector<UncoveredPoint> shortened(const ModuleCoverage& module, std::vector<Item> items) {
  std::vector<UncoveredPoint> list;
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    const auto [a_name, a_bit] = split_bit(a.what);
    const auto [b_name, b_bit] = split_bit(b.what);
    if (a.kind != CoverageKind::toggle || b.kind != CoverageKind::toggle)
      return std::tie(a.kind, a.line) < std::tie(b.kind, b.line);
    return std::tie(a.kind, a.line, a_name, b_bit) < std::tie(b.kind, b.line, b_name, a_bit);
  });
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    if (item.kind == CoverageKind::branch) {
      list.push_back({item.kind, item.line,
                      fmt::format("{} of: {}", item.what, line_text(module, item.line))});
      continue;
    }
    const auto [name, high] = split_bit(item.what);
    int low = high;
    while (item.kind == CoverageKind::toggle && high >= 0 && i + 1 < items.size() &&
           items[i + 1].kind == CoverageKind::toggle && items[i + 1].line == item.line &&
           split_bit(items[i + 1].what) == std::pair(name, low - 1)) {
      --low;
      ++i;
    }
    list.push_back({item.kind, item.line,
                    low == high ? item.what : fmt::format("{}[{}:{}]", name, high, low)});
  }
  return list;
}

constexpr CoverageKind kinds[] = {CoverageKind::line, CoverageKind::branch, CoverageKind::toggle,
                                  CoverageKind::user};

std::string counts_json(const CoverageTotals& totals) {
  std::string text = "{";
  for (const CoverageKind kind : kinds) {
    const CoverageCount& count = totals.of(kind);
    text += fmt::format(
        "{}\"{}\": {{\"total\": {}, \"covered\": {}, \"excluded\": {}, \"percent\": {:.2f}}}",
        kind == CoverageKind::line ? "" : ", ", name_of(kind), count.total, count.covered,
        count.excluded, count.percent());
  }
  return text + "}";
}

std::string counts_text(const CoverageTotals& totals) {
  std::string text;
  for (const CoverageKind kind : kinds) {
    const CoverageCount& count = totals.of(kind);
    if (count.total == 0)
      text += fmt::format(" {:>23}", "-");
    else
      text += fmt::format(" {:6.2f} % {:>14}", count.percent(),
                          fmt::format("{}/{}", count.covered, count.total - count.excluded));
  }
  return text;
}

}  // namespace

double CoverageCount::percent() const {
  const std::uint64_t left = total - excluded;
  return left == 0 ? 100.0 : 100.0 * static_cast<double>(covered) / static_cast<double>(left);
}

CoverageCount& CoverageCount::operator+=(const CoverageCount& other) {
  total += other.total;
  covered += other.covered;
  excluded += other.excluded;
  return *this;
}

const CoverageCount& CoverageTotals::of(CoverageKind kind) const {
  const CoverageCount* const counts[] = {&line, &branch, &toggle, &user};
  return *counts[static_cast<int>(kind)];
}
CoverageCount& CoverageTotals::of(CoverageKind kind) {
  CoverageCount* const counts[] = {&line, &branch, &toggle, &user};
  return *counts[static_cast<int>(kind)];
}

CoverageReport make_report(const CodeCoverage& coverage, const Exclusions& exclusions,
                           UnusedExclusions unused) {
  CoverageReport report;
  for (const Exclusions::Entry& entry : exclusions.entries())
    report.exclusions.push_back({entry, 0, 0});
  for (const ModuleCoverage& module : coverage.modules()) {
    ModuleReport own{module.module, module.text_hash, {}, {}};
    std::vector<Item> uncovered;
    for (const Item& item : items_of(module)) {
      CoverageCount& count = own.totals.of(item.kind);
      ++count.total;
      bool excluded = false;
      for (ExclusionUse& use : report.exclusions)
        if (excludes(use.entry, module, item)) {
          excluded = true;
          ++use.points;
          use.covered += item.covered ? 1 : 0;
        }
      if (excluded)
        ++count.excluded;
      else if (item.covered)
        ++count.covered;
      else
        uncovered.push_back(item);
    }
    own.uncovered = shortened(module, std::move(uncovered));
    for (const CoverageKind kind : kinds) report.total.of(kind) += own.totals.of(kind);
    report.modules.push_back(std::move(own));
  }
  for (const ExclusionUse& use : report.exclusions)
    if (use.points == 0 && unused == UnusedExclusions::refused)
      throw ToolError(fmt::format(
          "{}:{}: the exclusion {} {} \"{}\" takes nothing out: correct it or remove it",
          exclusions.name(), use.entry.line, name_of(use.entry.kind), use.entry.module,
          use.entry.what));
  return report;
}

std::string CoverageReport::text() const {
  std::size_t width = 8;
  for (const ModuleReport& module : modules) width = std::max(width, module.module.size() + 9);
  std::string all = fmt::format("{:{}} {:>23} {:>23} {:>23} {:>23}\n", "module", width, "line",
                                "branch", "toggle", "user");
  for (const ModuleReport& module : modules)
    all += fmt::format("{:{}}{}\n", module.module + "@" + module.text_hash, width,
                       counts_text(module.totals));
  all += fmt::format("{:{}}{}\n", "all", width, counts_text(total));
  for (const ModuleReport& module : modules) {
    if (module.uncovered.empty()) continue;
    all += fmt::format("\n{}@{}, not covered:\n", module.module, module.text_hash);
    for (const UncoveredPoint& point : module.uncovered)
      all += fmt::format("  {:6} {:5}  {}\n", name_of(point.kind), point.line, point.what);
  }
  if (!exclusions.empty()) all += "\nexcluded:\n";
  for (const ExclusionUse& use : exclusions)
    all += fmt::format(
        "  {:6} {} \"{}\": {} points{}: {}\n", name_of(use.entry.kind), use.entry.module,
        use.entry.what, use.points,
        use.covered != 0 ? fmt::format(" ({} are covered all the same)", use.covered) : "",
        use.entry.reason);
  return all;
}

std::string CoverageReport::json() const {
  std::string all = "{\n  \"schema\": \"smartdeal.code_coverage_report/1\",\n";
  all += "  \"total\": " + counts_json(total) + ",\n  \"modules\": [";
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const ModuleReport& module = modules[i];
    all +=
        fmt::format("{}\n    {{\"module\": {}, \"text\": \"{}\", \"counts\": {}, \"uncovered\": [",
                    i == 0 ? "" : ",", json_string(module.module), module.text_hash,
                    counts_json(module.totals));
    for (std::size_t p = 0; p < module.uncovered.size(); ++p) {
      const UncoveredPoint& point = module.uncovered[p];
      all +=
          fmt::format("{}\n      {{\"kind\": \"{}\", \"line\": {}, \"what\": {}}}",
                      p == 0 ? "" : ",", name_of(point.kind), point.line, json_string(point.what));
    }
    all += "]}";
  }
  all += "\n  ],\n  \"exclusions\": [";
  for (std::size_t i = 0; i < exclusions.size(); ++i) {
    const ExclusionUse& use = exclusions[i];
    all += fmt::format(
        "{}\n    {{\"kind\": \"{}\", \"module\": {}, \"what\": {}, \"reason\": {}, \"points\": {}, "
        "\"covered\": {}}}",
        i == 0 ? "" : ",", name_of(use.entry.kind), json_string(use.entry.module),
        json_string(use.entry.what), json_string(use.entry.reason), use.points, use.covered);
  }
  return all + "\n  ]\n}\n";
}

}  // namespace sd::tb
