// The whole accelerator at design points all over the allowed range: it elaborates, and its pins
// are the documented ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>

#include "control_random.hpp"
#include "rtl/accelerator/accelerator.hpp"

namespace sd::rtl::test {
namespace {

design::DesignPoint random_point(Random& random) {
  const auto pick = [&](std::initializer_list<int> values) {
    return *(values.begin() + random.below(static_cast<std::uint32_t>(values.size())));
  };
  const auto up_to = [&](std::uint32_t most) { return 1 + static_cast<int>(random.below(most)); };
  for (;;) {
    design::DesignPoint p;
    p.slices = pick({1, 2, 3, 8, 128});
    p.lines = pick({1, 2, 7, 64});
    p.macs = pick({2, 4, 8, 16, 64});
    p.mac_kind = random.chance(50) ? design::MacKind::parallel : design::MacKind::booth_serial;
    p.rebuild = random.chance(75);
    p.skip_weight_rows = random.chance(50);
    p.skip_activation_rows = random.chance(50);
    p.rank = up_to(8);
    p.levels = up_to(15);
    p.columns = random.chance(50) ? 3 : 1 + up_to(14);
    p.slice_rows = up_to(65535);
    p.block_segments = 1 << random.below(4);
    p.max_stride = up_to(8);
    p.input_buffer_bytes = 256 << random.below(13);
    p.weight_buffer_bytes = (64 << random.below(12)) + up_to(100);
    p.index_buffer_entries = pick({16, 100, 2048, 65536});
    p.output_buffer_bytes = 64 << random.below(13);
    p.axi_data_bits = pick({64, 128});
    p.axi_burst_beats = 1 << random.below(9);
    if (p.total_macs() > 100) continue;  // elaboration takes time by the size of the array
    try {
      design::validate(p);
    } catch (const design::DesignError&) {
      continue;
    }
    return p;
  }
}

TEST(Elaboration, AnyDesignPointElaborates) {
  Random random(2024);
  for (int i = 0; i < 40; ++i) {
    const design::DesignPoint point = random_point(random);
    EXPECT_NO_THROW((void)elaborate_accelerator(point)) << design::to_toml(point);
  }
}

TEST(Elaboration, ADesignPointOutOfRangeIsRefused) {
  design::DesignPoint point;
  point.macs = 3;
  EXPECT_THROW((void)elaborate_accelerator(point), design::DesignError);
}

TEST(Elaboration, ThePinsAreTheDocumentedOnes) {
  design::DesignPoint point;
  point.slices = point.lines = 1;
  point.axi_data_bits = 128;
  const hcl::Design design = elaborate_accelerator(point);
  EXPECT_EQ(design.top().name, "sd_accelerator");
  EXPECT_TRUE(design.top().has_clock && design.top().has_reset);
  std::map<std::string, int> widths;
  for (const hcl::Port& port : design.top().ports) {
    const bool output = port.direction == hcl::Direction::output;
    EXPECT_EQ(port.name.substr(port.name.size() - 2), output ? "_o" : "_i");
    widths[port.name] = port.width;
  }
  const std::map<std::string, int> expected{{"irq_o", 1},
                                            {"m_axi_awvalid_o", 1},
                                            {"m_axi_awaddr_o", 32},
                                            {"m_axi_awlen_o", 8},
                                            {"m_axi_awsize_o", 3},
                                            {"m_axi_awburst_o", 2},
                                            {"m_axi_wvalid_o", 1},
                                            {"m_axi_wdata_o", 128},
                                            {"m_axi_wstrb_o", 16},
                                            {"m_axi_wlast_o", 1},
                                            {"m_axi_bready_o", 1},
                                            {"m_axi_arvalid_o", 1},
                                            {"m_axi_araddr_o", 32},
                                            {"m_axi_arlen_o", 8},
                                            {"m_axi_arsize_o", 3},
                                            {"m_axi_arburst_o", 2},
                                            {"m_axi_rready_o", 1},
                                            {"m_axi_awready_i", 1},
                                            {"m_axi_wready_i", 1},
                                            {"m_axi_bvalid_i", 1},
                                            {"m_axi_bresp_i", 2},
                                            {"m_axi_arready_i", 1},
                                            {"m_axi_rvalid_i", 1},
                                            {"m_axi_rdata_i", 128},
                                            {"m_axi_rresp_i", 2},
                                            {"m_axi_rlast_i", 1},
                                            {"s_axil_awvalid_i", 1},
                                            {"s_axil_awaddr_i", 12},
                                            {"s_axil_wvalid_i", 1},
                                            {"s_axil_wdata_i", 32},
                                            {"s_axil_wstrb_i", 4},
                                            {"s_axil_bready_i", 1},
                                            {"s_axil_arvalid_i", 1},
                                            {"s_axil_araddr_i", 12},
                                            {"s_axil_rready_i", 1},
                                            {"s_axil_awready_o", 1},
                                            {"s_axil_wready_o", 1},
                                            {"s_axil_bvalid_o", 1},
                                            {"s_axil_bresp_o", 2},
                                            {"s_axil_arready_o", 1},
                                            {"s_axil_rvalid_o", 1},
                                            {"s_axil_rdata_o", 32},
                                            {"s_axil_rresp_o", 2}};
  EXPECT_EQ(widths, expected);
}

}  // namespace
}  // namespace sd::rtl::test
