// The highest compression whose loss stays within a target.
#pragma once

#include "pipeline.hpp"

namespace sd::compress {

[[nodiscard]] Result search_for_drop(const graph::Network& original,
                                     std::span<const std::vector<float>> images,
                                     const Options& options, const Reporter& report);

}  // namespace sd::compress
