#pragma once

#include "sdengine/decompose/paper.hpp"

namespace sd::decompose {

/// Throws std::invalid_argument naming the first field out of range.
void require_in_range(const PaperSettings& settings);

}  // namespace sd::decompose
