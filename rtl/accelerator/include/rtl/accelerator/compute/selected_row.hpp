// What the index selector hands to the job issuer, in the order in which the weight stream must be
// read.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// A job, a basis to load (`basis`), or the end of a block (`end`); `last` marks the command's last
/// block.
struct SelectedRow {
  hcl::Bool basis, end, last;
  hcl::UInt weight_word;  ///< first word of the row's weights, or of the basis
  hcl::UInt input_word;   ///< first word of the activation row of the block's first row (modulo the
                          ///< buffer, where that lies in the vertical padding)
  hcl::UInt tile_row;    ///< 16 bits: number in the tile of row 0 of its first channel (pointwise),
                         ///< of its row (fully connected); otherwise without meaning
  hcl::SInt column;      ///< column of the first byte of segment 0 at step 0
  hcl::UInt segments;    ///< one bit a segment: those that the job computes
  hcl::UInt words;       ///< segments of a block row that have products, 1 .. block_words
  hcl::UInt tail_lanes;  ///< valid lanes of the last of them
  SelectedRow(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
