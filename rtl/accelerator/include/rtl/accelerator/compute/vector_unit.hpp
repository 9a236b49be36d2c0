// VECTOR: walks channels, rows, segments and taps, gathers taps in `macs` lanes, and hands sums to
// the output stage, in a unit that is otherwise idle (the fence).
//
// Throughput: a tap (or second operand) of `macs` pixels a cycle, and a cycle or two a segment.
#pragma once

#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/vector_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct VectorUnitIo {
  hcl::Decoupled<VectorCommand> command;
  hcl::Bool done;  ///< one cycle, after the last word is written
  hcl::Valid<InputRead> input_read;  ///< one segment, segment 0
  hcl::UInt slot;                    ///< slot 0 of the input buffer, one cycle later
  // To the output stage; its record is {bias 0, output multiplier, output shift}.
  hcl::Bool valid;
  hcl::Vec<hcl::SInt> sums;
  hcl::UInt record;  ///< 64 bits
  hcl::UInt lanes;
  hcl::Bool relu;
  // In the cycle in which the word leaves the output stage: as drain_control.hpp.
  hcl::Valid<hcl::UInt> output_write, local_write;
  hcl::UInt local_flag;
  hcl::Bool first_of_row;
  hcl::UInt outputs;
  hcl::Bool hold;
  hcl::UInt operations;  ///< for the counter
  VectorUnitIo(hcl::Ports& p, const design::DesignPoint& point);
};

class VectorUnit : public hcl::Module<VectorUnitIo> {
 public:
  VectorUnit(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
