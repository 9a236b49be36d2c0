// The array: `slices` slices of `lines` lines of `macs` MACs, and the control of each line, shared
// by all slices.
#pragma once

#include <optional>

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct PeArrayIo {
  // The layer, stable while a command runs.
  hcl::UInt steps, stride;
  hcl::Bool pointwise;
  std::optional<hcl::Bool> bypass;
  // Jobs, one bit a line (job_issuer.hpp).
  hcl::UInt issue;
  hcl::Bool tag;  ///< segment whose jobs are being issued
  hcl::UInt load, piece_load, piece;
  hcl::Bool piece_last;
  hcl::UInt word;     ///< from the weight buffer: a part for each slice
  hcl::UInt segment;  ///< from the input buffer
  hcl::UInt free;
  // Bases and shifts, with rebuild.
  std::optional<hcl::Valid<hcl::UInt>> basis_load;
  std::optional<hcl::Valid<hcl::UInt>> shift_load;  ///< slice number
  std::optional<hcl::UInt> shift;
  // Segments: lines that are done with one have their sums merged, one line a cycle, while
  // `merge_allowed`.
  hcl::UInt valid0, valid1;  ///< valid lanes of the segments of either tag
  hcl::Bool merge_allowed;
  hcl::Bool merge_wanted;
  hcl::Bool settled;  ///< every line has come to the segment that is being issued
  hcl::Bool clear;    ///< empties the drain registers
  hcl::UInt channel;  ///< slice whose sums are drained
  hcl::Vec<hcl::SInt> drain;
  // For the counters.
  hcl::UInt products;               ///< products completed in one slice
  hcl::UInt operations;             ///< useful operations in one slice
  std::optional<hcl::UInt> filled;  ///< lines that rebuilt a column
  PeArrayIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeArray : public hcl::Module<PeArrayIo> {
 public:
  PeArray(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
