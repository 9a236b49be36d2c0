// Which maps stay in the input buffer, and where.
#pragma once

#include <vector>

#include "network_plan.hpp"

namespace sd::schedule {

/// Room in the input buffer that a task has besides the resident maps.
struct Room {
  std::int64_t word = 0, words = 0;
};

/// Sets `resident`, `word` and `in_dram` of every map: greedily, the map that saves most DRAM
/// traffic for its words and its lifetime first, as long as all that is alive together fits, the
/// least room of every task included. Returns the largest free piece that each task has; less than
/// its least room only where that exceeds the input buffer.
[[nodiscard]] std::vector<Room> choose_residences(NetworkPlan& plan, const pack::PackedModel& model,
                                                  const design::DesignPoint& design,
                                                  const ScheduleOptions& options);

}  // namespace sd::schedule
