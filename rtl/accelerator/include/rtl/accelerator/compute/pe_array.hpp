// The array: `slices` slices of `lines` lines of `macs` MACs, and the control of each line, shared by all slices.
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
  hcl::Bool tag;
  hcl::UInt load, piece_load, piece;
  hcl::Bool piece_last;
  hcl::UInt word;     ///< from the weight buffer: a part for each slice
  hcl::UInt segment;  ///< from the input buffer
  hcl::UInt free, busy;
  // Bases and shifts, with rebuild.
  std::optional<hcl::Valid<hcl::UInt>> basis_load;
  std::optional<hcl::Valid<hcl::UInt>> shift_load;  ///< slice number
  std::optional<hcl::UInt> shift;
  // Segments.
  hcl::Bool running_tag;
  hcl::Bool take;
  hcl::UInt valid;                 ///< one bit a lane
  hcl::UInt channel;               ///< slice whose sums are drained
  hcl::Vec<hcl::SInt> drain;
  // For the counters.
  hcl::UInt steps_done;            ///< lines that completed a step
  hcl::UInt operations;            ///< useful operations of one slice
  std::optional<hcl::UInt> filled;  ///< lines that rebuilt a column
  PeArrayIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeArray : public hcl::Module<PeArrayIo> {
 public:
  PeArray(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
