// The command list that `simulate` runs, with the fault in it that the user asked for.
#pragma once

#include <optional>
#include <string>

#include "rtl/schedule/program.hpp"

namespace sd::core {

/// `plant_fault`: bit 30 of the first bias of this layer is flipped in the memory image. Throws
/// InputError if the layer has no bias there.
[[nodiscard]] schedule::Program simulated_program(const pack::PackedModel& model,
                                                  const design::DesignPoint& design,
                                                  const schedule::ScheduleOptions& options,
                                                  const std::optional<std::string>& plant_fault);

}  // namespace sd::core
