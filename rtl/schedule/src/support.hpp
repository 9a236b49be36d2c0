// What the accelerator can run of a network, before anything is known of where it lies.
#pragma once

#include <optional>
#include <string>

#include "rtl/design/design_point.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::schedule {

/// Why this operator cannot run on the accelerator, or nothing.
[[nodiscard]] std::optional<std::string> unsupported(const pack::PackedModel& model,
                                                     int operator_index,
                                                     const design::DesignPoint& design);

}  // namespace sd::schedule
