// COMPUTE: keeps the command, fetches the filters' shifts, walks the segments, issues the jobs, and
// takes the sums.
//
// Dataflow: index selector -> row queue -> job issuer -> array. When all jobs of a segment are
// issued, each line that is done with them merges its sums into the drain registers and goes on
// with the next segment, whose first job already waits in it; when all lines have gone on, the
// drain registers are emptied through the output stage, meanwhile the next segment runs. Latency:
// eight cycles from the command to the first product, and a basis's words more with a basis to
// load. One command at a time. Stalls: no free line (select_stall_cycles); the drain registers are
// still in use (drain_stall_cycles).
#pragma once

#include <optional>

#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/events.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct ComputeUnitIo {
  hcl::Decoupled<ComputeCommand> command;
  hcl::Bool done;
  // The layer, stable while its command runs.
  hcl::UInt steps, stride, input_columns;
  hcl::Bool pointwise, relu;
  std::optional<hcl::Bool> bypass;
  // Buffers: data comes one cycle after the read.
  hcl::Valid<hcl::UInt> index_read;
  std::optional<hcl::Valid<hcl::UInt>> flag_read;  ///< with skip_activation_rows
  hcl::Valid<hcl::UInt> parameter_read, weight_read;
  hcl::Valid<InputRead> input_read;
  hcl::UInt index_data;
  std::optional<hcl::Bool> flag;
  // The array (pe_array.hpp).
  hcl::UInt issue;
  hcl::Bool tag;
  hcl::UInt load, piece_load, piece;
  hcl::Bool piece_last;
  hcl::UInt free;
  std::optional<hcl::Valid<hcl::UInt>> basis_load;
  std::optional<hcl::Valid<hcl::UInt>>
      shift_load;  ///< slice whose record the parameter buffer shows
  hcl::UInt valid0, valid1;
  hcl::Bool merge_allowed, merge_wanted, settled, clear;
  hcl::UInt products, operations;
  std::optional<hcl::UInt> filled;
  // The output stage and the output buffer (drain_control.hpp).
  hcl::Bool drain;
  hcl::UInt channel, channel_lanes;
  hcl::Valid<hcl::UInt> output_write;
  ComputeEvents events;
  ComputeUnitIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ComputeUnit : public hcl::Module<ComputeUnitIo> {
 public:
  ComputeUnit(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
