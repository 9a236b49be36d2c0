// After reset every block of the compute side is quiet.
#include "rtl/accelerator/compute/compute_side.hpp"
#include "rtl/accelerator/compute/drain_control.hpp"
#include "rtl/accelerator/compute/index_selector.hpp"
#include "rtl/accelerator/compute/job_issuer.hpp"
#include "rtl/accelerator/compute/line_control.hpp"
#include "rtl/accelerator/compute/pe_array.hpp"
#include "rtl/accelerator/compute/vector_unit.hpp"
#include "rtl/accelerator/compute_selected.hpp"
#include "rtl/accelerator/quiet_block.hpp"

namespace sd::test {
namespace {

// The design points are those of the blocks' other tests, so that no model is built for this.

TEST(ComputeSideReset, LeavesItQuiet) {
  design::DesignPoint point;
  point.slices = point.lines = 2;
  point.macs = 4;
  point.input_buffer_bytes = 4096;
  point.weight_buffer_bytes = 8192;
  point.index_buffer_entries = 512;
  point.output_buffer_bytes = 2048;
  point.block_segments = 4;
  expect_quiet_after_reset(hcl::elaborate<rtl::ComputeSide>(point));
}

TEST(ComputeSideReset, LeavesSelectorAndIssuerQuiet) {
  expect_quiet_after_reset(hcl::elaborate<rtl::IndexSelector>(small(4)));
  expect_quiet_after_reset(hcl::elaborate<rtl::JobIssuer>(small(4)));
}

TEST(ComputeSideReset, LeavesTheArrayQuiet) {
  design::DesignPoint line;
  line.lines = 1;
  line.macs = 4;
  line.columns = 6;
  line.block_segments = 8;
  line.mac_kind = design::MacKind::parallel;
  expect_quiet_after_reset(hcl::elaborate<rtl::LineControl>(line));
  design::DesignPoint array;
  array.slices = 2;
  array.lines = 3;
  array.macs = array.block_segments = array.rank = 4;
  array.mac_kind = design::MacKind::parallel;
  array.levels = array.columns = 3;
  array.max_stride = 2;
  expect_quiet_after_reset(hcl::elaborate<rtl::PeArray>(array));
}

TEST(ComputeSideReset, LeavesDrainAndVectorsQuiet) {
  design::DesignPoint drain;
  drain.macs = drain.block_segments = 4;
  drain.slices = 3;
  drain.max_stride = 2;
  expect_quiet_after_reset(hcl::elaborate<rtl::DrainControl>(drain));
  design::DesignPoint vector;
  vector.macs = 4;
  vector.max_stride = vector.columns = 3;
  vector.input_buffer_bytes = 4096;
  expect_quiet_after_reset(hcl::elaborate<rtl::VectorUnit>(vector));
}

}  // namespace
}  // namespace sd::test
