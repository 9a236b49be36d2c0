// What the drain keeps of a COMPUTE command.
#pragma once

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct DrainCommand {
  hcl::UInt parameter_record, output_rows, output_columns, output_pitch, block_rows, block_words,
      active_slices;
  hcl::Bool relu;
  Destination destination;
  hcl::Bool residual, residual_relu;
  hcl::UInt residual_shift, residual_word, residual_channel_words, own_multiplier,
      residual_multiplier;

  DrainCommand(hcl::Fields& f, const design::DesignPoint& point)
      : parameter_record(f.field<hcl::UInt>("parameter_record", record_bits(point))),
        output_rows(f.field<hcl::UInt>("output_rows", 16)),
        output_columns(f.field<hcl::UInt>("output_columns", 16)),
        output_pitch(f.field<hcl::UInt>("output_pitch", 16)),
        block_rows(f.field<hcl::UInt>("block_rows", block_count_bits(point))),
        block_words(f.field<hcl::UInt>("block_words", block_count_bits(point))),
        active_slices(f.field<hcl::UInt>("active_slices", slice_count_bits(point))),
        relu(f.field<hcl::Bool>("relu")),
        destination(f.field<Destination>("destination", point)),
        residual(f.field<hcl::Bool>("residual")),
        residual_relu(f.field<hcl::Bool>("residual_relu")),
        residual_shift(f.field<hcl::UInt>("residual_shift", 6)),
        residual_word(f.field<hcl::UInt>("residual_word", input_word_bits(point))),
        residual_channel_words(f.field<hcl::UInt>("residual_channel_words", 16)),
        own_multiplier(f.field<hcl::UInt>("own_multiplier", 15)),
        residual_multiplier(f.field<hcl::UInt>("residual_multiplier", 15)) {}

  void take(const ComputeCommand& command) const {
    using hcl::operator<<=;
    parameter_record <<= command.parameter_record;
    output_rows <<= command.output_rows;
    output_columns <<= command.output_columns;
    output_pitch <<= command.output_pitch;
    block_rows <<= command.block_rows;
    block_words <<= command.block_words;
    active_slices <<= command.active_slices;
    relu <<= command.relu;
    destination <<= command.destination;
    residual <<= command.residual;
    residual_relu <<= command.residual_relu;
    residual_shift <<= command.residual_shift;
    residual_word <<= command.residual_word;
    residual_channel_words <<= command.residual_channel_words;
    own_multiplier <<= command.own_multiplier;
    residual_multiplier <<= command.residual_multiplier;
  }
};

}  // namespace sd::rtl
