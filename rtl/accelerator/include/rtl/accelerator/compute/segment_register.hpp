// The activations of a line: the segment that waits, and the one that runs, a shift register that
// the row's weights pass over.
//
// Both are chunks of `macs` bytes. A window segment comes whole and moves by one byte a step, a
// pointwise segment comes one chunk a step of the row and moves by a chunk. `taps` are the bytes
// that the lanes see: every `stride`-th. Latency: `load` in cycle t allows `start` from t + 1,
// `taps` show the first step in the cycle after `start`. Throughput: a chunk, or a whole window, a
// cycle. `load` must not fall between the last `load` of a job and its `start`.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct SegmentRegisterIo {
  hcl::Bool load;
  hcl::UInt chunk;    ///< which chunk the load fills (pointwise)
  hcl::UInt segment;  ///< window_bytes * 8, as the input buffer gives it
  hcl::Bool start;
  hcl::Bool move;  ///< to the next step
  hcl::UInt stride;
  hcl::Bool pointwise;
  hcl::Vec<hcl::UInt> taps;
  SegmentRegisterIo(hcl::Ports& p, const design::DesignPoint& point);
};

class SegmentRegister : public hcl::Module<SegmentRegisterIo> {
 public:
  SegmentRegister(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
