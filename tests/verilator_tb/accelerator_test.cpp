// The harness (clock, AXI4 memory, registers, watchdog) against a module that is right by
// inspection, and against its misbehaviour.
#include "verilator_tb/accelerator.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "build_source.hpp"
#include "files.hpp"
#include "verilator_tb/mock_accelerator.hpp"
#include "verilator_tb/temporary_folder.hpp"
#include "verilator_tb/test_cache.hpp"

namespace sd::tb {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Harness : public ::testing::TestWithParam<int> {
 protected:
  Harness() : memory(16 * 1024), chip(model(GetParam()), memory) {
    std::iota(memory.begin(), memory.begin() + 4096, std::uint8_t{3});
  }

  static BuiltModel model(int axi_bytes) {
    ModelOptions options;
    options.checked = true;
    return build_source(test::mock_accelerator(axi_bytes), test::test_cache(), {}, {}, options);
  }

  std::vector<std::uint8_t> copied(std::size_t beats) const {
    std::vector<std::uint8_t> result(
        memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(beats) * GetParam());
    for (std::size_t i = 0; i < result.size(); i += static_cast<std::size_t>(GetParam()))
      ++result[i];
    return result;
  }
  std::vector<std::uint8_t> written(std::size_t beats) const {
    return {memory.begin() + 4096,
            memory.begin() + 4096 + static_cast<std::ptrdiff_t>(beats) * GetParam()};
  }

