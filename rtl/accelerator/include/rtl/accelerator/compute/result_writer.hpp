// Keeps the places of the segments that are in the output stage: says where each word goes in the
// cycle in which it leaves the stage.
//
// Latency: OutputStage::latency cycles from `place` to the writes, one more to `done`. Throughput:
// a word a cycle. Depth: one place a stage of the output stage.
#pragma once

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// Where a word of `macs` results goes, and what is to be counted of it.
struct ResultPlace {
  hcl::Bool to_output, to_input;
  hcl::UInt output_word, local_word;
  hcl::UInt flag;          ///< of the row of `local_word`
  hcl::Bool first_of_row;  ///< the row's first word
  hcl::UInt lanes;         ///< pixels in it
  hcl::Bool residual;
  hcl::Bool last;  ///< the command's last word
  ResultPlace(hcl::Fields& f, const design::DesignPoint& point);
};

struct ResultWriterIo {
  hcl::Valid<ResultPlace> place;  ///< of the segment that enters the output stage in this cycle
  // In the cycle in which its word leaves the output stage.
  hcl::Valid<hcl::UInt> output_write;  ///< word of the output buffer
  hcl::Valid<hcl::UInt> local_write;   ///< word of the input buffer
  hcl::UInt local_flag;                ///< flag of its row
  hcl::Bool first_of_row;              ///< sets or clears the flag; other words only set it
  hcl::UInt outputs;                   ///< pixels written in this cycle
  hcl::UInt residual_outputs;          ///< those with a residual
  hcl::Bool hold;                      ///< two cycles ahead of a local write
  hcl::Bool done;                      ///< the cycle after a command's last word
  ResultWriterIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ResultWriter : public hcl::Module<ResultWriterIo> {
 public:
  ResultWriter(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
