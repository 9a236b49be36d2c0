// Where a layer's MAC cycles went, from its counters.
#pragma once

#include "rtl/schedule/program.hpp"
#include "sdengine/graph/network.hpp"
#include "verilator_tb/counters.hpp"
#include "workbench/core/simulate_job.hpp"

namespace sd::core {

/// Of a layer on the array that ran by itself. What the hardware does not count is worked out from
/// the schedule: how many of a line's MACs have a filter and a pixel, on average.
[[nodiscard]] SlotShares slot_shares(const tb::Counters& counters,
                                     const design::DesignPoint& design,
                                     const schedule::LayerSchedule& layer,
                                     const graph::Operator& op);

}  // namespace sd::core
