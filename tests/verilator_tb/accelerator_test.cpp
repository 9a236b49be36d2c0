// The harness (clock, AXI4 memory, registers, watchdog) against a module that is right by
// inspection, and against its misbehaviour.
#include "verilator_tb/accelerator.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "build_source.hpp"
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
  EXPECT_THAT(failure_of(64), AllOf(HasSubstr("AXI4, cycle"), HasSubstr("write burst"),
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
  EXPECT_THAT(message, HasSubstr("with 4 beats crosses a 4 KiB boundary"));
}

TEST_P(Harness, AnAddressThatIsWithdrawnIsAFailure) {
  MemoryOptions options;
  options.stalls_per_1024 = 900;
  chip.configure(options);
  EXPECT_THAT(failure_of(64 | test::mock_unstable),
              HasSubstr("the read address changed before it was taken"));
}

TEST_P(Harness, AWrongLastIsAFailure) {
  EXPECT_THAT(failure_of(4 | test::mock_early_last),
              HasSubstr("wlast is 1 in beat 3 of a burst of 4"));
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

}  // namespace
}  // namespace sd::tb
