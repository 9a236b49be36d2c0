// The whole accelerator as an elaborated design.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// Elaborates `sd_accelerator` for a design point (validated). Throws hcl::ElaborationError on a construction error.
[[nodiscard]] hcl::Design elaborate_accelerator(const design::DesignPoint& point);

}  // namespace sd::rtl
