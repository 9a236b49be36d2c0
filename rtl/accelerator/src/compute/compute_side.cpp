#include "rtl/accelerator/compute/compute_side.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/compute_unit.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"
#include "rtl/accelerator/compute/pe_array.hpp"
#include "rtl/accelerator/compute/vector_unit.hpp"
#include "rtl/accelerator/compute/word_buffer.hpp"
#include "rtl/accelerator/compute/zero_flags.hpp"

namespace sd::rtl {

using namespace hcl;

ComputeSideIo::ComputeSideIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<ComputeCommand>("command", point)),
      vector(p.sink<VectorCommand>("vector", point)),
      done(p.output<Bool>("done")),
      load_hold(p.output<Bool>("load_hold")),
      input_write(p.input<Valid<InputWrite>>("input_write", point)),
      flag_write(p.input<Valid<FlagWrite>>("flag_write", point)),
      weight_write(p.input<Valid<WeightWrite>>("weight_write", point)),
      index_write(p.input<Valid<IndexWrite>>("index_write", point)),
      parameter_write(p.input<Valid<ParameterWrite>>("parameter_write", point)),
      output_read(p.input<Valid<OutputRead>>("output_read", point)),
      output_data(p.output<UInt>("output_data", point.macs * 8)),
      events(p.output<ComputeEvents>("events", point)) {}

