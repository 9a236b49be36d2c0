// A COMPUTE command with its fields decoded: what the control side hands to the compute side.
// Widths are those that the design's buffers need; the control side checks the ranges of the
// command words before it cuts them.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// How a job reads its activations; the values are those of the command's mode field.
enum class ComputeMode { window = 0, pointwise = 1, fully_connected = 2 };

struct ComputeCommand {
  hcl::UInt index_entry;           ///< w1[15:0]   first entry of the group in the index buffer
  hcl::UInt index_entries;         ///< w1[31:16]  entries, markers included
  hcl::UInt weight_word;           ///< w2[15:0]   first word of the group in the weight buffer
  hcl::UInt parameter_record;      ///< w2[31:16]
  hcl::UInt input_word;            ///< w3         input buffer word of the tile
  hcl::UInt input_pitch;           ///< w4[15:0]   in words
  hcl::UInt tile_rows;             ///< w4[31:16]  per channel
  hcl::SInt first_row;             ///< w5[15:0]   tile row of output row 0 at r = 0
  hcl::UInt flag_base;             ///< w5[31:16]
  hcl::UInt output_rows;           ///< w6[15:0]
  hcl::UInt output_columns;        ///< w6[31:16]
  hcl::UInt input_columns;         ///< w7[15:0]
  hcl::UInt pad_left;              ///< w7[23:16]
  hcl::UInt stride;                ///< w7[27:24]  1 .. max_stride
  hcl::UInt steps;                 ///< w7[31:28]  1 .. columns
  hcl::UInt output_word;           ///< w8[15:0]
  hcl::UInt output_pitch;          ///< w8[31:16]  in words; segments per output row
  hcl::UInt output_channel_words;  ///< w9[15:0]
  hcl::UInt active_slices;         ///< w9[23:16]  1 .. slices
  hcl::Bool relu;                  ///< w9[24]
  hcl::UInt mode;                  ///< w9[26:25]  a ComputeMode
  hcl::Bool bypass;                ///< w9[27]     the layer was left dense
  hcl::Bool keep_basis;            ///< w9[28]
  hcl::Bool skip_zero_rows;        ///< w9[29]
  hcl::UInt rows_not_stored;       ///< w10[15:0]
  hcl::UInt total_tile_rows;       ///< w10[31:16] channels * tile_rows

  ComputeCommand(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
