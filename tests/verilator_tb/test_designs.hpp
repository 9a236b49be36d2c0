// The few designs that this room's tests verilate: small, and between them with every option on and
// off.
#pragma once

#include "rtl/design/design_point.hpp"

namespace sd::tb::test {

/// Booth-serial SD, small buffers (many tiles), several matrix slices a layer.
inline design::DesignPoint booth_design() {
  design::DesignPoint d;
  d.name = "test_booth";
  d.slices = 2;
  d.lines = 2;
  d.macs = 4;
  d.mac_kind = design::MacKind::booth_serial;
  d.slice_rows = 16;
  d.input_buffer_bytes = 2048;
  d.weight_buffer_bytes = 1024;
  d.index_buffer_entries = 256;
  d.output_buffer_bytes = 512;
  return d;
}

/// Parallel SD on a wide bus, another code, zero activation rows not skipped.
inline design::DesignPoint parallel_design() {
  design::DesignPoint d;
  d.name = "test_parallel";
  d.slices = 3;
  d.lines = 4;
  d.macs = 4;
  d.mac_kind = design::MacKind::parallel;
  d.skip_activation_rows = false;
  d.rank = 3;
  d.levels = 7;
  d.slice_rows = 16;
  d.axi_data_bits = 128;
  d.axi_burst_beats = 4;
  d.input_buffer_bytes = 4096;
  d.weight_buffer_bytes = 2048;
  d.index_buffer_entries = 300;
  d.output_buffer_bytes = 1024;
  return d;
}

/// The dense baseline of the first one.
inline design::DesignPoint dense_design() {
  design::DesignPoint d = booth_design().dense_baseline();
  d.name = "test_dense";
  return d;
}

}  // namespace sd::tb::test
