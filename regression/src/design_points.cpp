#include "design_points.hpp"

#include <string>

#include "regression/plan.hpp"

namespace sd::regression {

namespace {

using design::DesignPoint;
using design::MacKind;

/// Buffers of a few rows: whatever can run full does, and every address bit moves.
DesignPoint tiny(std::string name, int slices, int lines, int macs, MacKind kind) {
  DesignPoint d;
  d.name = std::move(name);
  d.slices = slices;
  d.lines = lines;
  d.macs = macs;
  d.mac_kind = kind;
  d.block_segments = 2;
  d.slice_rows = 12;
  d.input_buffer_bytes = 2048;
  d.weight_buffer_bytes = 1024;
  d.index_buffer_entries = 128;
  d.output_buffer_bytes = 512;
  return d;
}

DesignPoint tiny_parallel() {
  return tiny("tiny_parallel", 2, 2, 2, MacKind::parallel);
}

DesignPoint tiny_booth() {
  DesignPoint d = tiny("tiny_booth", 2, 2, 2, MacKind::booth_serial);
  d.block_segments = 4;
  d.rank = 3;
  d.levels = 7;
  d.axi_data_bits = 128;
  return d;
}

DesignPoint tiny_dense() {
  DesignPoint d = tiny("tiny_dense", 2, 2, 2, MacKind::parallel).dense_baseline();
  d.name = "tiny_dense";
  return d;
}

/// One of everything that can be one.
DesignPoint tiny_single() {
  DesignPoint d = tiny("tiny_single", 1, 1, 2, MacKind::booth_serial);
  d.block_segments = 1;
  d.skip_weight_rows = false;
  d.skip_activation_rows = false;
  d.rank = 2;
  d.levels = 1;
  d.columns = 2;
  d.max_stride = 1;
  return d;
}

/// Nothing of it is a power of two that need not be.
DesignPoint tiny_odd() {
  DesignPoint d = tiny("tiny_odd", 3, 3, 4, MacKind::parallel);
  d.block_segments = 8;
  d.skip_activation_rows = false;
  d.rank = 5;
  d.levels = 4;
  d.columns = 5;
  d.slice_rows = 7;
  d.max_stride = 3;
  d.input_buffer_bytes = 8192;
  d.weight_buffer_bytes = 2048;
  d.output_buffer_bytes = 1024;
  d.axi_burst_beats = 4;
  return d;
}

/// Wide rows and the widest kernels on few lines.
DesignPoint tiny_wide() {
  DesignPoint d = tiny("tiny_wide", 2, 3, 8, MacKind::booth_serial);
  d.block_segments = 1;
  d.skip_weight_rows = false;
  d.rank = 6;
  d.levels = 2;
  d.columns = 7;
  d.input_buffer_bytes = 4096;
  d.weight_buffer_bytes = 2048;
  d.axi_data_bits = 128;
  d.axi_burst_beats = 8;
  return d;
}

}  // namespace

std::vector<DesignPoint> coverage_designs() {
  return {tiny_parallel(), tiny_booth(), tiny_dense(), tiny_single(), tiny_odd(), tiny_wide()};
}

std::vector<DesignPoint> quick_coverage_designs() {
  return {tiny_parallel(), tiny_booth()};
}

std::vector<DesignPoint> small_example_designs() {
  DesignPoint usual;
  usual.name = "small_default";
  usual.slices = usual.lines = usual.macs = 4;
  usual.slice_rows = 24;
  usual.input_buffer_bytes = 8 * 1024;
  usual.weight_buffer_bytes = 4 * 1024;
  usual.index_buffer_entries = 512;
  usual.output_buffer_bytes = 4 * 1024;

  DesignPoint no_skipping = usual;
  no_skipping.name = "small_no_skipping";
  no_skipping.skip_weight_rows = no_skipping.skip_activation_rows = false;

  DesignPoint paper = usual;
  paper.name = "small_paper_coefficients";
  paper.slices = 6;
  paper.lines = 2;
  paper.rank = paper.columns = 3;
  paper.levels = 7;
  paper.axi_data_bits = 128;

  DesignPoint parallel = usual;
  parallel.name = "small_parallel";
  parallel.mac_kind = MacKind::parallel;

  DesignPoint dense = parallel.dense_baseline();
  dense.name = "small_dense";
  return {usual, no_skipping, paper, parallel, dense};
}

}  // namespace sd::regression