ComputeSide::ComputeSide(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("compute_side").about("Buffers, compute unit, vector unit and array."),
             point) {
  auto unit = instance<ComputeUnit>("u_unit", point);
  auto vector = instance<VectorUnit>("u_vector", point);
  auto array = instance<PeArray>("u_array", point);
  auto stage = instance<OutputStage>("u_output_stage", point);

  // A VECTOR has the buffers and the output stage to itself.
  auto vector_busy = reg<Bool>("vector_busy", Reset{0});
  const Bool vector_may = name("vector_may", unit.idle & ~vector_busy);
  vector.command.valid <<= io.vector.valid & vector_may;
  vector.command.bits <<= io.vector.bits;
  io.vector.ready <<= vector.command.ready & vector_may;
  when(vector.command.fire(), [&] { vector_busy <<= true; }).elsewhen(vector.done, [&] {
    vector_busy <<= false;
  });
  unit.command.valid <<= io.command.valid & ~vector_busy;
  unit.command.bits <<= io.command.bits;
  io.command.ready <<= unit.command.ready & ~vector_busy;
  io.done <<= unit.done | vector.done;
  assert_("one_command_at_a_time", ~(io.command.valid & io.vector.valid));
  assert_("one_done_at_a_time", ~(unit.done & vector.done));

  // Weights, index, parameters.
  auto weight = instance<WordBuffer>("u_weight_buffer", "weight_buffer", point.weight_words(),
                                     point.weight_word_bits());
  weight.write <<= io.weight_write.valid;
  weight.write_word <<= io.weight_write.bits.word;
  weight.write_data <<= io.weight_write.bits.data;
  weight.read <<= unit.weight_read.valid;
  weight.read_word <<= unit.weight_read.bits;

  auto index = instance<WordBuffer>("u_index_buffer", "index_buffer", point.index_buffer_entries,
                                    entry_bits);
  const IndexWrite& entry = io.index_write.bits;
  index.write <<= io.index_write.valid;
  index.write_word <<= entry.entry;
  index.write_data <<= cat(entry.marker, entry.r, entry.c_row);
  index.read <<= unit.index_read.valid;
  index.read_word <<= unit.index_read.bits;
  unit.index_data <<= index.data;

  auto parameter =
      instance<WordBuffer>("u_parameter_buffer", "parameter_buffer", point.parameter_records(), 64);
  parameter.write <<= io.parameter_write.valid;
  parameter.write_word <<= io.parameter_write.bits.record;
  parameter.write_data <<= io.parameter_write.bits.data;
  parameter.read <<= unit.parameter_read.valid;
  parameter.read_word <<= unit.parameter_read.bits;
  unit.parameter_data <<= parameter.data;

  // Results: of the drain, or of a VECTOR.
  stage.valid <<= unit.drain | vector.valid;
  for (int lane = 0; lane < point.macs; ++lane)
    stage.sums[lane] <<= mux(vector_busy, vector.sums[lane], array.drain[lane]);
  stage.record <<= mux(vector_busy, vector.record, unit.record);
  stage.lanes <<= mux(vector_busy, vector.lanes, unit.lanes);
  stage.relu <<= mux(vector_busy, vector.relu, unit.relu);
  stage.residual <<= unit.residual & ~vector_busy;
  stage.residual_relu <<= unit.residual_relu;
  stage.residual_data <<= unit.residual_data;
  stage.residual_shift <<= unit.residual_shift;
  stage.own_multiplier <<= unit.own_multiplier;
  stage.residual_multiplier <<= unit.residual_multiplier;
  const Bool output_write =
      name("output_write", unit.output_write.valid | vector.output_write.valid);
  const Bool local_write = name("local_write", unit.local_write.valid | vector.local_write.valid);
  assert_("drain_and_vector_apart",
          ~vector_busy | ~(unit.drain | unit.output_write.valid | unit.local_write.valid));

  auto output = instance<WordBuffer>("u_output_buffer", "output_buffer", point.output_words(),
                                     point.macs * 8);
  output.write <<= output_write;
  output.write_word <<= mux(vector_busy, vector.output_write.bits, unit.output_write.bits);
  output.write_data <<= stage.word;
  output.read <<= io.output_read.valid;
  output.read_word <<= io.output_read.bits.word;
  io.output_data <<= output.data;

  auto input = instance<InputBuffer>("u_input_buffer", point);
  input.write <<= io.input_write;
  input.local.valid <<= local_write;
  input.local.bits.word <<= mux(vector_busy, vector.local_write.bits, unit.local_write.bits);
  input.local.bits.data <<= stage.word;
  input.read.valid <<= unit.input_read.valid | vector.input_read.valid;
  input.read.bits <<= mux(vector_busy, vector.input_read.bits, unit.input_read.bits);
  unit.slots <<= input.slots;
  vector.slot <<= input.slots.bits(slot_bits(point) - 1, 0);

  // A row's first word sets or clears its flag, the others can only set it.
  if (point.skip_activation_rows) {
    auto flags = instance<ZeroFlags>("u_zero_flags", point);
    const Bool nonzero = name("nonzero", stage.word != 0);
    const Bool first = mux(vector_busy, vector.first_of_row, unit.first_of_row);
    flags.write <<= io.flag_write;
    flags.local.valid <<= local_write & (first | nonzero);
    flags.local.bits.number <<= mux(vector_busy, vector.local_flag, unit.local_flag);
    flags.local.bits.nonzero <<= nonzero;
    flags.read <<= *unit.flag_read;
    *unit.flags <<= flags.flags;
  }
  auto load_hold = reg<Bool>("load_hold", Reset{0});
  load_hold <<= unit.hold | vector.hold;
  io.load_hold <<= load_hold;

  array.config <<= unit.config;
  array.tag <<= unit.tag;
  array.issue <<= unit.issue;
  array.word_load <<= unit.word_load;
  array.piece_load <<= unit.piece_load;
  array.word <<= weight.data;
  array.activations <<= input.slots;
  array.bank_free <<= unit.bank_free;
  array.drain_bank <<= unit.drain_bank;
  array.drain_segment <<= unit.drain_segment;
  array.drain_channel <<= unit.drain_channel;
  array.release <<= unit.release;
  unit.free <<= array.free;
  unit.settled <<= array.settled;
  unit.merge_wanted <<= array.merge_wanted;
  unit.products <<= array.products;
  unit.operations <<= array.operations;
  if (point.rebuild) {
    *array.basis_load <<= *unit.basis_load;
    *array.shift_load <<= *unit.shift_load;
    *array.shift <<= parameter.data.bits(60, 56);
    *unit.rebuilding <<= *array.rebuilding;
  }

  const ComputeEvents& events = io.events;
  const int lane_bits = lane_count_bits(point);
  events.macs <<= unit.events.macs;
  events.mac_active <<= unit.events.mac_active;
  events.rows_executed <<= unit.events.rows_executed;
  events.rows_skipped_weight <<= unit.events.rows_skipped_weight;
  events.rows_skipped_activation <<= unit.events.rows_skipped_activation;
  events.input_buffer_reads <<= input.words_read;
  events.weight_buffer_reads <<= unit.events.weight_buffer_reads;
  events.index_buffer_reads <<= unit.events.index_buffer_reads;
  events.output_buffer_writes <<= output_write;
  events.weights_rebuilt <<= unit.events.weights_rebuilt;
  events.outputs <<= mux(vector_busy, vector.outputs, unit.events.outputs);
  events.select_stall_cycles <<= unit.events.select_stall_cycles;
  events.drain_stall_cycles <<= unit.events.drain_stall_cycles;
  events.compute_busy_cycles <<= ~unit.idle | vector_busy;
  events.local_writes <<= local_write;
  events.vector_operations <<= mux(vector_busy, vector.operations, u(0, lane_bits));
  events.residual_outputs <<= unit.events.residual_outputs;
}

}  // namespace sd::rtl
