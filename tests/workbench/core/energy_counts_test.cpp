#include "energy_counts.hpp"

#include <gtest/gtest.h>

namespace sd::core {
namespace {

tb::Counters counters() {
  tb::Counters c;
  c.cycles = 1;
  c.macs = 2;
  c.mac_active = 3;
  c.dram_read_beats = 5;
  c.dram_write_beats = 7;
  c.input_buffer_reads = 11;
  c.input_buffer_writes = 13;
  c.weight_buffer_reads = 17;
  c.weight_buffer_writes = 19;
  c.index_buffer_reads = 23;
  c.index_buffer_writes = 29;
  c.output_buffer_reads = 31;
  c.output_buffer_writes = 37;
  c.weights_rebuilt = 41;
  c.outputs = 43;
  c.local_writes = 47;
  c.vector_operations = 53;
  c.residual_outputs = 59;
  return c;
}

TEST(EnergyCounts, BeatsBecomeBytesAndTheRestStays) {
  design::DesignPoint design;
  design.axi_data_bits = 128;
  const energy::ActionCounts counts = action_counts(counters(), design);
  EXPECT_EQ(counts.dram_read_bytes, 80U);
  EXPECT_EQ(counts.dram_write_bytes, 112U);
  EXPECT_EQ(counts.input_buffer_write_bytes, 208U);
  EXPECT_EQ(counts.input_buffer_reads, 11U);
  EXPECT_EQ(counts.weight_buffer_reads, 17U);
  EXPECT_EQ(counts.weight_buffer_writes, 19U);
  EXPECT_EQ(counts.index_buffer_reads, 23U);
  EXPECT_EQ(counts.index_buffer_writes, 29U);
  EXPECT_EQ(counts.output_buffer_reads, 31U);
  EXPECT_EQ(counts.output_buffer_writes, 37U);
  EXPECT_EQ(counts.weights_rebuilt, 41U);
  EXPECT_EQ(counts.outputs, 43U);
  EXPECT_EQ(counts.local_writes, 47U);
  EXPECT_EQ(counts.vector_operations, 53U);
  EXPECT_EQ(counts.residual_outputs, 59U);
  EXPECT_EQ(counts.cycles, 1U);
}

TEST(EnergyCounts, AMacWorksPerProductOrPerDigit) {
  design::DesignPoint design;
  design.mac_kind = design::MacKind::parallel;
  EXPECT_EQ(action_counts(counters(), design).mac_operations, 2U);
  design.mac_kind = design::MacKind::booth_serial;
  EXPECT_EQ(action_counts(counters(), design).mac_operations, 3U);
}

TEST(EnergyCounts, OneImageIsTheMean) {
  const design::DesignPoint design;
  const double one = energy_per_image(counters(), design, 1).total_pj();
  EXPECT_GT(one, 0);
  EXPECT_NEAR(energy_per_image(counters(), design, 4).total_pj(), one / 4, 1e-9 * one);
}

}  // namespace
}  // namespace sd::core
