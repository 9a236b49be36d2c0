// The 64-bit counters of docs/accelerator.md.
#pragma once

#include <array>

#include "rtl/accelerator/events.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// In the order of their numbers.
inline constexpr std::array counter_names{"cycles",
                                          "macs",
                                          "mac_active",
                                          "rows_executed",
                                          "rows_skipped_weight",
                                          "rows_skipped_activation",
                                          "dram_read_beats",
                                          "dram_write_beats",
                                          "input_buffer_reads",
                                          "input_buffer_writes",
                                          "weight_buffer_reads",
                                          "weight_buffer_writes",
                                          "index_buffer_reads",
                                          "index_buffer_writes",
                                          "output_buffer_reads",
                                          "output_buffer_writes",
                                          "weights_rebuilt",
                                          "outputs",
                                          "select_stall_cycles",
                                          "drain_stall_cycles",
                                          "load_busy_cycles",
                                          "compute_busy_cycles",
                                          "store_busy_cycles",
                                          "local_writes",
                                          "vector_operations",
                                          "residual_outputs"};
inline constexpr int counter_count = static_cast<int>(counter_names.size());

/// What the control side counts itself.
struct ControlEvents {
  hcl::Bool cycles, dram_read_beats, dram_write_beats, input_buffer_writes, weight_buffer_writes,
      index_buffer_writes, output_buffer_reads, load_busy_cycles, store_busy_cycles;
  explicit ControlEvents(hcl::Fields& f);
};

struct PerformanceCountersIo {
  hcl::Bool clear;  ///< wins over what is counted in the same cycle
  ControlEvents control;
  ComputeEvents compute;
  hcl::UInt index;  ///< of the counter to show; past the last one it shows zero
  hcl::UInt value;
  PerformanceCountersIo(hcl::Ports& p, const design::DesignPoint& point);
};

class PerformanceCounters : public hcl::Module<PerformanceCountersIo> {
 public:
  PerformanceCounters(hcl::Context& at, const design::DesignPoint& point);
};

}  // namespace sd::rtl
