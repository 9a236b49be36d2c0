// control_registers, performance_counters and watchdog.
#include <gtest/gtest.h>

#include <array>

#include "control_lite_master.hpp"
#include "control_reset.hpp"
#include "rtl/accelerator/control/control_registers.hpp"
#include "rtl/accelerator/control/performance_counters.hpp"
#include "rtl/accelerator/control/watchdog.hpp"

namespace sd::rtl::test {
namespace {

class Registers : public ::testing::Test {
 protected:
  tb::Block block{hcl::elaborate<ControlRegisters>(std::uint32_t{0xcafe1234})};
  int starts = 0, soft_resets = 0;
  std::uint32_t counter_read = 0;
  LiteMaster bus{block, "axil", [this] { tick(); }, 5};

  void SetUp() override { reset(block); }
  void tick() {
    block.poke("counter_value_i", 0x0123456700000000ULL + 0x1000 * block.peek("counter_index_o"));
    starts += static_cast<int>(block.peek("start_o"));
    soft_resets += static_cast<int>(block.peek("soft_reset_o"));
    block.step();
  }
  void pulse(const char* port) {
    block.poke(port, 1);
    tick();
    block.poke(port, 0);
  }
  void error(std::uint32_t code, std::uint32_t id) {
    block.poke("error_bits_code_i", code);
    block.poke("error_bits_id_i", id);
    pulse("error_valid_i");
  }
  void command(std::uint32_t id) {
    block.poke("command_id_bits_i", id);
    pulse("command_id_valid_i");
  }
};

TEST_F(Registers, ReadBackWhatTheyAre) {
  for (const int late : {0, 60}) {
    bus.late_percent = late;
    EXPECT_EQ(bus.read(0x00).data, 0x53440002U);
    EXPECT_EQ(bus.read(0x04).data, 0xcafe1234U);
    EXPECT_EQ(bus.write(0x10, 0x12345678), 0U);
    EXPECT_EQ(bus.write(0x14, 0x9abcdef0), 0U);
    EXPECT_EQ(bus.read(0x10).data, 0x12345678U);
    EXPECT_EQ(bus.read(0x14).data, 0x9abcdef0U);
    EXPECT_EQ(block.peek("command_address_o"), 0x12345678U);
    EXPECT_EQ(block.peek("command_count_o"), 0x9abcdef0U);
    bus.write(0x10, 0xaabbccdd, 0b0101);
    EXPECT_EQ(bus.read(0x10).data, 0x12bb56ddU);
    EXPECT_EQ(bus.write(0x18, 0x13579bdf), 0U);
    bus.write(0x18, 0xaabbccdd, 0b1010);
    EXPECT_EQ(bus.read(0x18).data, 0xaa57ccdfU);
    EXPECT_EQ(block.peek("watchdog_o"), 0xaa57ccdfU);
    for (std::uint32_t i = 0; i < 26; ++i) {
      EXPECT_EQ(bus.read(0x40 + 8 * i).data, 0x1000 * i);
      EXPECT_EQ(bus.read(0x44 + 8 * i).data, 0x01234567U);
    }
  }
  EXPECT_EQ(starts, 0);
}

TEST_F(Registers, AnswerWrongAddressesWithAnError) {
  for (const std::uint32_t offset : {0x1cU, 0x3cU, 0x40U + 8 * 26, 0xffcU, 0x02U, 0x41U, 0x11U}) {
    const auto answer = bus.read(offset);
    EXPECT_EQ(answer.response, 2U) << offset;
    EXPECT_EQ(answer.data, 0U);
    EXPECT_EQ(bus.write(offset, 0xffffffff), 2U) << offset;
  }
  for (const std::uint32_t offset : {0x00U, 0x04U, 0x40U})
    EXPECT_EQ(bus.write(offset, 0xffffffff), 2U) << "read only " << offset;
  EXPECT_EQ(bus.read(0x10).data, 0U);
  EXPECT_EQ(starts + soft_resets, 0);
  EXPECT_EQ(bus.read(0x00).response, 0U);
}

TEST_F(Registers, StartAndResetAreOneCycleLong) {
  bus.late_percent = 50;
  for (int i = 1; i <= 5; ++i) {
    bus.write(0x08, 1);
    EXPECT_EQ(starts, i);
  }
  bus.write(0x08, 2);
  bus.write(0x08, 3);  // a reset wins over a start
  bus.write(0x08, 1, 0b1110);
  EXPECT_EQ(starts, 5);
  EXPECT_EQ(soft_resets, 2);
}

TEST_F(Registers, StatusFollowsTheRun) {
  block.poke("busy_i", 1);
  pulse("begin_i");
  EXPECT_EQ(bus.read(0x0c).data, 1U);
  command(0x1111);
  EXPECT_EQ(bus.read(0x0c).data, 0x11110001U);
  bus.write(0x08, 4);
  EXPECT_EQ(block.peek("irq_o"), 0U);
  error(6, 0x2222);
  EXPECT_EQ(block.peek("irq_o"), 1U) << "an error raises the interrupt while the run drains";
  bus.write(0x08, 0);
  EXPECT_EQ(bus.read(0x0c).data, 0x22220605U);
  command(0x3333);  // the command that failed stays
  EXPECT_EQ(bus.read(0x0c).data, 0x22220605U);
  EXPECT_EQ(block.peek("irq_o"), 0U);
  block.poke("busy_i", 0);
  pulse("done_i");
  EXPECT_EQ(bus.read(0x0c).data, 0x22220606U);
  EXPECT_EQ(block.peek("irq_o"), 0U) << "not enabled";
  bus.write(0x08, 4);
  EXPECT_EQ(bus.read(0x08).data, 4U);
  EXPECT_EQ(block.peek("irq_o"), 1U);
  bus.write(0x0c, 2);
  EXPECT_EQ(block.peek("irq_o"), 1U) << "error is still there";
  EXPECT_EQ(bus.read(0x0c).data, 0x22220604U);
  bus.write(0x0c, 4);
  EXPECT_EQ(block.peek("irq_o"), 0U);
  EXPECT_EQ(bus.read(0x0c).data, 0x22220600U);
  pulse("begin_i");
  EXPECT_EQ(bus.read(0x0c).data, 0U);
  EXPECT_EQ(bus.read(0x08).data, 4U);
}

TEST(Watchdog, ExpiresAfterTheLimit) {
  tb::Block block(hcl::elaborate<Watchdog>());
  reset(block);
  Random random(8);
  std::uint64_t quiet = 0;
  bool before = false;  // progress in the cycle before
  std::uint32_t limit = 0;
  int expirations = 0;
  for (int cycle = 0; cycle < 20000; ++cycle) {
    if (cycle % 500 == 0) limit = random.below(4) == 0 ? 0 : 1 + random.below(60);
    const bool enable = !random.chance(1), progress = random.chance(cycle % 1000 < 500 ? 2 : 20);
    block.poke("limit_i", limit);
    block.poke("enable_i", enable);
    block.poke("progress_i", progress);
    block.eval();
    const bool expired = limit != 0 && quiet >= limit;
    ASSERT_EQ(block.peek("expired_o") != 0, expired) << "cycle " << cycle;
    expirations += expired ? 1 : 0;
    if (!enable || before) {
      quiet = 0;
    } else if (!expired) {
      ++quiet;
    }
    before = progress;
    block.step();
  }
  EXPECT_GT(expirations, 100);
  // Nothing moves: it comes with the limit-th cycle, whatever the size of the limit.
  for (const std::uint32_t cycles : {1U, 2U, 1000U}) {
    block.poke("limit_i", cycles);
    block.poke("progress_i", 0);
    block.poke("enable_i", 0);
    block.step(2);
    block.poke("enable_i", 1);
    for (std::uint32_t i = 0; i < cycles; ++i) {
      block.eval();
      ASSERT_EQ(block.peek("expired_o"), 0U) << i;
      block.step();
    }
    EXPECT_EQ(block.peek("expired_o"), 1U);
  }
}

TEST(PerformanceCounters, AreZeroAfterReset) {
  tb::Block block(hcl::elaborate<PerformanceCounters>(design::DesignPoint{}));
  reset(block);
  block.step();
  for (std::size_t i = 0; i < counter_names.size(); ++i) {
    block.poke("index_i", i);
    EXPECT_EQ(block.peek("value_o"), 0U) << counter_names[i];
  }
}

TEST(PerformanceCounters, AddUpEveryEvent) {
  const design::DesignPoint point;
  tb::Block block(hcl::elaborate<PerformanceCounters>(point));
  reset(block);
  // Names and numbers as in docs/accelerator.md.
  const std::array<const char*, 26> ports{"control_cycles",
                                          "compute_macs",
                                          "compute_mac_active",
                                          "compute_rows_executed",
                                          "compute_rows_skipped_weight",
                                          "compute_rows_skipped_activation",
                                          "control_dram_read_beats",
                                          "control_dram_write_beats",
                                          "compute_input_buffer_reads",
                                          "control_input_buffer_writes",
                                          "compute_weight_buffer_reads",
                                          "control_weight_buffer_writes",
                                          "compute_index_buffer_reads",
                                          "control_index_buffer_writes",
                                          "control_output_buffer_reads",
                                          "compute_output_buffer_writes",
                                          "compute_weights_rebuilt",
                                          "compute_outputs",
                                          "compute_select_stall_cycles",
                                          "compute_drain_stall_cycles",
                                          "control_load_busy_cycles",
                                          "compute_compute_busy_cycles",
                                          "control_store_busy_cycles",
                                          "compute_local_writes",
                                          "compute_vector_operations",
                                          "compute_residual_outputs"};
  std::array<std::uint64_t, 26> expected{};
  std::mt19937_64 random(4);
  for (int cycle = 0; cycle < 3000; ++cycle) {
    const bool clear = cycle == 1000;
    block.poke("clear_i", clear);
    for (std::size_t i = 0; i < ports.size(); ++i) {
      int width = 0;
      for (const auto& port : block.ports())
        if (port.name == std::string(ports[i]) + "_i") width = port.width;
      ASSERT_GT(width, 0) << ports[i];
      const std::uint64_t value = random() & ((1ULL << width) - 1);
      block.poke(std::string(ports[i]) + "_i", value);
      expected[i] = clear ? 0 : expected[i] + value;
    }
    block.step();
  }
  for (std::size_t i = 0; i < ports.size(); ++i) {
    block.poke("index_i", i);
    EXPECT_EQ(block.peek("value_o"), expected[i]) << counter_names[i];
  }
  block.poke("index_i", 26);
  EXPECT_EQ(block.peek("value_o"), 0U);
}

}  // namespace
}  // namespace sd::rtl::test
