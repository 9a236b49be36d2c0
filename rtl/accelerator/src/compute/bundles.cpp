// Field widths of the bundles on the seam between the two sides.
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/events.hpp"
#include "rtl/accelerator/seam.hpp"
#include "rtl/accelerator/vector_command.hpp"

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using hcl::Bool;
using hcl::SInt;
using hcl::UInt;

Destination::Destination(hcl::Fields& f, const design::DesignPoint& point)
    : to_output(f.field<Bool>("to_output")),
      to_input(f.field<Bool>("to_input")),
      output_word(f.field<UInt>("output_word", output_bits(point))),
      output_channel_words(f.field<UInt>("output_channel_words", 16)),
      local_word(f.field<UInt>("local_word", input_word_bits(point))),
      local_channel_words(f.field<UInt>("local_channel_words", 16)),
      local_flag(f.field<UInt>("local_flag", flag_bits(point))),
      local_rows(f.field<UInt>("local_rows", 16)) {}

ComputeCommand::ComputeCommand(hcl::Fields& f, const design::DesignPoint& point)
    : index_entry(f.field<UInt>("index_entry", index_bits(point))),
      index_entries(f.field<UInt>("index_entries", 16)),
      weight_word(f.field<UInt>("weight_word", weight_bits(point))),
      parameter_record(f.field<UInt>("parameter_record", record_bits(point))),
      input_word(f.field<UInt>("input_word", input_word_bits(point))),
      input_pitch(f.field<UInt>("input_pitch", 16)),
      tile_rows(f.field<UInt>("tile_rows", 16)),
      total_tile_rows(f.field<UInt>("total_tile_rows", 16)),
      first_row(f.field<SInt>("first_row", 16)),
      flag_base(f.field<UInt>("flag_base", flag_bits(point))),
      output_rows(f.field<UInt>("output_rows", 16)),
      output_columns(f.field<UInt>("output_columns", 16)),
      output_pitch(f.field<UInt>("output_pitch", 16)),
      input_columns(f.field<UInt>("input_columns", 16)),
      pad_left(f.field<UInt>("pad_left", 8)),
      steps(f.field<UInt>("steps", 4)),
      stride_x(f.field<UInt>("stride_x", 4)),
      stride_y(f.field<UInt>("stride_y", 4)),
      dilation_x(f.field<UInt>("dilation_x", 5)),
      block_rows(f.field<UInt>("block_rows", block_count_bits(point))),
      block_words(f.field<UInt>("block_words", block_count_bits(point))),
      active_slices(f.field<UInt>("active_slices", slice_count_bits(point))),
      mode(f.field<UInt>("mode", 2)),
      relu(f.field<Bool>("relu")),
      bypass(f.field<Bool>("bypass")),
      keep_basis(f.field<Bool>("keep_basis")),
      skip_zero_rows(f.field<Bool>("skip_zero_rows")),
      fence(f.field<Bool>("fence")),
      rows_not_stored(f.field<UInt>("rows_not_stored", 16)),
      destination(f.field<Destination>("destination", point)),
      residual(f.field<Bool>("residual")),
      residual_relu(f.field<Bool>("residual_relu")),
      residual_shift(f.field<UInt>("residual_shift", 6)),
      residual_word(f.field<UInt>("residual_word", input_word_bits(point))),
      residual_channel_words(f.field<UInt>("residual_channel_words", 16)),
      own_multiplier(f.field<UInt>("own_multiplier", 15)),
      residual_multiplier(f.field<UInt>("residual_multiplier", 15)) {}

