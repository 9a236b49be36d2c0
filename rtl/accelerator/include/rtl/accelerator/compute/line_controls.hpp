// The signals by which the control of the lines drives every slice.
#pragma once

#include <optional>

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// From a line's control to that line in every slice. Fields that a design has no use for are
/// absent.
struct LineControls {
  hcl::Bool load;                        ///< the word on the broadcast is for this line
  std::optional<hcl::Bool> load_bank;    ///< without rebuild: the bank that takes it
  std::optional<hcl::Bool> fill;         ///< rebuild column `fill_column` of the row loaded last
  std::optional<hcl::Bool> fill_bypass;  ///< the row's low byte is the weight itself
  std::optional<hcl::UInt> fill_column;
  std::optional<hcl::UInt> fill_index;  ///< weight register that takes it
  hcl::UInt run_index;  ///< weight register that feeds the MACs: bank * columns + step
  hcl::Bool enable;     ///< the line's MACs add in this cycle
  hcl::Bool replace;    ///< ... to zero: the segment has no sums of this block yet
  hcl::UInt segment;    ///< whose sums they add to
  std::optional<hcl::UInt> activations;  ///< parallel MACs: macs * 8, lane 0 lowest
  // Booth MACs, one bit (three bits of `shift`) a lane:
  std::optional<hcl::UInt> digit;   ///< a digit to add; without one, nothing is added
  std::optional<hcl::UInt> negate;  ///< never without a digit
  std::optional<hcl::UInt> shift;
  LineControls(hcl::Fields& f, const design::DesignPoint& point);
};

/// Segments that are merged in a cycle: two neighbours, where a block has as many.
[[nodiscard]] int merge_width(const design::DesignPoint& point);

/// Adds one line's sums of a group of `merge_width` segments to a bank of drain registers.
struct MergeControls {
  hcl::Bool valid;
  hcl::UInt line;
  hcl::UInt group;  ///< segments group * merge_width, ...
  hcl::Bool bank;
  hcl::UInt take;     ///< one bit a segment of the group: the line has sums of it
  hcl::UInt replace;  ///< likewise: the bank has no sums of it yet
  MergeControls(hcl::Fields& f, const design::DesignPoint& point);
};

/// Number of segment `member` of that group.
[[nodiscard]] hcl::UInt segment_of_group(const design::DesignPoint& point, const hcl::UInt& group,
                                         int member);

}  // namespace sd::rtl
