// What a command's fields may say on a design: the table "Limits" of docs/accelerator.md.
#pragma once

#include "rtl/design/design_point.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::schedule {

/// Throws ProgramFault with the field, its value and what is allowed; not with the command's name.
void require_limits(const Operation& operation, const design::DesignPoint& design);

}  // namespace sd::schedule
