// Empties complete banks of drain registers through the output stage, channel by channel, segment
// by segment, and says where each word goes.
//
// Dataflow: `command` is taken when the drain of the command before it is over or about to be; the
// blocks of a command come on `block`, in the order in which the selector walks them; the drain
// walks the same order by itself and so knows each word's place. Per channel one read of the
// parameters and, with a residual, one read of the input buffer (the block's words of the residual
// map, `raw`), which go ahead of the channel's sums; then one segment a cycle. Both are kept here
// from the cycle in which their data shows, so that others may read in between. After its last
// channel the bank is released. Residual reads have priority over the job issuer's. Latency: two
// cycles from `block` to its first segment. Throughput: a segment a cycle, without a gap between
// channels and blocks; two cycles between commands. Depth: two commands; the places of what is in
// the output stage are result_writer's.
#pragma once

#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/seam.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct DrainControlIo {
  hcl::Decoupled<ComputeCommand> command;  ///< kept inside; one is drained, one waits
  hcl::Decoupled<hcl::Bool> block;         ///< a complete block, in this bank
  hcl::Valid<hcl::Bool> release;           ///< the bank is empty from the next cycle on
  hcl::Valid<hcl::UInt> parameter_read;    ///< record number; always granted
  hcl::UInt parameter_data;                ///< 64 bits, one cycle later
  hcl::Valid<InputRead> residual_read;     ///< always granted
  hcl::UInt slots;                         ///< of the input buffer, one cycle later
  // To the array and the output stage (output_stage.hpp).
  hcl::Bool valid;  ///< a segment enters the output stage
  hcl::Bool bank;
  hcl::UInt segment, channel;
  hcl::UInt record;  ///< the channel's, 64 bits
  hcl::UInt lanes;   ///< of that segment; 0: zeros
  hcl::Bool relu;
  hcl::Bool residual, residual_relu;
  hcl::UInt residual_data;  ///< macs bytes
  hcl::UInt residual_shift, own_multiplier, residual_multiplier;
  // In the cycle in which the word leaves the output stage.
  hcl::Valid<hcl::UInt> output_write;  ///< word of the output buffer
  hcl::Valid<hcl::UInt> local_write;   ///< word of the input buffer
  hcl::UInt local_flag;                ///< flag of its row
  hcl::Bool first_of_row;              ///< the row's first word: sets or clears the flag
  hcl::UInt outputs;                   ///< pixels written in this cycle
  hcl::UInt residual_outputs;
  hcl::Bool
      hold;  ///< two cycles ahead of a local write: loads must not write then (compute_side.hpp)
  hcl::Bool done;  ///< one cycle, after a command's last word
  DrainControlIo(hcl::Ports& p, const design::DesignPoint& point);
};

class DrainControl : public hcl::Module<DrainControlIo> {
 public:
  DrainControl(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
