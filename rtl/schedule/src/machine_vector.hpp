// VECTOR.
#pragma once

#include "machine_buffers.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::schedule {

void run_vector(const Vector& v, const design::DesignPoint& design, Buffers& buffers,
                Activity& activity);

}  // namespace sd::schedule