VectorCommand::VectorCommand(hcl::Fields& f, const design::DesignPoint& point)
    : input_word(f.field<UInt>("input_word", input_word_bits(point))),
      input_channel_words(f.field<UInt>("input_channel_words", 16)),
      second_word(f.field<UInt>("second_word", input_word_bits(point))),
      second_channel_words(f.field<UInt>("second_channel_words", 16)),
      channels(f.field<UInt>("channels", 16)),
      input_pitch(f.field<UInt>("input_pitch", 16)),
      tile_rows(f.field<UInt>("tile_rows", 16)),
      first_row(f.field<SInt>("first_row", 16)),
      input_columns(f.field<UInt>("input_columns", 16)),
      output_rows(f.field<UInt>("output_rows", 16)),
      output_columns(f.field<UInt>("output_columns", 16)),
      output_pitch(f.field<UInt>("output_pitch", 16)),
      pad_left(f.field<UInt>("pad_left", 8)),
      stride_x(f.field<UInt>("stride_x", 4)),
      stride_y(f.field<UInt>("stride_y", 4)),
      window_rows(f.field<UInt>("window_rows", 16)),
      window_columns(f.field<UInt>("window_columns", 16)),
      first_multiplier(f.field<UInt>("first_multiplier", 15)),
      second_multiplier(f.field<UInt>("second_multiplier", 15)),
      output_multiplier(f.field<UInt>("output_multiplier", 15)),
      output_shift(f.field<UInt>("output_shift", 6)),
      maximum(f.field<Bool>("maximum")),
      two_operands(f.field<Bool>("two_operands")),
      across(f.field<Bool>("across")),
      relu(f.field<Bool>("relu")),
      destination(f.field<Destination>("destination", point)) {}

InputWrite::InputWrite(hcl::Fields& f, const design::DesignPoint& point)
    : byte_address(f.field<UInt>("byte_address", input_byte_bits(point))),
      data(f.field<UInt>("data", point.axi_data_bits)) {}

FlagWrite::FlagWrite(hcl::Fields& f, const design::DesignPoint& point)
    : number(f.field<UInt>("number", flag_bits(point))), nonzero(f.field<Bool>("nonzero")) {}

WeightWrite::WeightWrite(hcl::Fields& f, const design::DesignPoint& point)
    : word(f.field<UInt>("word", weight_bits(point))),
      data(f.field<UInt>("data", point.weight_word_bits())) {}

IndexWrite::IndexWrite(hcl::Fields& f, const design::DesignPoint& point)
    : entry(f.field<UInt>("entry", index_bits(point))),
      marker(f.field<Bool>("marker")),
      c_row(f.field<UInt>("c_row", 16)),
      r(f.field<UInt>("r", 8)) {}

ParameterWrite::ParameterWrite(hcl::Fields& f, const design::DesignPoint& point)
    : record(f.field<UInt>("record", record_bits(point))), data(f.field<UInt>("data", 64)) {}

OutputRead::OutputRead(hcl::Fields& f, const design::DesignPoint& point)
    : word(f.field<UInt>("word", output_bits(point))) {}

ComputeEvents::ComputeEvents(hcl::Fields& f, const design::DesignPoint& point)
    : macs(f.field<UInt>("macs", bits_for(point.total_macs()))),
      mac_active(f.field<UInt>("mac_active", bits_for(point.total_macs()))),
      rows_executed(f.field<Bool>("rows_executed")),
      rows_skipped_weight(f.field<UInt>("rows_skipped_weight", 16)),
      rows_skipped_activation(f.field<Bool>("rows_skipped_activation")),
      input_buffer_reads(f.field<UInt>("input_buffer_reads", bits_for(point.input_banks()))),
      weight_buffer_reads(f.field<Bool>("weight_buffer_reads")),
      index_buffer_reads(f.field<Bool>("index_buffer_reads")),
      output_buffer_writes(f.field<Bool>("output_buffer_writes")),
      weights_rebuilt(f.field<UInt>("weights_rebuilt", bits_for(point.slices * point.columns))),
      outputs(f.field<UInt>("outputs", bits_for(point.macs))),
      select_stall_cycles(f.field<Bool>("select_stall_cycles")),
      drain_stall_cycles(f.field<Bool>("drain_stall_cycles")),
      compute_busy_cycles(f.field<Bool>("compute_busy_cycles")),
      local_writes(f.field<Bool>("local_writes")),
      vector_operations(f.field<UInt>("vector_operations", bits_for(point.macs))),
      residual_outputs(f.field<UInt>("residual_outputs", bits_for(point.macs))) {}

}  // namespace sd::rtl
