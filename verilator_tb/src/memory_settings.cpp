#include "memory_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "verilator_tb/errors.hpp"

namespace sd::tb {
namespace {

std::uint32_t in_range(const char* field, int value, int least, int most) {
  if (value < least || value > most)
    throw ToolError(
        fmt::format("MemoryOptions::{} is {}: give {} to {}", field, value, least, most));
  return static_cast<std::uint32_t>(value);
}

double bandwidth(const char* field, double value) {
  if (!(value >= 0 && value <= 1024) || (value > 0 && value < 1.0 / 1024))
    throw ToolError(
        fmt::format("MemoryOptions::{} is {}: give 0 (no limit) or 1/1024 to 1024 bytes per cycle",
                    field, value));
  return value;
}

}  // namespace

SdMemorySettings settings_of(const MemoryOptions& o) {
  constexpr int long_time = 1'000'000;
  SdMemorySettings s{};
  s.read_latency_min = in_range("latency_cycles", o.latency_cycles, 0, long_time);
  s.read_latency_max = std::max(s.read_latency_min,
                                in_range("latency_cycles_max", o.latency_cycles_max, 0, long_time));
  if (o.write_latency_cycles) {
    s.write_latency_min = in_range("write_latency_cycles", *o.write_latency_cycles, 0, long_time);
    s.write_latency_max =
        std::max(s.write_latency_min,
                 in_range("write_latency_cycles_max", o.write_latency_cycles_max, 0, long_time));
  } else {
    s.write_latency_min = s.read_latency_min;
    s.write_latency_max = s.read_latency_max;
  }
  s.read_bytes_per_cycle = bandwidth("read_bytes_per_cycle", o.read_bytes_per_cycle);
  s.write_bytes_per_cycle = bandwidth("write_bytes_per_cycle", o.write_bytes_per_cycle);
  s.bandwidth_burst_bytes = in_range("bandwidth_burst_bytes", o.bandwidth_burst_bytes, 1, 1 << 20);
  s.max_reads = in_range("max_reads", o.max_reads, 1, 256);
  s.max_writes = in_range("max_writes", o.max_writes, 1, 256);
  s.read_reorder = in_range("read_reorder", o.read_reorder, 1, 256);
  s.write_reorder = in_range("write_reorder", o.write_reorder, 1, 256);
  s.interleave_reads = o.interleave_reads;
  for (std::size_t i = 0; i < 5; ++i)
    s.stalls_per_1024[i] =
        o.channel_stalls_per_1024
            ? in_range("channel_stalls_per_1024", (*o.channel_stalls_per_1024)[i], 0, 1023)
            : in_range("stalls_per_1024", o.stalls_per_1024, 0, 1023);
  s.stall_cycles_max = in_range("stall_cycles_max", o.stall_cycles_max, 1, long_time);
  s.ready_after_valid = o.ready_after_valid;
  s.address_after_data = o.address_after_data;
  s.data_before_address = o.data_before_address;
  s.write_at_data = o.write_at_data;
  s.outside_is_failure = o.outside_is_failure;
  s.check_hazards = o.check_hazards;
  s.max_wait_cycles = o.max_wait_cycles;
  s.seed = o.seed;
  s.write_begin = o.write_begin;
  s.write_end = o.write_end;
  return s;
}

std::vector<SdMemoryFault> faults_of(const MemoryOptions& options) {
  std::vector<SdMemoryFault> list;
  const auto add = [&list](const MemoryFault& fault) {
    if (fault.response > 3)
      throw ToolError(fmt::format("MemoryFault::response is {}: give 2 (SLVERR) or 3 (DECERR)",
                                  fault.response));
    if (fault.kind != MemoryFault::Kind::response && fault.of_writes &&
        fault.kind != MemoryFault::Kind::no_answer)
      throw ToolError("MemoryFault: only reads have an RLAST that can come early or late");
    list.push_back({static_cast<SdFaultKind>(fault.kind), fault.of_writes ? 1U : 0U, fault.response,
                    fault.chance_per_65536, fault.begin, fault.end, fault.nth});
  };
  for (const MemoryFault& fault : options.faults) add(fault);
  for (const bool of_writes : {false, true})
    if (const auto& at = of_writes ? options.write_error_address : options.read_error_address) {
      MemoryFault fault;
      fault.of_writes = of_writes;
      fault.begin = *at;
      fault.end = *at + 1;
      add(fault);
    }
  return list;
}

}  // namespace sd::tb