  std::string failure_of(std::uint32_t count) {
    try {
      (void)chip.run(0, count, 2000);
    } catch (const ToolError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  std::vector<std::uint8_t> memory;
  Accelerator chip;
};

INSTANTIATE_TEST_SUITE_P(AxiBytes, Harness, ::testing::Values(8, 16));

TEST_P(Harness, RunsAProgramToItsInterrupt) {
  const ProgramRun run = chip.run(0, 64, 20'000);
  EXPECT_TRUE(run.finished);
  EXPECT_TRUE(run.status.done());
  EXPECT_FALSE(run.status.error());
  EXPECT_EQ(run.status.command_id(), 7);
  EXPECT_EQ(run.counters.macs, 64U);
  EXPECT_EQ(written(64), copied(64));
  EXPECT_EQ(memory[4096 + 64 * static_cast<std::size_t>(GetParam())], 0)
      << "nothing is written beyond the program's room";
  EXPECT_TRUE(chip.run(0, 64, 20'000).status.done()) << "it can be started again";
}

TEST_P(Harness, RegisterAccessesComeInPieces) {
  RegisterAccess count;
  count.is_write = true;
  count.address = registers::command_count;
  count.value = 8;
  count.address_delay = 7;
  count.data_delay = 3;
  count.answer_delay = 12;
  std::uint64_t before = chip.cycles();
  EXPECT_EQ(chip.access_register(count).response, 0U);
  EXPECT_GE(chip.cycles() - before, 12U);
  RegisterAccess id;
  id.address = registers::id;
  id.answer_delay = 20;
  before = chip.cycles();
  EXPECT_EQ(chip.access_register(id).value, registers::id_value);
  EXPECT_GE(chip.cycles() - before, 20U);
  chip.write_register(registers::command_address, 0);
  chip.write_register(registers::control, registers::start_bit | registers::interrupt_enable_bit);
  EXPECT_TRUE(chip.advance(2000));
  EXPECT_EQ(written(8), copied(8)) << "the count has arrived";
}

TEST_P(Harness, LatencyIsWhatItSays) {
  const auto cycles_at = [this](int latency) {
    MemoryOptions options;
    options.latency_cycles = latency;
    chip.configure(options);
    return chip.run(0, 64, 20'000).counters.cycles;
  };
  // 16 bursts, each with one read latency and one write latency.
  EXPECT_EQ(cycles_at(50) - cycles_at(10), 2U * 16U * 40U);
}

TEST_P(Harness, GapsChangeTheTimeAndNothingElse) {
  const std::uint64_t smooth = chip.run(0, 64, 20'000).counters.cycles;
  std::uint64_t last = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    std::fill(memory.begin() + 4096, memory.end(), std::uint8_t{0});
    MemoryOptions options;
    options.stalls_per_1024 = 400;
    options.seed = seed;
    chip.configure(options);
    const ProgramRun run = chip.run(0, 64, 20'000);
    EXPECT_EQ(written(64), copied(64));
    EXPECT_GT(run.counters.cycles, smooth);
    EXPECT_NE(run.counters.cycles, last) << "another seed, other gaps";
    last = run.counters.cycles;
  }
}

TEST_P(Harness, ErrorsOnRequest) {
  MemoryOptions options;
  options.read_error_address = 100;
  chip.configure(options);
  ProgramRun run = chip.run(0, 64, 20'000);
  EXPECT_TRUE(run.status.error());
  EXPECT_STREQ(error_text(run.status.error_code()), "error response to a read");
  options = {};
  options.write_error_address = 4096 + 100;
  chip.configure(options);
  chip.reset();
  run = chip.run(0, 64, 20'000);
  EXPECT_TRUE(run.status.error());
  EXPECT_STREQ(error_text(run.status.error_code()), "error response to a write");
}

TEST_P(Harness, AWriteWhereNoneIsAllowedIsAFailureAndDoesNotHappen) {
  MemoryOptions options;
  options.write_begin = 4096;
  options.write_end = 4096 + 128;
  chip.configure(options);
  EXPECT_THAT(failure_of(64), AllOf(HasSubstr("SD_MEMORY_RANGE: write burst"),
                                    HasSubstr("is outside 0x1000..0x1080")));
  EXPECT_EQ(memory[4096 + 128], 0);
}

TEST_P(Harness, AnAddressOutsideTheMemoryIsAFailure) {
  std::string message;
  try {
    (void)chip.run(16 * 1024, 4, 2000);
  } catch (const ToolError& error) {
    message = error.what();
  }
  EXPECT_THAT(message, HasSubstr("at 0x4000 is outside 0x0..0x4000"));
}

TEST_P(Harness, ABurstAcrossFourKibibytesIsAFailure) {
  std::string message;
  try {
    (void)chip.run(static_cast<std::uint32_t>(4096 - GetParam()), 4, 2000);
  } catch (const ToolError& error) {
    message = error.what();
  }
  EXPECT_THAT(message, AllOf(HasSubstr("m_axi, cycle "), HasSubstr("AXI4_ERRM_ARADDR_BOUNDARY"),
                             HasSubstr("4 beats"), HasSubstr("crosses a 4 KiB boundary")));
}

TEST_P(Harness, AnAddressThatIsWithdrawnIsAFailure) {
  MemoryOptions options;
  options.stalls_per_1024 = 900;
  chip.configure(options);
  EXPECT_THAT(failure_of(64 | test::mock_unstable),
              HasSubstr("AXI4_ERRM_ARVALID_STABLE: ARVALID fell before ARREADY"));
}

TEST_P(Harness, AWrongLastIsAFailure) {
  EXPECT_THAT(failure_of(4 | test::mock_early_last),
              HasSubstr("AXI4_ERRM_WDATA_NUM: WLAST is 1 in beat 3 of a burst of 4"));
}

TEST_P(Harness, AnAssertionIsAFailureThatNamesIt) {
  EXPECT_THAT(failure_of(4 | test::mock_assertion),
              HasSubstr("Assertion failed in TOP.sd_accelerator.no_assertion_asked"));
}

TEST_P(Harness, TheWatchdogEndsAHang) {
  const ProgramRun run = chip.run(0, 4 | test::mock_hang, 1000);
  EXPECT_FALSE(run.finished);
  EXPECT_TRUE(run.status.busy());
  EXPECT_GE(run.counters.cycles, 1000U);
  EXPECT_LT(run.counters.cycles, 1100U);
  EXPECT_THAT(run.hang, AllOf(HasSubstr("stopped after 1000 cycles"),
                              HasSubstr("0 read and 0 write bursts are in flight"),
                              HasSubstr("m_axi.ar valid 0 ready 1\n"),
                              HasSubstr("s_axil.b valid 0 ready 0\n")));
}

TEST_P(Harness, QuietIsAHangLongBeforeTheTotal) {
  const ProgramRun run = chip.run(0, 4 | test::mock_hang, {1'000'000'000, 500});
  EXPECT_FALSE(run.finished);
  EXPECT_LT(run.last_cycle - run.first_cycle, 510U);
  EXPECT_THAT(run.hang, HasSubstr("the last AXI transfer was 500 cycles ago"));
  MemoryOptions slow;
  slow.latency_cycles = 400;
  chip.configure(slow);
  chip.reset();
  EXPECT_TRUE(chip.run(0, 64, {1'000'000, 500}).finished) << "slow is not hung";
}

TEST_P(Harness, AMemoryThatDoesNotAnswerIsSeenInTheHandshakes) {
  MemoryOptions options;
  options.faults.push_back({.kind = MemoryFault::Kind::no_answer, .nth = 3});
  chip.configure(options);
  const ProgramRun run = chip.run(0, 64, {1'000'000, 500});
  EXPECT_FALSE(run.finished);
  EXPECT_THAT(run.hang, AllOf(HasSubstr("1 read and 0 write bursts are in flight"),
                              HasSubstr("m_axi.r valid 0 ready 1\n")));
}

TEST_P(Harness, ProbesShowWhoWaitsInside) {
  Accelerator probed(build_source(test::mock_accelerator(GetParam()), test::test_cache(), {}, {},
                                  {.checked = true, .probes = true}),
                     memory);
  const ProgramRun run = probed.run(0, 4 | test::mock_hang, 1000);
  EXPECT_FALSE(run.finished);
  EXPECT_THAT(run.hang, AllOf(HasSubstr("sd_accelerator.u_stage.in valid 1 ready 0  <- waits"),
                              HasSubstr("sd_accelerator.u_stage.stage_state_q = 1\n"),
                              HasSubstr("sd_accelerator.state_q = 7\n"),
                              HasSubstr("sd_accelerator.m_axi_ar valid 0 ready 1\n")));
  probed.reset();
  const ProgramRun again = probed.run(0, 64, 20'000);
  chip.reset();
  const ProgramRun plain = chip.run(0, 64, 20'000);
  EXPECT_EQ(again.last_cycle - again.first_cycle, plain.last_cycle - plain.first_cycle)
      << "a model with probes simulates the same cycles";
}

TEST_P(Harness, FaultsAreChosenByNumberAndChance) {
  MemoryOptions options;
  options.faults.push_back({.of_writes = true, .response = 3, .nth = 2});
  chip.configure(options);
  ProgramRun run = chip.run(0, 64, 20'000);
  EXPECT_STREQ(error_text(run.status.error_code()), "error response to a write");
  options.faults = {{.chance_per_65536 = 0}};
  chip.configure(options);
  chip.reset();
  EXPECT_FALSE(chip.run(0, 64, 20'000).status.error());
  options.faults = {{.kind = MemoryFault::Kind::late_rlast, .of_writes = true}};
  EXPECT_THROW(chip.configure(options), ToolError);
}

TEST_P(Harness, BandwidthOfTheMemoryIsFelt) {
  const auto cycles_at = [this](double bytes_per_cycle) {
    MemoryOptions options;
    options.read_bytes_per_cycle = bytes_per_cycle;
    options.bandwidth_burst_bytes = GetParam();
    chip.configure(options);
    return chip.run(0, 64, 20'000).counters.cycles;
  };
  EXPECT_EQ(cycles_at(GetParam()), cycles_at(0));
  // Three of the four beats of each burst wait; the first found a full bucket.
  EXPECT_EQ(cycles_at(GetParam() / 4.0) - cycles_at(0), 16U * 3U * 3U);
}

TEST_P(Harness, WhatIsOutOfRangeIsSaid) {
  MemoryOptions options;
  options.max_reads = 0;
  try {
    chip.configure(options);
    FAIL();
  } catch (const ToolError& error) {
    EXPECT_STREQ(error.what(), "MemoryOptions::max_reads is 0: give 1 to 256");
  }
}

TEST_P(Harness, ExpectedWritesFindTheFirstWrongOneAndItsCycle) {
  std::vector<std::uint8_t> expected = copied(64);
  chip.expect({{4096, expected}});
  const ProgramRun run = chip.run(0, 64, 20'000);
  EXPECT_TRUE(chip.wrong_writes().empty());
  RegionState state = chip.region_state(0);
  EXPECT_EQ(state.written, expected.size());
  EXPECT_GT(state.first_cycle, run.first_cycle);
  EXPECT_LT(state.last_cycle, run.last_cycle);

  expected[20] ^= 1;
  expected[500] ^= 4;
  chip.expect({{4096, expected}});
  (void)chip.run(0, 64, 20'000);
  ASSERT_EQ(chip.wrong_writes().size(), 2U);
  const WrongWrite first = chip.wrong_writes().front();
  EXPECT_EQ(first.address, 4096U + 20U);
  EXPECT_EQ(first.region, 0U);
  EXPECT_EQ(first.expected ^ first.actual, 1);
  EXPECT_LT(first.cycle, chip.wrong_writes().back().cycle);
  EXPECT_EQ(chip.region_state(0).wrong, 2U);
  EXPECT_THROW((void)chip.region_state(1), std::out_of_range);
}

TEST_P(Harness, CanBeCancelled) {
  std::stop_source stop;
  std::uint64_t seen = 0;
  EXPECT_THROW((void)chip.run(0, 4 | test::mock_hang, ~std::uint64_t{0}, stop.get_token(),
                              [&](std::uint64_t cycles) {
                                seen = cycles;
                                if (cycles > 100'000) stop.request_stop();
                              }),
               Cancelled);
  EXPECT_GT(seen, 100'000U);
}

TEST_P(Harness, WithoutTracingATraceIsRefused) {
  EXPECT_THROW(chip.open_trace("x.fst"), ToolError);
}

TEST(HarnessTrace, WritesAnFstFile) {
  if (!std::filesystem::exists("/usr/include/zlib.h"))
    GTEST_SKIP() << "tracing needs Debian's package zlib1g-dev";
  const test::TemporaryFolder folder;
  std::vector<std::uint8_t> memory(16 * 1024);
  {
    Accelerator chip(build_source(test::mock_accelerator(8), test::test_cache(), {}, {},
                                  {.checked = true, .trace = true}),
                     memory);
    chip.open_trace(folder.path() / "run.fst");
    EXPECT_TRUE(chip.run(0, 64, 20'000).status.done());
  }
  EXPECT_GT(std::filesystem::file_size(folder.path() / "run.fst"), 1000U);
}

/// First and last time of an FST file: big-endian words behind the type and length of its header
/// block (GTKWave's format description).
std::pair<std::uint64_t, std::uint64_t> times_of(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  const auto word = [&](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i)
      value = value << 8 | static_cast<unsigned char>(text.at(at + i));
    return value;
  };
  return {word(9), word(17)};
}

TEST(HarnessTrace, AWindowHoldsItsCyclesOnly) {
  if (!std::filesystem::exists("/usr/include/zlib.h"))
    GTEST_SKIP() << "tracing needs Debian's package zlib1g-dev";
  const test::TemporaryFolder folder;
  std::vector<std::uint8_t> memory(16 * 1024);
  Accelerator chip(build_source(test::mock_accelerator(8), test::test_cache(), {}, {},
                                {.checked = true, .trace = true}),
                   memory);
  const ProgramRun plain = chip.run(0, 64, 20'000);
  // Again, with the hundred cycles around the middle.
  const std::uint64_t begin = chip.cycles() + (plain.last_cycle - plain.first_cycle) / 2;
  chip.trace_window(folder.path() / "window.fst", begin, begin + 100);
  const ProgramRun traced = chip.run(0, 64, 20'000);
  EXPECT_EQ(traced.last_cycle - traced.first_cycle, plain.last_cycle - plain.first_cycle);
  EXPECT_EQ(times_of(folder.path() / "window.fst"), std::pair(2 * begin, 2 * (begin + 99) + 1));
  // A second window, in another file, of the same simulation.
  const std::uint64_t later = chip.cycles() + 50;
  chip.trace_window(folder.path() / "later.fst", later, later + 10);
  (void)chip.run(0, 64, 20'000);
  EXPECT_EQ(times_of(folder.path() / "later.fst"), std::pair(2 * later, 2 * (later + 9) + 1));
  EXPECT_THROW(chip.trace_window(folder.path() / "no" / "folder.fst", 0, 1), ToolError);
}

TEST(HarnessBuild, BlocksVerilatedByThemselvesAndTwoThreadsSimulateTheSame) {
  std::vector<std::uint64_t> cycles;
  for (const ModelOptions& options :
       {ModelOptions{.checked = true}, ModelOptions{.hierarchical_blocks = {"mock_stage"}},
        ModelOptions{.threads = 2}}) {
    std::vector<std::uint8_t> memory(16 * 1024, 3);
    Accelerator chip(build_source(test::mock_accelerator(8), test::test_cache(), {}, {}, options),
                     memory);
    const ProgramRun run = chip.run(0, 64, 20'000);
    EXPECT_TRUE(run.status.done());
    EXPECT_EQ(memory[4096], 4);
    EXPECT_EQ(run.counters.mac_active, 1U) << "u_stage took one";
    cycles.push_back(run.counters.cycles);
  }
  EXPECT_EQ(cycles, std::vector(3, cycles[0]));
}

TEST(HarnessBuild, WhatDoesNotGoTogetherIsSaid) {
  const auto message = [](const ModelOptions& options) -> std::string {
    try {
      (void)build_source(test::mock_accelerator(8), test::test_cache(), {}, {}, options);
    } catch (const ToolError& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  EXPECT_THAT(message({.trace = true, .hierarchical_blocks = {"mock_stage"}}),
              HasSubstr("a hierarchical model cannot be traced or covered"));
  EXPECT_THAT(message({.hierarchical_blocks = {"nothing"}}),
              HasSubstr("the design has no module nothing to verilate by itself"));
  EXPECT_THAT(message({.threads = 0}), HasSubstr("give 1 to 64"));
  EXPECT_THAT(message({.optimisation = 4}), HasSubstr("give 1 to 3"));
}

}  // namespace
}  // namespace sd::tb
