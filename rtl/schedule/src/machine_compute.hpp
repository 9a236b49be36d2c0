// COMPUTE.
#pragma once

#include "machine_buffers.hpp"
#include "machine_selection.hpp"
#include "machine_weights.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::schedule {

/// Computes and counts. Values do not depend on the block's shape; counters do.
void run_compute(const Compute& c, const design::DesignPoint& design, Buffers& buffers,
                 Activity& activity);

/// The counters of the walk over the blocks: of entries, rows, jobs, and what jobs read.
void count_blocks(const Compute& c, const Group& group, const Selection& selection,
                  const design::DesignPoint& design, Activity& activity);

}  // namespace sd::schedule
