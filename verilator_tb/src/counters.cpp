#include "verilator_tb/counters.hpp"

#include "rtl/accelerator/control/performance_counters.hpp"

namespace sd::tb {
namespace {

// In the order of docs/accelerator.md.
constexpr std::array<std::uint64_t Counters::*, Counters::count> members = {
    &Counters::cycles,
    &Counters::macs,
    &Counters::mac_active,
    &Counters::rows_executed,
    &Counters::rows_skipped_weight,
    &Counters::rows_skipped_activation,
    &Counters::dram_read_beats,
    &Counters::dram_write_beats,
    &Counters::input_buffer_reads,
    &Counters::input_buffer_writes,
    &Counters::weight_buffer_reads,
    &Counters::weight_buffer_writes,
    &Counters::index_buffer_reads,
    &Counters::index_buffer_writes,
    &Counters::output_buffer_reads,
    &Counters::output_buffer_writes,
    &Counters::weights_rebuilt,
    &Counters::outputs,
    &Counters::select_stall_cycles,
    &Counters::drain_stall_cycles,
    &Counters::load_busy_cycles,
    &Counters::compute_busy_cycles,
    &Counters::store_busy_cycles,
    &Counters::local_writes,
    &Counters::vector_operations,
    &Counters::residual_outputs,
};

}  // namespace

// The hardware's own list: one order of names for both sides of the registers.
const std::array<const char*, Counters::count>& Counters::names() {
  return rtl::counter_names;
}

std::array<std::uint64_t, Counters::count> Counters::values() const {
  std::array<std::uint64_t, count> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = this->*members[i];
  return all;
}

Counters Counters::from_values(const std::array<std::uint64_t, count>& values) {
  Counters counters;
  for (std::size_t i = 0; i < values.size(); ++i) counters.*members[i] = values[i];
  return counters;
}

Counters& Counters::operator+=(const Counters& other) {
  for (const auto member : members) this->*member += other.*member;
  return *this;
}

}  // namespace sd::tb
