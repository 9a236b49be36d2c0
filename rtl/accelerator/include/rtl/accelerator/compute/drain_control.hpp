// Empties the drain registers: one channel a cycle through the output stage into the output buffer.
//
// Dataflow: `take` starts a segment, whose sums are complete; in each of the `active_slices` cycles
// after it, `channel` selects the slice whose sums enter the output stage together with its
// parameter record (read a cycle earlier); two cycles later the word is written. Segments come in
// the order of the output words, so that a segment's number is its place within the channel. With
// the last channel, `clear` empties the drain registers for the next segment. Latency: first word
// three cycles after `take`. Throughput: a channel a cycle. `ready` is low while channels are left,
// and no sums may be merged while `valid`.
#pragma once

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct DrainControlIo {
  hcl::Bool start;  ///< of the command
  ComputeCommand command;
  hcl::Bool take;   ///< only while `ready`
  hcl::Bool last;   ///< the command's last segment, with `take`
  hcl::UInt lanes;  ///< of the segment, with `take`
  hcl::Bool ready;
  hcl::Valid<hcl::UInt> parameter_read;
  hcl::Bool valid;  ///< a channel enters the output stage
  hcl::Bool clear;
  hcl::UInt channel;
  hcl::UInt channel_lanes;
  hcl::Valid<hcl::UInt>
      write;          ///< word of the output buffer that takes what leaves the output stage
  hcl::UInt outputs;  ///< pixels written in this cycle
  hcl::Bool done;     ///< one cycle, after the command's last word
  DrainControlIo(hcl::Ports& p, const design::DesignPoint& point);
};

class DrainControl : public hcl::Module<DrainControlIo> {
 public:
  DrainControl(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
