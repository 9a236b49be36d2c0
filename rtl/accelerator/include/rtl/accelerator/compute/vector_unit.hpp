// VECTOR: walks channels, rows, segments and taps, gathers taps in `macs` lanes, and hands sums to
// the output stage, in a unit that is otherwise idle (the fence).
//
// Dataflow: the walk reads one tap of a segment a cycle; its bytes, with what changes nothing in
// lanes that it is not there for, are kept a cycle later and added (multiplied, or compared) in the
// cycle after that; the sums of a segment go to the output stage while the next one's first tap is
// added. Across, all lanes are added into lane 0.
// Latency: from `command` three cycles to the first read, three more from a segment's last read to
// `valid`. Throughput: a tap (or second operand) of `macs` pixels a cycle; a row of a window that
// is not in the tile, and a segment without pixels, take a cycle. Depth: one command.
#pragma once

#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/vector_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct VectorUnitIo {
  hcl::Decoupled<VectorCommand> command;
  hcl::Bool done;                    ///< one cycle, after the last word is written
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

 private:
  /// What the walk asks for in a cycle.
  struct Tap {
    hcl::Bool valid, first, last;  ///< of its segment; one without a row in the tile counts too
    hcl::Bool second;              ///< the second operand
    hcl::UInt there;               ///< one bit a lane that it is there for
  };
  Tap walk(const hcl::Bool& prepares, const hcl::Bool& begins);
  void read_tap(const hcl::Bool& valid, const hcl::Bool& second, const hcl::UInt& word,
                const hcl::SInt& column, const hcl::UInt& second_word);
  /// Returns: a segment's sums are complete.
  [[nodiscard]] hcl::Bool accumulate(const Tap& tap);
  void write_results(const hcl::Bool& begins, const hcl::Bool& complete);

  const design::DesignPoint point_;
  const VectorCommand command_;
};

}  // namespace sd::rtl
