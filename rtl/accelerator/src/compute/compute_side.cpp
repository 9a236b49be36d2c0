#include "rtl/accelerator/compute/compute_side.hpp"

#include "rtl/accelerator/compute/compute_unit.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/input_buffer.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"
#include "rtl/accelerator/compute/pe_array.hpp"
#include "rtl/accelerator/compute/word_buffer.hpp"

namespace sd::rtl {

using namespace hcl;

ComputeSideIo::ComputeSideIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<ComputeCommand>("command", point)),
      done(p.output<Bool>("done")),
      input_write(p.input<Valid<InputWrite>>("input_write", point)),
      flag_write(p.input<Valid<FlagWrite>>("flag_write", point)),
      weight_write(p.input<Valid<WeightWrite>>("weight_write", point)),
      index_write(p.input<Valid<IndexWrite>>("index_write", point)),
      parameter_write(p.input<Valid<ParameterWrite>>("parameter_write", point)),
      output_read(p.input<Valid<OutputRead>>("output_read", point)),
      output_data(p.output<UInt>("output_data", point.macs * 8)),
      events(p.output<ComputeEvents>("events", point)) {}

ComputeSide::ComputeSide(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("compute_side").about("Buffers, compute unit and array."), point) {
  auto unit = instance<ComputeUnit>("u_unit", point);
  auto array = instance<PeArray>("u_array", point);
  auto stage = instance<OutputStage>("u_output_stage", point);
  unit.command <<= io.command;
  io.done <<= unit.done;
  io.events <<= unit.events;

  auto input = instance<InputBuffer>("u_input_buffer", point);
  input.write <<= io.input_write;
  input.read <<= unit.input_read;
  input.columns <<= unit.input_columns;
  input.stride <<= unit.stride;
  input.pointwise <<= unit.pointwise;

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

  auto output = instance<WordBuffer>("u_output_buffer", "output_buffer", point.output_words(),
                                     point.macs * 8);
  output.write <<= unit.output_write.valid;
  output.write_word <<= unit.output_write.bits;
  output.write_data <<= stage.word;
  output.read <<= io.output_read.valid;
  output.read_word <<= io.output_read.bits.word;
  io.output_data <<= output.data;

  if (point.skip_activation_rows) {
    auto flags = instance<WordBuffer>("u_zero_flags", "zero_flags", point.zero_flags(), 1);
    flags.write <<= io.flag_write.valid;
    flags.write_word <<= io.flag_write.bits.number;
    flags.write_data <<= io.flag_write.bits.nonzero.as_uint();
    flags.read <<= unit.flag_read->valid;
    flags.read_word <<= unit.flag_read->bits;
    *unit.flag <<= flags.data.as_bool();
  }

  array.steps <<= unit.steps;
  array.stride <<= unit.stride;
  array.pointwise <<= unit.pointwise;
  array.issue <<= unit.issue;
  array.tag <<= unit.tag;
  array.load <<= unit.load;
  array.piece_load <<= unit.piece_load;
  array.piece <<= unit.piece;
  array.piece_last <<= unit.piece_last;
  array.word <<= weight.data;
  array.segment <<= input.segment;
  array.valid0 <<= unit.valid0;
  array.valid1 <<= unit.valid1;
  array.merge_allowed <<= unit.merge_allowed;
  array.clear <<= unit.clear;
  array.channel <<= unit.channel;
  unit.free <<= array.free;
  unit.merge_wanted <<= array.merge_wanted;
  unit.settled <<= array.settled;
  unit.products <<= array.products;
  unit.operations <<= array.operations;
  if (point.rebuild) {
    *array.bypass <<= *unit.bypass;
    *array.basis_load <<= *unit.basis_load;
    *array.shift_load <<= *unit.shift_load;
    *array.shift <<= parameter.data.bits(59, 56);
    *unit.filled <<= *array.filled;
  }

  stage.valid <<= unit.drain;
  stage.sums <<= array.drain;
  stage.record <<= parameter.data;
  stage.lanes <<= unit.channel_lanes;
  stage.relu <<= unit.relu;
}

}  // namespace sd::rtl
