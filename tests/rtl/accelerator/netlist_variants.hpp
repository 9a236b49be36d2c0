// Whole accelerators whose blocks are compared with their netlists: between them, every block at
// several parameter sets.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rtl/accelerator/accelerator.hpp"
#include "support/netlist_compare.hpp"

namespace sd::rtl::test {

struct NetlistTotals {
  int modules = 0, outputs = 0;
  std::size_t idle = 0;
};

/// Compares every block of these designs; one that two of them share, once.
inline NetlistTotals compare_blocks(const std::vector<design::DesignPoint>& points) {
  NetlistTotals totals;
  std::set<std::pair<std::string, std::string>> compared;
  for (const design::DesignPoint& point : points) {
    const hcl::Design design = elaborate_accelerator(point);
    std::set<std::string> is_new;
    for (const hcl::EmittedFile& file : hcl::emit(design))
      if (compared.emplace(file.name, file.text).second) is_new.insert(file.name);
    sd::test::NetlistCompareOptions options;
    options.wanted = [&](const hcl::ModuleInfo& module) {
      return is_new.contains(module.name + ".sv");
    };
    const sd::test::NetlistComparison result = sd::test::compare_with_netlist(design, options);
    for (const auto& d : result.differences)
      ADD_FAILURE() << point.name << ": " << d.module << "." << d.port << " differs in cycle "
                    << d.cycle;
    totals.modules += result.modules;
    totals.outputs += result.outputs;
    totals.idle += result.idle_outputs.size();
  }
  return totals;
}

}  // namespace sd::rtl::test
