#include "verilator_tb/code_coverage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include "files.hpp"
#include "sha256.hpp"

namespace sd::tb {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

/// "5,7-9" -> 5 7 8 9
std::optional<std::vector<int>> line_list(std::string_view text) {
  std::vector<int> lines;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    const std::size_t dash = part.find('-');
    const auto first = number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
    if (!first || !last || *last < *first || *last - *first > 100'000) return {};
    for (std::uint64_t line = *first; line <= *last; ++line)
      lines.push_back(static_cast<int>(line));
  }
  return lines;
}

/// A line of the data file: C 'pairs of key and value' count. Pairs are \001 key \002 value.
struct DataLine {
  std::map<std::string, std::string, std::less<>> fields;
  std::uint64_t count = 0;
};

std::optional<DataLine> data_line(std::string_view text) {
  const std::size_t last = text.rfind('\'');
  if (!text.starts_with("C '") || last < 3 || last + 2 > text.size()) return {};
  DataLine result;
  const auto count = number(text.substr(last + 2));
  if (!count) return {};
  result.count = *count;
  std::string_view rest = text.substr(3, last - 3);
  while (!rest.empty()) {
    if (rest.front() != '\001') return {};
    const std::size_t middle = rest.find('\002'), next = rest.find('\001', 1);
    if (middle == std::string_view::npos || middle > next) return {};
    const std::size_t end = next == std::string_view::npos ? rest.size() : next;
    result.fields.emplace(rest.substr(1, middle - 1), rest.substr(middle + 1, end - middle - 1));
    rest.remove_prefix(end);
  }
  return result;
}

/// v_toggle/module
std::optional<std::pair<CoverageKind, std::string>> page(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return {};
  const std::string kind = text.substr(0, slash), module = text.substr(slash + 1);
  if (kind == "v_line") return std::pair{CoverageKind::line, module};
  if (kind == "v_branch") return std::pair{CoverageKind::branch, module};
  if (kind == "v_toggle") return std::pair{CoverageKind::toggle, module};
  if (kind == "v_user") return std::pair{CoverageKind::user, module};
  return {};
}

/// With an empty first line where that is a comment: it names the design point, and designs share
/// modules.
std::string code_of(std::string text) {
  if (text.starts_with("//")) text.erase(0, std::min(text.find('\n'), text.size()));
  return text;
}

constexpr const char* magic = "smartdeal.code_coverage/1";

}  // namespace

const char* name_of(CoverageKind kind) {
  switch (kind) {
    case CoverageKind::line:
      return "line";
    case CoverageKind::branch:
      return "branch";
    case CoverageKind::toggle:
      return "toggle";
    case CoverageKind::user:
      return "user";
  }
  return "?";
}

void CodeCoverage::add(const fs::path& data, const fs::path& source_folder) {
  const std::vector<std::string> lines = lines_of(read_file(data));
  const auto refuse = [&](std::size_t line) {
    throw ToolError(fmt::format("{}:{}: not a line of Verilator 5.006's coverage data: {}",
                                data.string(), line + 1,
                                line < lines.size() ? lines[line].substr(0, 100) : "end of file"));
  };
  if (lines.empty() || !lines[0].starts_with("# SystemC::Coverage-3")) refuse(0);
  std::map<std::string, Module*> by_file;  // its file name and its module's name
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto line = data_line(lines[i]);
    if (!line) refuse(i);
    const auto field = [&](const char* key) {
      const auto found = line->fields.find(key);
      return found == line->fields.end() ? std::string{} : found->second;
    };
    const auto kind = page(field("page"));
    const auto at = number(field("l")), column = number(field("n"));
    const auto block = line_list(field("S"));
    if (!kind || !at || !column || !block) refuse(i);
    Module*& module = by_file[field("f") + "/" + kind->second];
    if (module == nullptr) {
      const std::string text = code_of(read_file(source_folder / fs::path(field("f")).filename()));
      module = &modules_[{kind->second, Sha256().add(text).hex().substr(0, 8)}];
      module->source = lines_of(text);
    }
    const bool is_block =
        (kind->first == CoverageKind::line || kind->first == CoverageKind::branch) &&
        !block->empty();
    module->points[{kind->first, is_block, static_cast<int>(*at), static_cast<int>(*column),
                    field("o"), *block}] += line->count;
  }
}

void CodeCoverage::merge(const CodeCoverage& other) {
  for (const auto& [name, module] : other.modules_) {
    Module& own = modules_[name];
    own.source = module.source;
    for (const auto& [key, count] : module.points) own.points[key] += count;
  }
}

void CodeCoverage::save(const fs::path& file) const {
  std::string text = fmt::format("{}\n{}\n", magic, modules_.size());
  for (const auto& [name, module] : modules_) {
    text += fmt::format("{} {} {} {}\n", name.first, name.second, module.source.size(),
                        module.points.size());
    for (const std::string& line : module.source) text += line + "\n";
    for (const auto& [key, count] : module.points) {
      const auto& [kind, is_block, line, column, what, block] = key;
      text += fmt::format("{} {} {} {} {} {} {} {}\n", static_cast<int>(kind), is_block ? 1 : 0,
                          line, column, count, block.size(), fmt::join(block, " "), what);
    }
  }
  const fs::path aside = file.string() + ".new";
  write_file(aside, text);
  fs::rename(aside, file);
}

CodeCoverage CodeCoverage::load(const fs::path& file) {
  std::istringstream in(read_file(file));
  const auto refuse = [&](const char* what) {
    throw ToolError(fmt::format("{}: {}; remove it and run again", file.string(), what));
  };
  std::string line;
  if (!std::getline(in, line) || line != magic) refuse("not a code coverage file of this version");
  std::size_t modules = 0;
  in >> modules;
  CodeCoverage result;
  for (std::size_t i = 0; i < modules; ++i) {
    std::string name, hash;
    std::size_t lines = 0, points = 0;
    if (!(in >> name >> hash >> lines >> points) || !std::getline(in, line))
      refuse("the file ends in the middle");
    Module& module = result.modules_[{name, hash}];
    for (std::size_t l = 0; l < lines; ++l) {
      if (!std::getline(in, line)) refuse("the file ends in the middle");
      module.source.push_back(line);
    }
    for (std::size_t p = 0; p < points; ++p) {
      int kind = 0, is_block = 0, at = 0, column = 0;
      std::uint64_t count = 0;
      std::size_t size = 0;
      if (!(in >> kind >> is_block >> at >> column >> count >> size) || kind > 3 || size > 100'000)
        refuse("the file ends in the middle");
      std::vector<int> block(size);
      for (int& number_of_line : block) in >> number_of_line;
      in.get();
      std::getline(in, line);
      if (size == 0 && line.starts_with(' ')) line.erase(0, 1);
      module.points[{static_cast<CoverageKind>(kind), is_block != 0, at, column, line, block}] =
          count;
    }
  }
  if (!in) refuse("the file ends in the middle");
  return result;
}

std::vector<ModuleCoverage> CodeCoverage::modules() const {
  std::vector<ModuleCoverage> list;
  for (const auto& [name, module] : modules_) {
    ModuleCoverage entry{name.first, name.second, module.source, {}};
    for (const auto& [key, count] : module.points) {
      const auto& [kind, is_block, line, column, what, block] = key;
      entry.points.push_back({is_block, kind, line, column, what, block, count});
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace sd::tb
