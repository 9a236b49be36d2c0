// Every block of the accelerator: no warning from either tool, and no difference between what is emitted and Yosys' netlist of it.
#include <gmock/gmock.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rtl/accelerator/accelerator.hpp"
#include "support/netlist_compare.hpp"

namespace sd::rtl {
namespace {

design::DesignPoint small(design::MacKind kind) {
  design::DesignPoint point;
  point.slices = point.lines = point.macs = 2;
  point.rank = 4;
  point.mac_kind = kind;
  return point;
}

struct Variant {
  std::string name;
  design::DesignPoint point;
};

std::vector<Variant> variants() {
  const design::DesignPoint booth = small(design::MacKind::booth_serial);
  return {{"booth", booth}, {"parallel", small(design::MacKind::parallel)}, {"dense", booth.dense_baseline()}};
}

TEST(Netlist, NoToolWarns) {
  for (const auto& [name, point] : variants()) EXPECT_EQ(test::lint(elaborate_accelerator(point)), "") << name;
}

TEST(Netlist, EveryBlockEqualsItsNetlist) {
  // A block that two variants share is compared once.
  std::set<std::pair<std::string, std::string>> compared;
  int modules = 0;
  std::size_t idle = 0;
  int outputs = 0;
  for (const auto& [name, point] : variants()) {
    const hcl::Design design = elaborate_accelerator(point);
    std::set<std::string> is_new;
    for (const hcl::EmittedFile& file : hcl::emit(design))
      if (compared.emplace(file.name, file.text).second) is_new.insert(file.name);
    test::NetlistCompareOptions options;
    options.wanted = [&](const hcl::ModuleInfo& module) { return is_new.contains(module.name + ".sv"); };
    const test::NetlistComparison result = test::compare_with_netlist(design, options);
    for (const auto& d : result.differences) ADD_FAILURE() << name << ": " << d.module << "." << d.port << " differs in cycle " << d.cycle;
    modules += result.modules;
    outputs += result.outputs;
    idle += result.idle_outputs.size();
  }
  EXPECT_GT(modules, 50);
  // Outputs that no random vector moved are not compared in earnest: a few constants and rare events.
  EXPECT_LT(idle * 20, static_cast<std::size_t>(outputs)) << idle << " of " << outputs;
}

TEST(Netlist, APlantedDifferenceIsFound) {
  test::NetlistCompareOptions options;
  options.wanted = [](const hcl::ModuleInfo& module) { return module.name == "booth_recoder"; };
  options.edit_netlist = [](std::string& netlist) {
    const auto module = netlist.find("module booth_recoder__netlist");
    const auto gate = netlist.find(" & ", module);
    ASSERT_LT(gate, netlist.find("endmodule", module));
    netlist[gate + 1] = '|';
  };
  const test::NetlistComparison result = test::compare_with_netlist(elaborate_accelerator(small(design::MacKind::booth_serial)), options);
  ASSERT_FALSE(result.differences.empty());
  for (const auto& d : result.differences) EXPECT_EQ(d.module, "booth_recoder");
}

}  // namespace
}  // namespace sd::rtl
