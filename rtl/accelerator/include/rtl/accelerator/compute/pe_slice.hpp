// One slice: an output channel. Its basis and shift, `lines` lines, the adder trees over them, and the drain registers.
//
// Dataflow: `take` moves the sums over the lines into `drain` and clears the accumulators.
// Latency: `drain` shows the sums in the cycle after `take`. Throughput: a segment a cycle. No stalls of its own.
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
  std::optional<hcl::Valid<hcl::UInt>> basis_load;  ///< element number j * columns + s; its value is the word's low byte
  std::optional<hcl::Valid<hcl::UInt>> shift_load;
  std::optional<hcl::Bool> bypass;
  hcl::Bool take;
  hcl::Vec<hcl::SInt> drain;  ///< one a lane
  PeSliceIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeSlice : public hcl::Module<PeSliceIo> {
 public:
  PeSlice(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
