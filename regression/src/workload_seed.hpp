// Repetitions of a workload have a seed each.
#pragma once

#include <cstdint>

namespace sd::regression {

/// Repetition `number` of a workload is repetition 0 of the workload that has this seed.
[[nodiscard]] inline std::uint64_t repetition_seed(std::uint64_t seed, int number) {
  return seed + static_cast<std::uint64_t>(number) * 0x9e3779b97f4a7c15U;
}

}  // namespace sd::regression
