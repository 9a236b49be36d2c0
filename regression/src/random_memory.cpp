#include "random_memory.hpp"

#include <array>

namespace sd::regression {

namespace {

/// Chances per 1024 of a gap: none, few, many, nearly always.
int gap_chance(Dice& dice) {
  switch (dice.pick(0, 5)) {
    case 0:
    case 1:
      return 0;
    case 2:
      return dice.pick(1, 199);
    case 3:
    case 4:
      return dice.pick(200, 699);
    default:
      return dice.pick(700, 950);
  }
}

int latency(Dice& dice) {
  switch (dice.pick(0, 3)) {
    case 0:
      return dice.pick(1, 3);
    case 1:
    case 2:
      return dice.pick(4, 40);
    default:
      return dice.pick(41, 160);
  }
}

}  // namespace

tb::MemoryOptions random_memory(Dice& dice) {
  tb::MemoryOptions m;
  m.seed = static_cast<std::uint64_t>(dice.pick(1, 1 << 30));
  m.latency_cycles = latency(dice);
  if (dice.chance(0.5)) m.latency_cycles_max = m.latency_cycles + dice.pick(1, 60);
  if (dice.chance(0.5)) {
    m.write_latency_cycles = latency(dice);
    if (dice.chance(0.5)) m.write_latency_cycles_max = *m.write_latency_cycles + dice.pick(1, 60);
  }
  if (dice.chance(0.25)) m.read_bytes_per_cycle = dice.between(1, 12);
  if (dice.chance(0.25)) m.write_bytes_per_cycle = dice.between(1, 12);
  m.bandwidth_burst_bytes = dice.pick(8, 256);
  if (dice.chance(0.4)) m.max_reads = dice.pick(1, 4);
  if (dice.chance(0.4)) m.max_writes = dice.pick(1, 4);
  if (dice.chance(0.3)) m.read_reorder = dice.pick(2, 8);
  if (dice.chance(0.3)) m.write_reorder = dice.pick(2, 8);
  m.interleave_reads = dice.chance(0.3);
  if (dice.chance(0.4)) {  // one gap chance for all channels, or one each
    m.stalls_per_1024 = gap_chance(dice);
  } else {
    std::array<int, 5> each{};
    for (int& chance : each) chance = gap_chance(dice);
    m.channel_stalls_per_1024 = each;
  }
  const auto seldom = [&] {
    for (const int chance : m.channel_stalls_per_1024.value_or(std::array<int, 5>{}))
      if (chance > 300) return false;
    return m.stalls_per_1024 <= 300;
  };
  if (seldom() && dice.chance(0.5)) m.stall_cycles_max = dice.pick(2, 30);  // or it takes for ever
  m.ready_after_valid = dice.chance(0.3);
  m.address_after_data = dice.chance(0.3);
  // Both together would never let a write begin.
  m.data_before_address = !m.address_after_data && dice.chance(0.4);
  m.write_at_data = dice.chance(0.2);
  return m;
}

}  // namespace sd::regression
