// One line of one slice: the weights of a row, and `macs` MACs that share them.
#pragma once

#include <optional>

#include "rtl/accelerator/compute/line_controls.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

struct PeLineIo {
  LineControls controls;
  hcl::UInt word;  ///< this slice's part of the weight word on the broadcast
  // With rebuild:
  std::optional<hcl::Vec<hcl::UInt>> basis;  ///< rank rows of columns * 8 bits
  std::optional<hcl::UInt> shift;
  std::optional<hcl::Bool> bypass;
  hcl::Vec<hcl::SInt> sums;  ///< one a lane
  PeLineIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PeLine : public hcl::Module<PeLineIo> {
 public:
  PeLine(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
