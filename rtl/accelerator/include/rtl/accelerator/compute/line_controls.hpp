// The signals by which a line's control drives that line in every slice.
#pragma once

#include <optional>

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// Fields that a design has no use for are absent.
struct LineControls {
  hcl::Bool load;                 ///< the word on the broadcast is for this line
  std::optional<hcl::Bool> bank;  ///< without rebuild: the bank that takes it
  std::optional<hcl::Bool> fill;  ///< rebuild column `column` into the byte marked by `fill_mask`
  std::optional<hcl::UInt> column;
  std::optional<hcl::UInt> fill_mask;  ///< ones over that byte of both banks
  hcl::UInt run_index;  ///< byte of both banks that feeds the MACs: bank * columns + step
  hcl::UInt enable;     ///< one bit a lane
  hcl::Bool clear;      ///< the accumulators are merged in this cycle
  std::optional<hcl::Vec<hcl::SInt>> activation;  ///< parallel MACs
  std::optional<hcl::UInt> negate;                ///< Booth MACs: one bit a lane
  std::optional<hcl::Vec<hcl::UInt>> shift;
  LineControls(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
