// How the memory behaves in a random workload.
#pragma once

#include "program_maps.hpp"
#include "verilator_tb/memory_options.hpp"

namespace sd::regression {

/// Everything that AXI allows a memory, by chance: latency, bandwidth, bursts in flight, gaps of
/// every channel, READY before and after VALID. No faults.
[[nodiscard]] tb::MemoryOptions random_memory(Dice& dice);

}  // namespace sd::regression
