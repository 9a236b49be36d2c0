// The activations of a line: two banks of `block_segments` slots, for the job that waits and the
// job that runs, and the running segment, a shift register that the row's weights pass over.
//
// A slot is a few chunks of `macs` bytes. A window piece fills whole slots, a piece for a step of a
// gather job one chunk of them. `enter` copies a slot into the shift register, which then moves by
// a byte a step (window) or by a chunk a step (gather). `taps` are the bytes that the lanes see:
// every `stride`-th, with gather the first `macs`. Latency: `load` in cycle t allows `enter` from
// t + 1, `taps` show the first step in the cycle after `enter`. Throughput: a piece for any number
// of segments, and an `enter` or a step, a cycle.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct SegmentRegisterIo {
  hcl::Bool load;
  hcl::Bool load_bank, load_gather;
  hcl::UInt load_segments;  ///< one bit a segment: slots that the piece fills
  hcl::UInt load_step;      ///< with gather: the chunk that it fills
  hcl::UInt slots;          ///< block_segments * slot_bits, as the input buffer gives them
  hcl::Bool enter;
  hcl::Bool enter_bank;
  hcl::UInt enter_segment;
  hcl::Bool move;  ///< to the next step; `enter` wins
  hcl::Bool gather;
  hcl::UInt stride;
  hcl::UInt taps;  ///< macs * 8, lane 0 lowest
  SegmentRegisterIo(hcl::Ports& p, const design::DesignPoint& point);
};

class SegmentRegister : public hcl::Module<SegmentRegisterIo> {
 public:
  SegmentRegister(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
