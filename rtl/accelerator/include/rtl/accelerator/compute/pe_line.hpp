// One line of one slice: the weights of a row, `macs` MACs that share them, and their partial sums,
// `block_segments` each.
//
// Dataflow: the weights of a row are rebuilt (or held) in one bank while the other feeds the MACs
// (rebuild_engine.hpp, weight_hold.hpp). In a cycle with `enable` every MAC adds to its sum of
// `segment`. `sums` shows those of the group `merge_group` (line_controls.hpp), combinationally.
// Latency: one cycle from `enable` to the sum. Throughput: a product (or a Booth digit) a lane and
// cycle.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/line_controls.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct PeLineIo {
  LineControls controls;
  hcl::UInt word;  ///< this slice's part of the weight word on the broadcast
  // With rebuild:
  std::optional<hcl::Vec<hcl::UInt>> basis;  ///< rank elements of the line's `fill_column`
  std::optional<hcl::UInt> shift;            ///< 5 bits
  hcl::UInt merge_group;
  hcl::Vec<hcl::UInt> sums;  ///< by segment of the group: macs * 32, lane 0 lowest
  PeLineIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeLine : public hcl::Module<PeLineIo> {
 public:
  PeLine(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
