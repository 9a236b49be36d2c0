// What the job took of the machine.
#pragma once

#include <cstdint>

namespace sd::core {

/// Largest resident memory of this process so far.
[[nodiscard]] std::uint64_t peak_memory_bytes();
/// Largest resident memory of any tool that it ran and waited for.
[[nodiscard]] std::uint64_t tools_peak_memory_bytes();

}  // namespace sd::core
