// Field widths of the bundles on the seam between the two sides.
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/events.hpp"
#include "rtl/accelerator/seam.hpp"

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using hcl::Bool;
using hcl::SInt;
using hcl::UInt;

ComputeCommand::ComputeCommand(hcl::Fields& f, const design::DesignPoint& point)
    : index_entry(f.field<UInt>("index_entry", index_bits(point))),
      index_entries(f.field<UInt>("index_entries", 16)),
      weight_word(f.field<UInt>("weight_word", weight_bits(point))),
      parameter_record(f.field<UInt>("parameter_record", record_bits(point))),
      input_word(f.field<UInt>("input_word", input_word_bits(point))),
      input_pitch(f.field<UInt>("input_pitch", 16)),
      tile_rows(f.field<UInt>("tile_rows", 16)),
      first_row(f.field<SInt>("first_row", 16)),
      flag_base(f.field<UInt>("flag_base", flag_bits(point))),
      output_rows(f.field<UInt>("output_rows", 16)),
      output_columns(f.field<UInt>("output_columns", 16)),
      input_columns(f.field<UInt>("input_columns", 16)),
      pad_left(f.field<UInt>("pad_left", 8)),
      stride(f.field<UInt>("stride", 4)),
      steps(f.field<UInt>("steps", 4)),
      output_word(f.field<UInt>("output_word", output_bits(point))),
      output_pitch(f.field<UInt>("output_pitch", 16)),
      output_channel_words(f.field<UInt>("output_channel_words", 16)),
      active_slices(f.field<UInt>("active_slices", slice_count_bits(point))),
      relu(f.field<Bool>("relu")),
      mode(f.field<UInt>("mode", 2)),
      bypass(f.field<Bool>("bypass")),
      keep_basis(f.field<Bool>("keep_basis")),
      skip_zero_rows(f.field<Bool>("skip_zero_rows")),
      rows_not_stored(f.field<UInt>("rows_not_stored", 16)),
      total_tile_rows(f.field<UInt>("total_tile_rows", 16)) {}

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
      r(f.field<UInt>("r", 4)) {}

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
      input_buffer_reads(f.field<Bool>("input_buffer_reads")),
      weight_buffer_reads(f.field<Bool>("weight_buffer_reads")),
      index_buffer_reads(f.field<Bool>("index_buffer_reads")),
      output_buffer_writes(f.field<Bool>("output_buffer_writes")),
      weights_rebuilt(f.field<UInt>("weights_rebuilt", bits_for(point.slices * point.columns))),
      outputs(f.field<UInt>("outputs", bits_for(point.macs))),
      select_stall_cycles(f.field<Bool>("select_stall_cycles")),
      drain_stall_cycles(f.field<Bool>("drain_stall_cycles")),
      compute_busy_cycles(f.field<Bool>("compute_busy_cycles")) {}

}  // namespace sd::rtl
