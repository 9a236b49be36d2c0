// When a command is within its ranges: docs/accelerator.md as plain arithmetic.
#pragma once

#include "control_program.hpp"
#include "rtl/design/design_point.hpp"

namespace sd::rtl::test {

/// Every field in its range, and every unnamed bit zero. The opcode is a legal one.
[[nodiscard]] bool within_ranges(const CommandWords& command, const design::DesignPoint& point);

}  // namespace sd::rtl::test
