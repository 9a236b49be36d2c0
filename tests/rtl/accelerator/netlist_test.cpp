// Every block of the accelerator: no warning from either tool, and no difference between what is
// emitted and Yosys' netlist of it.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "netlist_variants.hpp"

namespace sd::rtl {
namespace {

design::DesignPoint small(design::MacKind kind) {
  design::DesignPoint point;
  point.slices = point.lines = point.macs = 2;
  point.rank = 4;
  point.mac_kind = kind;
  return point;
}

/// Nothing of it is a power of two that need not be, and the widest kernels.
design::DesignPoint odd() {
  design::DesignPoint point = small(design::MacKind::parallel);
  point.name = "odd";
  point.slices = 3;
  point.macs = 4;
  point.block_segments = 2;
  point.skip_activation_rows = false;
  point.rank = 5;
  point.levels = 7;
  point.columns = 5;
  point.max_stride = 3;
  point.axi_data_bits = 128;
  point.axi_burst_beats = 4;
  point.index_buffer_entries = 100;
  point.input_buffer_bytes = 4032;
  return point;
}

std::vector<design::DesignPoint> variants() {
  const design::DesignPoint booth = small(design::MacKind::booth_serial);
  return {booth, small(design::MacKind::parallel), booth.dense_baseline(), odd()};
}

TEST(Netlist, NoToolWarns) {
  // One slice, one line, one segment: what comparisons and counters of one thing become.
  design::DesignPoint single = small(design::MacKind::booth_serial);
  single.slices = single.lines = single.block_segments = single.max_stride = 1;
  single.levels = 1;
  single.columns = 2;
  std::vector<design::DesignPoint> points = variants();
  points.push_back(single);
  for (const design::DesignPoint& point : points)
    EXPECT_EQ(sd::test::lint(elaborate_accelerator(point)), "") << design::to_toml(point);
}

TEST(Netlist, EveryBlockEqualsItsNetlist) {
  const test::NetlistTotals totals = test::compare_blocks(variants());
  EXPECT_GT(totals.modules, 100);
  // Outputs that no random vector moved are not compared in earnest: a few constants and rare
  // events.
  EXPECT_LT(totals.idle * 20, static_cast<std::size_t>(totals.outputs))
      << totals.idle << " of " << totals.outputs;
}

TEST(Netlist, APlantedDifferenceIsFound) {
  sd::test::NetlistCompareOptions options;
  options.wanted = [](const hcl::ModuleInfo& module) { return module.name == "booth_recoder"; };
  options.edit_netlist = [](std::string& netlist) {
    const auto module = netlist.find("module booth_recoder__netlist");
    const auto gate = netlist.find(" & ", module);
    ASSERT_LT(gate, netlist.find("endmodule", module));
    netlist[gate + 1] = '|';
  };
  const sd::test::NetlistComparison result = sd::test::compare_with_netlist(
      elaborate_accelerator(small(design::MacKind::booth_serial)), options);
  ASSERT_FALSE(result.differences.empty());
  for (const auto& d : result.differences) EXPECT_EQ(d.module, "booth_recoder");
}

}  // namespace
}  // namespace sd::rtl
