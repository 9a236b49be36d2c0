// One slice: an output channel. Its basis and shift, `lines` lines, and two banks of drain
// registers, which gather the sums of a block each.
//
// Dataflow: `merge` adds the sums that one line has of a group of segments to a bank, or replaces
// what is there. `drain` shows one segment of one bank, combinationally. Latency: one cycle from
// `merge` to the bank. Throughput: a group of a line a cycle: `merge_width` adders a lane do for
// any number of lines.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/line_controls.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct PeSliceIo {
  hcl::Vec<LineControls> lines;
  hcl::UInt word;
  // With rebuild:
  std::optional<hcl::Valid<hcl::UInt>>
      basis_load;  ///< element number j * columns + s; its value is the word's low byte
  std::optional<hcl::Valid<hcl::UInt>> shift_load;  ///< 5 bits
  MergeControls merge;
  hcl::Bool drain_bank;
  hcl::UInt drain_segment;
  hcl::UInt drain;  ///< macs * 32, lane 0 lowest
  PeSliceIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeSlice : public hcl::Module<PeSliceIo> {
 public:
  PeSlice(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
