// What this accelerator cannot run, in words.
#pragma once

#include <optional>
#include <string>

#include "rtl/schedule/program.hpp"

namespace sd::schedule {

/// The reason why an operator stays off the chip, whatever the tiling; nothing if it may go on.
[[nodiscard]] std::optional<std::string> unsupported(const pack::PackedModel& model,
                                                     int operator_index,
                                                     const design::DesignPoint& design);

}  // namespace sd::schedule
