#pragma once

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

namespace sd::graph {

/// Names that are given once. Many equal wishes cost no more than many different ones.
class UniqueNames {
 public:
  /// `wanted`, or that with "#2", "#3", ... It is taken from now on.
  [[nodiscard]] std::string unique(const std::string& wanted) {
    if (names_.insert(wanted).second) return wanted;
    int& last = last_number_[wanted];
    std::string name;
    do {
      last = last == 0 ? 2 : last + 1;
      name = fmt::format("{}#{}", wanted, last);
    } while (!names_.insert(name).second);
    return name;
  }

  /// False if the name was taken.
  bool reserve(const std::string& name) { return names_.insert(name).second; }

 private:
  std::set<std::string> names_;
  std::map<std::string, int> last_number_;
};

}  // namespace sd::graph
