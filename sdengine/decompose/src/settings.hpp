// The allowed range of every field of Settings.
#pragma once

#include <span>

#include "sdengine/decompose/decompose.hpp"

namespace sd::decompose {

/// Throws std::invalid_argument naming the first field out of range, its value and the range.
void require_in_range(const Settings& settings);

/// Throws std::invalid_argument for NaN, infinity or a magnitude above 1e30 (whose square a float32
/// basis cannot follow).
void require_finite(std::span<const float> weights);

}  // namespace sd::decompose
