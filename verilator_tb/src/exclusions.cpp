#include <fmt/format.h>

#include <sstream>

#include "files.hpp"
#include "verilator_tb/code_coverage.hpp"

namespace sd::tb {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The next word, or what stands between quotation marks; `rest` moves behind it.
std::string word(std::string_view& rest) {
  rest = trimmed(rest);
  const bool quoted = rest.starts_with('"');
  if (quoted) rest.remove_prefix(1);
  const std::size_t end = quoted ? rest.find('"') : rest.find_first_of(" \t");
  const std::string found(rest.substr(0, end));
  if (end == std::string_view::npos)
    rest = {};
  else
    rest.remove_prefix(end + (quoted ? 1 : 0));
  return found;
}

}  // namespace

Exclusions Exclusions::read(const std::filesystem::path& file) {
  return parse(read_file(file), file.string());
}

Exclusions Exclusions::parse(const std::string& text, const std::string& name) {
  Exclusions result;
  result.name_ = name;
  std::istringstream in(text);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    std::string_view rest = trimmed(line);
    if (rest.empty() || rest.starts_with('#')) continue;
    const std::string kind = word(rest);
    Entry entry;
    entry.line = number;
    bool known = false;
    for (const CoverageKind k :
         {CoverageKind::line, CoverageKind::branch, CoverageKind::toggle, CoverageKind::user})
      if (kind == name_of(k)) {
        entry.kind = k;
        known = true;
      }
    if (!known)
      throw ToolError(
          fmt::format("{}:{}: {} is no kind of coverage: write line, branch, toggle or user", name,
                      number, kind));
    entry.module = word(rest);
    entry.what = word(rest);
    entry.reason = trimmed(rest);
    if (entry.module.empty() || entry.what.empty() || entry.reason.empty())
      throw ToolError(
          fmt::format("{}:{}: an exclusion is KIND MODULE WHAT REASON, and the reason is missing "
                      "or the line is cut short",
                      name, number));
    result.entries_.push_back(std::move(entry));
  }
  return result;
}

}  // namespace sd::tb
