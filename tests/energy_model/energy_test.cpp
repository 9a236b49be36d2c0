#include "energy_model/energy.hpp"

#include <gmock/gmock.h>

#include <map>

#include "energy_model/unit_energies.hpp"

namespace {

using namespace sd::energy;
using sd::design::DesignPoint;
using sd::design::MacKind;

/// Round numbers, so that sums can be done by hand.
Technology round_technology() {
  Technology t;
  t.dram_pj_per_bit.value = 10;
  t.add8_pj.value = 8;     // 1 a bit
  t.shift8_pj.value = 16;  // 2 a bit
  t.add32_pj.value = 30;
  t.multiply8_pj.value = 64;
  t.register_pj_per_bit.value = 0.5;
  t.sram_base_pj_per_bit.value = 1;
  t.sram_slope_pj_per_bit.value = 0.25;  // 2 pJ a bit at 16 KiB
  return t;
}

/// Slices of 12-bit rows; the input buffer in eight banks of 16 KiB, the weight buffer 16 KiB,
/// the output buffer 64 KiB.
DesignPoint round_design() {
  DesignPoint d;
  d.input_buffer_bytes = 128 * 1024;
  d.weight_buffer_bytes = 16 * 1024;
  d.output_buffer_bytes = 64 * 1024;
  return d;
}

TEST(Energy, UnitsAreAsWorkedOutByHand) {
  const auto t = round_technology();
  const auto d = round_design();
  EXPECT_DOUBLE_EQ(sram_pj_per_bit(16 * 1024, t), 2);
  EXPECT_DOUBLE_EQ(sram_pj_per_bit(64 * 1024, t), 3);
  const auto unit = unit_energies(d, t);
  EXPECT_DOUBLE_EQ(unit.dram_byte, 80);
  EXPECT_DOUBLE_EQ(unit.input_buffer_read, 64 * 2 + 64 * 0.5);
  EXPECT_DOUBLE_EQ(unit.local_write, 64 * 2);
  EXPECT_DOUBLE_EQ(unit.input_buffer_write_byte, 16);
  EXPECT_DOUBLE_EQ(unit.weight_buffer_read, 96 * 2 + 96 * 0.5);
  EXPECT_DOUBLE_EQ(unit.weight_buffer_write, 96 * 2);
  EXPECT_DOUBLE_EQ(unit.index_buffer_access,
                   25 * (1 + 0.25 * 2.5));  // 2048 entries of 25 bits: 6.25 KiB
  EXPECT_DOUBLE_EQ(unit.output_buffer_access, 64 * 3);
  // Rank 4, three levels: terms of 10 bits, sums of 12: 4 shifts of 20, 4 additions of 12, a shift
  // of 24, a register of 4.
  EXPECT_DOUBLE_EQ(unit.rebuilt_weight, 4 * 20 + 4 * 12 + 24 + 4);
  EXPECT_DOUBLE_EQ(unit.mac_operation,
                   30 + 30 + 16);  // a shift of 15 bits, an addition, a register of 32 bits
  // Seven additions over eight lines, a register; bias, register of 33; multiplier of 33 x 15;
  // registers and shift of 48.
  EXPECT_DOUBLE_EQ(unit.output, 7 * 30 + 16 + 30 + 16.5 + 33 * 15 + 24 + 48 + 96);
  // Two products of 8 x 15 bits, two additions, a shift and two registers of 24 bits.
  EXPECT_DOUBLE_EQ(unit.residual_output, 2 * 120 + 2 * 24 + 48 + 2 * 12);
  EXPECT_DOUBLE_EQ(unit.vector_operation, 120 + 30 + 16);
}

TEST(Energy, AParallelProductCostsAMultiplierInsteadOfAShift) {
  auto d = round_design();
  d.mac_kind = MacKind::parallel;
  EXPECT_DOUBLE_EQ(unit_energies(d, round_technology()).mac_operation, 64 + 30 + 16);
}

TEST(Energy, TheBaselineHasWiderWordsAndNothingToRebuild) {
  const auto unit = unit_energies(round_design().dense_baseline(), round_technology());
  EXPECT_DOUBLE_EQ(unit.weight_buffer_write, 192 * 2);
  EXPECT_DOUBLE_EQ(unit.weight_buffer_read, 192 * 2 + 192);  // two registers
  EXPECT_DOUBLE_EQ(unit.rebuilt_weight, 0);
}

TEST(Energy, IsCountsTimesUnits) {
  const auto t = round_technology();
  const auto d = round_design();
  ActionCounts counts;
  counts.mac_operations = 1000;
  counts.weights_rebuilt = 100;
  counts.outputs = 10;
  counts.dram_read_bytes = 64;
  counts.dram_write_bytes = 32;
  counts.input_buffer_reads = 3;
  counts.input_buffer_write_bytes = 40;
  counts.local_writes = 7;
  counts.vector_operations = 8;
  counts.residual_outputs = 9;
  counts.weight_buffer_reads = 5;
  counts.weight_buffer_writes = 2;
  counts.index_buffer_reads = 6;
  counts.index_buffer_writes = 4;
  counts.output_buffer_reads = 2;
  counts.output_buffer_writes = 3;
  const auto energy = energy_of(counts, d, t);
  std::vector<std::string> names;
  std::map<std::string, double> pj;
  double total = 0;
  for (const auto& [name, value] : energy.components) {
    names.push_back(name);
    pj[name] = value;
    total += value;
  }
  EXPECT_THAT(names,
              testing::ElementsAre("dram", "input_buffer", "weight_buffer", "index_buffer",
                                   "output_buffer", "rebuild", "mac", "output_stage", "vector"));
  EXPECT_DOUBLE_EQ(pj["dram"], 96 * 80);
  EXPECT_DOUBLE_EQ(pj["input_buffer"], 3 * 160 + 40 * 16 + 7 * 128);
  EXPECT_DOUBLE_EQ(pj["weight_buffer"], 5 * 240 + 2 * 192);
  EXPECT_DOUBLE_EQ(pj["index_buffer"], 10 * 40.625);
  EXPECT_DOUBLE_EQ(pj["output_buffer"], 5 * 192);
  EXPECT_DOUBLE_EQ(pj["rebuild"], 100 * 156);
  EXPECT_DOUBLE_EQ(pj["mac"], 1000 * 76);
  EXPECT_DOUBLE_EQ(pj["output_stage"], 10 * 935.5 + 9 * 360);
  EXPECT_DOUBLE_EQ(pj["vector"], 8 * 166);
  EXPECT_DOUBLE_EQ(energy.total_pj(), total);
}

TEST(Energy, NothingDoneCostsNothing) {
  EXPECT_EQ(energy_of({}, DesignPoint{}, default_technology()).total_pj(), 0);
}

TEST(Energy, GrowsWithEveryCount) {
  const auto cost = [](auto member) {
    ActionCounts counts;
    counts.*member = 1;
    return energy_of(counts, DesignPoint{}, default_technology()).total_pj();
  };
  using A = ActionCounts;
  for (auto member : {&A::mac_operations, &A::weights_rebuilt, &A::outputs, &A::dram_read_bytes,
                      &A::dram_write_bytes, &A::input_buffer_reads, &A::input_buffer_write_bytes,
                      &A::local_writes, &A::vector_operations, &A::residual_outputs,
                      &A::weight_buffer_reads, &A::weight_buffer_writes, &A::index_buffer_reads,
                      &A::index_buffer_writes, &A::output_buffer_reads, &A::output_buffer_writes})
    EXPECT_GT(cost(member), 0);
}

}  // namespace
