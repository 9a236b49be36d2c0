// What the index selector hands to the job issuer, in the order in which the weight stream must be
// read.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// A job, a basis to load (`basis`), or the end of a segment (`end`); `last` marks the command's
/// last segment.
struct SelectedRow {
  hcl::Bool basis, end, last;
  hcl::UInt weight_word;  ///< first word of the row's weights, or of the basis
  hcl::UInt input_word;   ///< first word of the activation row
  hcl::UInt tile_row;     ///< 16 bits: number of the activation row in the tile
  hcl::SInt column;       ///< column of the segment's first byte in that row
  hcl::UInt lanes;        ///< lanes of the segment that lie inside the output row
  SelectedRow(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
