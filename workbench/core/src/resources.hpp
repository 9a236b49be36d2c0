// What the job took of the machine.
#pragma once

#include <cstdint>

namespace sd::core {

/// Largest resident memory of this process so far.
[[nodiscard]] std::uint64_t peak_memory_bytes();
/// Largest resident memory of any tool that it ran and waited for.
[[nodiscard]] std::uint64_t tools_peak_memory_bytes();

/// Lets the peak that recent_peak_memory_bytes() tells begin anew. False where the kernel does not
/// allow it.
[[nodiscard]] bool restart_peak_memory();
/// Largest resident memory since the last restart_peak_memory() that succeeded.
[[nodiscard]] std::uint64_t recent_peak_memory_bytes();

/// Processor time of all threads of this process so far.
[[nodiscard]] double cpu_seconds();

}  // namespace sd::core
