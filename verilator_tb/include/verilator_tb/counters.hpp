// What the accelerator counts.
#pragma once

#include <array>
#include <cstdint>

namespace sd::tb {

/// The accelerator's performance counters, in the order of docs/accelerator.md.
struct Counters {
  std::uint64_t cycles = 0, macs = 0, mac_active = 0, rows_executed = 0, rows_skipped_weight = 0,
                rows_skipped_activation = 0;
  std::uint64_t dram_read_beats = 0, dram_write_beats = 0;
  std::uint64_t input_buffer_reads = 0, input_buffer_writes = 0, weight_buffer_reads = 0,
                weight_buffer_writes = 0;
  std::uint64_t index_buffer_reads = 0, index_buffer_writes = 0, output_buffer_reads = 0,
                output_buffer_writes = 0;
  std::uint64_t weights_rebuilt = 0, outputs = 0, select_stall_cycles = 0, drain_stall_cycles = 0;
  std::uint64_t load_busy_cycles = 0, compute_busy_cycles = 0, store_busy_cycles = 0;
  std::uint64_t local_writes = 0, vector_operations = 0, residual_outputs = 0;
  static constexpr int count = 26;
  [[nodiscard]] static const std::array<const char*, count>& names();
  [[nodiscard]] std::array<std::uint64_t, count> values() const;
  [[nodiscard]] static Counters from_values(const std::array<std::uint64_t, count>& values);
  friend bool operator==(const Counters&, const Counters&) = default;
  Counters& operator+=(const Counters& other);
};

}  // namespace sd::tb
