// One slice: an output channel. Its basis and shift, `lines` lines, and the drain registers, which
// gather the sums of a segment.
//
// Dataflow: `merge` adds the sums of one line to `drain` (that line clears its own); `clear`
// empties `drain`. Latency: one cycle. Throughput: a line a cycle: one adder a lane does for any
// number of lines.
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
  std::optional<hcl::Valid<hcl::UInt>> shift_load;
  std::optional<hcl::Bool> bypass;
  hcl::Valid<hcl::UInt> merge;  ///< line number
  hcl::Bool clear;
  hcl::Vec<hcl::SInt> drain;  ///< one a lane
  PeSliceIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeSlice : public hcl::Module<PeSliceIo> {
 public:
  PeSlice(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
