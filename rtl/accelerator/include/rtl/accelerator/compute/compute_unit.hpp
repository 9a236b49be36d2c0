// COMPUTE: keeps the commands, walks their blocks, issues the jobs, sees to it that complete sums
// are drained.
//
// Dataflow: index selector -> row queue -> job issuer -> array -> drain control. Each of the three
// stages has its command: the selector's is the one accepted last; when the issuer has closed the
// last block of the command before, it takes over the selector's, fetches the filters' shifts
// beside the basis that comes first, and hands the command to drain control as well. So a command
// is selected while the last one's jobs are issued, and issued while the last one's sums are merged
// and drained. A command with the fence bit is selected when all before it are done. From the last
// job of a command to the first of the next: `rank * columns` + 1 cycles for the basis (1 without
// one), up to 4 more where the selector had nothing left in the queue; or active slices + steps + 3
// for the shifts, where that is more. A command with another number of active slices waits besides
// until the array has left the last command's jobs: the sums for the counters have one scale.
// Latency: five cycles from the command to its first row at the issuer. Stalls: no free line
// (select_stall_cycles); a bank of drain registers is still in use (drain_stall_cycles).
#pragma once

#include <optional>

#include "rtl/accelerator/compute/block_config.hpp"
#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// What COMPUTE alone counts in a cycle; names as in events.hpp.
struct ComputeUnitEvents {
  hcl::UInt macs, mac_active;
  hcl::Bool rows_executed;
  hcl::UInt rows_skipped_weight;
  hcl::Bool rows_skipped_activation, weight_buffer_reads, index_buffer_reads;
  hcl::UInt weights_rebuilt, outputs, residual_outputs;
  hcl::Bool select_stall_cycles, drain_stall_cycles;
  ComputeUnitEvents(hcl::Fields& f, const design::DesignPoint& point);
};

struct ComputeUnitIo {
  hcl::Decoupled<ComputeCommand> command;
  hcl::Bool idle;  ///< no command is in the unit
  hcl::Bool done;  ///< one cycle per command, in order
  // Buffers: data comes one cycle after the read.
  hcl::Valid<hcl::UInt> index_read;
  hcl::UInt index_data;
  std::optional<hcl::Valid<hcl::UInt>> flag_read;  ///< with skip_activation_rows
  std::optional<hcl::UInt> flags;
  hcl::Valid<hcl::UInt> parameter_read;
  hcl::UInt parameter_data;
  hcl::Valid<hcl::UInt> weight_read;
  hcl::Valid<InputRead> input_read;
  hcl::UInt slots;
  // The array (pe_array.hpp).
  hcl::Vec<BlockConfig> config;
  hcl::Bool tag;
  JobIssue issue;
  WordLoad word_load;
  PieceLoad piece_load;
  hcl::UInt free;
  std::optional<hcl::Valid<hcl::UInt>> basis_load, shift_load;  ///< with rebuild
  std::optional<hcl::Bool> rebuilding;
  hcl::UInt bank_free;
  hcl::Bool settled, merge_wanted;
  hcl::Valid<hcl::Bool> release;
  hcl::UInt products, operations;
  // Draining (drain_control.hpp).
  hcl::Bool drain;
  hcl::Bool drain_bank;
  hcl::UInt drain_segment, drain_channel;
  hcl::UInt record, lanes;
  hcl::Bool relu, residual, residual_relu;
  hcl::UInt residual_data, residual_shift, own_multiplier, residual_multiplier;
  hcl::Valid<hcl::UInt> output_write, local_write;
  hcl::UInt local_flag;
  hcl::Bool first_of_row, hold;
  ComputeUnitEvents events;
  ComputeUnitIo(hcl::Ports& p, const design::DesignPoint& point);
};

class ComputeUnit : public hcl::Module<ComputeUnitIo> {
 public:
  ComputeUnit(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
