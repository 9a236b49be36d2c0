// After reset every block of the control side is quiet.
#include "rtl/accelerator/control/axi_read_engine.hpp"
#include "rtl/accelerator/control/axi_write_engine.hpp"
#include "rtl/accelerator/control/control_side.hpp"
#include "rtl/accelerator/control/index_decoder.hpp"
#include "rtl/accelerator/quiet_block.hpp"

namespace sd::rtl::test {
namespace {

// The design points are those of the blocks' other tests, so that no model is built for this.

TEST(ControlSideReset, LeavesItQuiet) {
  design::DesignPoint point;
  point.slices = point.lines = 2;
  point.macs = 4;
  point.input_buffer_bytes = 4096;
  point.weight_buffer_bytes = 8192;
  point.index_buffer_entries = 512;
  point.output_buffer_bytes = 2048;
  sd::test::expect_quiet_after_reset(hcl::elaborate<ControlSide>(point));
}

TEST(ControlSideReset, LeavesEnginesAndDecoderQuiet) {
  sd::test::expect_quiet_after_reset(hcl::elaborate<AxiReadEngine>(design::DesignPoint{}));
  sd::test::expect_quiet_after_reset(hcl::elaborate<AxiWriteEngine>(design::DesignPoint{}));
  sd::test::expect_quiet_after_reset(hcl::elaborate<IndexDecoder>(design::DesignPoint{}));
}

}  // namespace
}  // namespace sd::rtl::test
