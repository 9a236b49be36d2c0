// A VECTOR command with its fields decoded (docs/accelerator.md, "Commands"): pooling, addition,
// rescaling, subsampling on maps in the input buffer.
#pragma once

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct VectorCommand {
  hcl::UInt input_word;             ///< of channel 0, tile row 0
  hcl::UInt input_channel_words;    ///< 16 bits
  hcl::UInt second_word;            ///< second operand, of channel 0, output row 0
  hcl::UInt second_channel_words;   ///< 16 bits
  hcl::UInt channels;               ///< 16 bits
  hcl::UInt input_pitch;            ///< in words
  hcl::UInt tile_rows;              ///< per channel
  hcl::SInt first_row;              ///< tile row of output row 0, window row 0
  hcl::UInt input_columns;
  hcl::UInt output_rows;
  hcl::UInt output_columns;
  hcl::UInt output_pitch;           ///< in words
  hcl::UInt pad_left;
  hcl::UInt stride_x, stride_y;     ///< 1 .. max_stride
  hcl::UInt window_rows, window_columns;  ///< 16 bits
  hcl::UInt first_multiplier, second_multiplier, output_multiplier;  ///< 15 bits
  hcl::UInt output_shift;           ///< 6 bits
  hcl::Bool maximum;
  hcl::Bool two_operands;
  hcl::Bool across;                 ///< sums over lanes: global average pooling
  hcl::Bool relu;
  Destination destination;

  VectorCommand(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
