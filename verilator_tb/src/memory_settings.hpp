// MemoryOptions as the compiled model takes them.
#pragma once

#include <vector>

#include "accelerator_abi.hpp"
#include "verilator_tb/memory_options.hpp"

namespace sd::tb {

/// Without the faults. Throws ToolError naming the field that is out of range.
[[nodiscard]] SdMemorySettings settings_of(const MemoryOptions& options);
[[nodiscard]] std::vector<SdMemoryFault> faults_of(const MemoryOptions& options);

}  // namespace sd::tb
