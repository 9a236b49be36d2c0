// A COMPUTE command with its fields decoded: what the control side hands to the compute side
// (docs/accelerator.md, "Commands"). Widths are those that the design's buffers need; the control
// side checks the ranges of the command words before it cuts them.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// How a job reads its activations; the values are those of the command's mode field.
enum class ComputeMode { window = 0, pointwise = 1, fully_connected = 2, dilated = 3 };

/// Where results go: COMPUTE's and VECTOR's alike.
struct Destination {
  hcl::Bool to_output;             ///< into the output buffer
  hcl::Bool to_input;              ///< into the input buffer, with zero flags
  hcl::UInt output_word;           ///< output buffer word of channel 0, row 0
  hcl::UInt output_channel_words;  ///< 16 bits
  hcl::UInt local_word;            ///< input buffer word of channel 0, row 0
  hcl::UInt local_channel_words;   ///< 16 bits
  hcl::UInt local_flag;            ///< flag number of channel 0, row 0
  hcl::UInt local_rows;            ///< 16 bits: flags per channel
  Destination(hcl::Fields& f, const design::DesignPoint& point);
};

struct ComputeCommand {
  hcl::UInt index_entry;       ///< first entry of the group in the index buffer
  hcl::UInt index_entries;     ///< entries, markers included
  hcl::UInt weight_word;       ///< first word of the group in the weight buffer
  hcl::UInt parameter_record;  ///< of the group's first filter
  hcl::UInt input_word;        ///< input buffer word of the tile
  hcl::UInt input_pitch;       ///< in words
  hcl::UInt tile_rows;         ///< per channel
  hcl::UInt total_tile_rows;   ///< channels * tile_rows
  hcl::SInt first_row;         ///< tile row of output row 0 at r = 0
  hcl::UInt flag_base;
  hcl::UInt output_rows;
  hcl::UInt output_columns;
  hcl::UInt output_pitch;  ///< in words; segments per output row
  hcl::UInt input_columns;
  hcl::UInt pad_left;
  hcl::UInt steps;       ///< 1 .. columns
  hcl::UInt stride_x;    ///< 1 .. max_stride
  hcl::UInt stride_y;    ///< 1 .. max_stride
  hcl::UInt dilation_x;  ///< 5 bits; dilated only
  hcl::UInt block_rows;  ///< block_rows * block_words <= block_segments
  hcl::UInt block_words;
  hcl::UInt active_slices;  ///< 1 .. slices
  hcl::UInt mode;           ///< a ComputeMode
  hcl::Bool relu;
  hcl::Bool bypass;  ///< the layer was left dense
  hcl::Bool keep_basis;
  hcl::Bool skip_zero_rows;
  hcl::Bool fence;            ///< starts when all before it is complete
  hcl::UInt rows_not_stored;  ///< 16 bits, for the counter
  Destination destination;
  hcl::Bool residual;
  hcl::Bool residual_relu;
  hcl::UInt residual_shift;          ///< 6 bits
  hcl::UInt residual_word;           ///< input buffer word of the residual of channel 0, row 0
  hcl::UInt residual_channel_words;  ///< 16 bits
  hcl::UInt own_multiplier;          ///< 15 bits
  hcl::UInt residual_multiplier;     ///< 15 bits

  ComputeCommand(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
