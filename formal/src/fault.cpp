#include "formal/fault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <stdexcept>

namespace sd::formal {
namespace {

struct Change {
  std::regex pattern;  ///< the first group is what is replaced
  std::string after;   ///< empty: the number is counted up by one
};

const std::vector<Change>& changes() {
  static const std::vector<Change> all = [] {
    std::vector<Change> list;
    const auto add = [&](const char* pattern, const char* after) {
      list.push_back({std::regex(pattern), after});
    };
    add(" (==) ", "!=");
    add(" (!=) ", "==");
    add(" (<) ", "<=");
    add(" (>=) ", ">");
    add(" (>) ", ">=");
    add(" (&&) ", "||");
    add(" (\\|\\|) ", "&&");
    add(" (&) ", "|");
    add(" (\\|) ", "&");
    add(" (\\^) ", "|");
    add(" (\\+) ", "-");
    add(" (-) ", "+");
    add(" (<<<?) ", ">>");
    add(" (>>>) ", ">>");
    add("(!)[a-z(]", " ");
    add("(~)[a-z(]", " ");
    add("\\bif \\((.*)\\) begin", "1'b1");
    add("(?:[=(?:,&|+-] )(\\d+'s?d\\d+)", "");
    add("<= ('0);", "'1");
    add(" (\\?) ", "== 1'b0 ?");
    return list;
  }();
  return all;
}

/// A sized number plus one, in its width; itself where it is no such number.
std::string counted_up(const std::string& number) {
  const std::size_t quote = number.find('\''), digits = number.find('d', quote);
  const int width = std::stoi(number.substr(0, quote));
  const unsigned long long value = std::stoull(number.substr(digits + 1));
  const unsigned long long next = value + 1;
  const bool over = width < 64 && next >> width != 0;
  return number.substr(0, digits + 1) + std::to_string(over ? 0 : next);
}

/// In an `always_ff` block the first `<=` of a line drives; everywhere else it compares.
bool drives(const std::string& line) {
  static const std::regex drive("^\\s*[a-z_]\\w*(\\[[^\\]]*\\])? <= ");
  return std::regex_search(line, drive);
}

const hcl::EmittedFile& file_of(const Task& task, const std::string& module) {
  const auto file = std::find_if(task.files.begin(), task.files.end(),
                                 [&](const auto& f) { return f.name == module + ".sv"; });
  if (file == task.files.end()) {
    std::vector<std::string> names;
    for (const auto& f : task.files) names.push_back(f.name);
    throw std::invalid_argument(fmt::format("no module {} to plant a fault in: there are {}",
                                            module, fmt::join(names, ", ")));
  }
  return *file;
}

/// Lines that hold logic: not before the end of the ports, no declaration, no property.
class LogicLines {
 public:
  bool take(const std::string& line) {
    if (line.find("`ifndef SYNTHESIS") != std::string::npos) checks_ = true;
    const bool logic = inside_ && !checks_ && line.find("//") == std::string::npos &&
                       !std::regex_search(line, declaration_);
    if (line.find("`endif") != std::string::npos) checks_ = false;
    if (line == ");" || line.find("module ") == 0) inside_ = line == ");" || line.back() == ';';
    return logic;
  }

 private:
  bool inside_ = false, checks_ = false;
  std::regex declaration_{
      "^\\s*(logic|input|output|typedef|localparam|always_ff|`|endmodule|\\.|\\(\\*|if "
      "\\(!rst_ni\\)|default:)"};
};

}  // namespace

std::vector<Fault> fault_sites(const Task& task, const std::string& module) {
  const std::string& text = file_of(task, module).text;
  std::vector<Fault> sites;
  LogicLines logic;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    ++number;
    if (logic.take(line)) {
      for (const Change& change : changes()) {
        for (std::sregex_iterator it(line.begin(), line.end(), change.pattern), none; it != none;
             ++it) {
          const auto position = static_cast<std::size_t>(it->position(1));
          const std::string before = (*it)[1];
          const std::string after = change.after.empty() ? counted_up(before) : change.after;
          if (before == after || (before == "-" && drives(line) && position < 4)) continue;
          const std::size_t first = line.find_first_not_of(' ');
          sites.push_back({module, number, begin + position, before, after,
                           fmt::format("{}:{}: \"{}\" becomes \"{}\" in \"{}\"", module, number,
                                       before, after, line.substr(first))});
        }
      }
    }
    begin = end + 1;
  }
  return sites;
}

std::vector<Fault> choose_faults(const Task& task, const std::vector<std::string>& modules,
                                 std::size_t count, std::uint32_t seed) {
  // One kind of change after the other, so that the many of one kind do not crowd out the rest.
  std::map<std::string, std::vector<Fault>> by_kind;
  for (const std::string& module : modules)
    for (Fault& site : fault_sites(task, module)) {
      const bool is_number = site.before.find('\'') != std::string::npos && site.before != "'0";
      const bool is_condition = site.after == "1'b1" && !is_number;
      by_kind[is_number      ? "number"
              : is_condition ? "condition"
                             : site.before]
          .push_back(std::move(site));
    }
  std::uint64_t state = seed * 2654435761ULL + 1;
  const auto below = [&](std::size_t limit) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>((state >> 33) % limit);
  };
  std::vector<Fault> chosen;
  while (chosen.size() < count && !by_kind.empty()) {
    for (auto kind = by_kind.begin(); kind != by_kind.end() && chosen.size() < count;) {
      const std::size_t index = below(kind->second.size());
      chosen.push_back(std::move(kind->second[index]));
      kind->second.erase(kind->second.begin() + static_cast<std::ptrdiff_t>(index));
      kind = kind->second.empty() ? by_kind.erase(kind) : std::next(kind);
    }
  }
  return chosen;
}

Task with_fault(const Task& task, const Fault& fault) {
  Task changed = task;
  for (hcl::EmittedFile& file : changed.files)
    if (file.name == fault.module + ".sv")
      file.text.replace(fault.position, fault.before.size(), fault.after);
  return changed;
}

}  // namespace sd::formal
