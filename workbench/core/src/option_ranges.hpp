// Numbers among a job's options.
#pragma once

#include <fmt/format.h>

#include "workbench/core/job.hpp"

namespace sd::core {

/// Throws InputError, naming the option as the command line spells it, unless low <= value <= high.
template <typename Number>
void require_in_range(const char* option, Number value, Number low, Number high) {
  if (!(value >= low && value <= high))
    throw InputError(fmt::format("{} {}: the allowed range is {} to {}", option, value, low, high));
}

}  // namespace sd::core
