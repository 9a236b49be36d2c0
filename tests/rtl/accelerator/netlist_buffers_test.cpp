// Buffers, drain and vector unit at shapes that the whole accelerator of netlist_test.cpp does not
// have: wide beats, bus beats narrower than a word, strides and windows.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "rtl/accelerator/compute/drain_control.hpp"
#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"
#include "rtl/accelerator/compute/vector_unit.hpp"
#include "rtl/accelerator/compute/zero_flags.hpp"
#include "support/netlist_compare.hpp"

namespace sd::rtl {
namespace {

design::DesignPoint shape(int macs, int block_segments, int max_stride, int columns, int axi_bits) {
  design::DesignPoint point;
  point.slices = point.lines = 2;
  point.macs = macs;
  point.block_segments = block_segments;
  point.max_stride = max_stride;
  point.columns = columns;
  point.axi_data_bits = axi_bits;
  // A number of lines that is no power of two.
  const int line = std::max(point.input_banks() * macs, point.row_align_bytes());
  point.input_buffer_bytes = line * (256 / line + 3);
  design::validate(point);
  return point;
}

void expect_same(const std::string& name, const hcl::Design& design) {
  EXPECT_EQ(test::lint(design), "") << name;
  for (const auto& d : test::compare_with_netlist(design).differences)
    ADD_FAILURE() << name << ": " << d.module << "." << d.port << " differs in cycle " << d.cycle;
}

TEST(NetlistBuffers, WideBeats) {
  const design::DesignPoint point = shape(4, 4, 3, 5, 128);
  expect_same("input_buffer", hcl::elaborate<InputBuffer>(point));
  expect_same("zero_flags", hcl::elaborate<ZeroFlags>(point));
  expect_same("output_stage", hcl::elaborate<OutputStage>(point));
  expect_same("drain_control", hcl::elaborate<DrainControl>(point));
  expect_same("vector_unit", hcl::elaborate<VectorUnit>(point));
}

TEST(NetlistBuffers, WordsWiderThanBusBeats) {
  expect_same("input_buffer", hcl::elaborate<InputBuffer>(shape(16, 1, 1, 4, 64)));
}

}  // namespace
}  // namespace sd::rtl
