// The reports of a schedule and of a simulation for people.
#pragma once

#include <string>

#include "workbench/core/schedule_job.hpp"
#include "workbench/core/simulate_job.hpp"

namespace sd::cli {

/// A line for each operator, totals, and the listing if there is one.
[[nodiscard]] std::string schedule_text(const core::ScheduleJobReport& report);

/// What was compared, counters and speed, and the first mismatch. The last line says whether the
/// simulation is bit-exact.
[[nodiscard]] std::string simulate_text(const core::SimulateReport& report);

}  // namespace sd::cli
