// The whole control side: programs, tokens, errors, soft reset.
#include <gtest/gtest.h>

#include <algorithm>

#include "control_bench.hpp"
#include "control_tiles.hpp"

namespace sd::rtl::test {
namespace {

design::DesignPoint narrow() {
  design::DesignPoint p;
  p.slices = 3;
  p.lines = 1;
  p.macs = 8;
  p.input_buffer_bytes = 2048;
  p.weight_buffer_bytes = 512;
  p.index_buffer_entries = 200;
  p.output_buffer_bytes = 1024;
  design::validate(p);
  return p;
}

design::DesignPoint wide() {
  design::DesignPoint p = narrow();
  p.slices = 8;
  p.macs = 4;
  p.axi_data_bits = 128;
  p.axi_burst_beats = 4;
  p.weight_buffer_bytes = 4096;
  p.rank = 8;
  p.levels = 7;
  design::validate(p);
  return p;
}

class ControlSideRun : public ::testing::TestWithParam<design::DesignPoint> {
 protected:
  ControlBench bench{GetParam(), 3};
  std::uint32_t axi = static_cast<std::uint32_t>(GetParam().axi_bytes());

  void expect_good_run(std::uint32_t seed) {
    bench.memory.bad_reads.reset();
    bench.memory.bad_writes.reset();
    TileRun tiles(bench, 3, seed);
    const Status status = bench.run(tiles.program());
    EXPECT_TRUE(status.done);
    EXPECT_FALSE(status.error) << "code " << status.code << " id " << status.id;
    tiles.expect_complete();
    bench.on_accept = nullptr;
    bench.on_done = nullptr;
  }
  void expect_error(const std::vector<CommandWords>& program, std::uint32_t code, std::uint32_t id,
                    std::uint32_t count_off = 0) {
    const Status status = bench.run(program, 20000, count_off);
    EXPECT_TRUE(status.done);
    EXPECT_TRUE(status.error);
    EXPECT_FALSE(status.busy);
    EXPECT_EQ(status.code, code);
    EXPECT_EQ(status.id, id);
    expect_good_run(code + id);
  }
  [[nodiscard]] CommandWords some_load(std::uint32_t flags = 0) const {
    return load_input(flags, 0x1000, 32 * axi, 1, 0, 0, 4 * axi, 0);
  }
  [[nodiscard]] CommandWords some_store(std::uint32_t flags = 0) const {
    return store(flags, 0x20000, 16 * axi, 2, 0x100, 0, 16);
  }
};

TEST_P(ControlSideRun, TilesFlowThroughUnderRandomStalls) {
  Random random(99);
  for (std::uint32_t round = 0; round < 12; ++round) {
    if (round > 0) {
      bench.memory.timing = {
          static_cast<int>(10 + random.below(91)), static_cast<int>(10 + random.below(91)),
          1 + static_cast<int>(random.below(60)), 1 + static_cast<int>(random.below(60)), 10};
      bench.accept_percent = static_cast<int>(5 + random.below(96));
      bench.compute_cycles = 2 + static_cast<int>(random.below(300));
      bench.extra_cycles = static_cast<int>(random.below(100));
      bench.bus.late_percent = 30;
    }
    TileRun tiles(bench, 8, 1000 + round);
    const std::uint64_t begin = bench.cycles;
    const Status status = bench.run(tiles.program());
    const std::uint64_t end = bench.cycles;
    ASSERT_TRUE(status.done && !status.error)
        << "round " << round << " code " << status.code << " id " << status.id;
    EXPECT_EQ(status.id, tiles.program().size());
    tiles.expect_complete();
    for (const std::uint32_t i : {6U, 7U, 9U, 11U, 13U, 14U})
      EXPECT_EQ(bench.counter(i), bench.counted[i]) << "counter " << i;
    EXPECT_LE(bench.counter(0), end - begin);
    EXPECT_GE(bench.counter(0) + 60, end - begin);
    for (const std::uint32_t i : {20U, 22U}) {
      EXPECT_GT(bench.counter(i), 0U);
      EXPECT_LT(bench.counter(i), bench.counter(0));
    }
    if (HasFailure()) return;
  }
}

TEST_P(ControlSideRun, LoadsAndStoresOverlapTheComputing) {
  bench.memory.timing.read_latency = bench.memory.timing.write_latency = 30;
  bench.compute_cycles = 600;
  TileRun tiles(bench, 10, 5);
  const Status status = bench.run(tiles.program());
  ASSERT_TRUE(status.done && !status.error);
  tiles.expect_complete();
  EXPECT_GT(bench.overlapped_beats * 10, bench.counted[6] * 7)
      << "less than seven tenths of the beats came while a COMPUTE ran";
  // Ten times computing, with one tile's load before and one store after; a few cycles from one
  // COMPUTE to the next.
  EXPECT_LT(bench.counter(0), 10U * 600 + 1100);
}

TEST_P(ControlSideRun, LoadsUseTheBusInEveryCycle) {
  bench.memory.timing.read_latency = 30;
  std::vector<CommandWords> program;
  const std::uint32_t bytes = static_cast<std::uint32_t>(GetParam().input_buffer_bytes);
  for (int i = 0; i < 6; ++i) program.push_back(load_input(0, 0x1000, bytes, 1, 0, 0, bytes, 0));
  program.push_back(end_of_program());
  ASSERT_TRUE(bench.run(program).done);
  const std::uint64_t beats = 6 * bytes / axi,
                      outstanding = 16 * static_cast<std::uint64_t>(GetParam().axi_burst_beats);
  ASSERT_EQ(bench.counter(9), beats);
  if (outstanding > 40)
    EXPECT_LT(bench.counter(0), beats + 7 * 64 / axi + 170) << "beats " << beats;
}

TEST_P(ControlSideRun, CommandsFollowEachOtherQuickly) {
  const auto cycles_of = [&](std::size_t commands) {
    std::vector<CommandWords> program(commands, load_parameters(0, 0x1000, axi, 0, 1));
    program.push_back(end_of_program());
    EXPECT_TRUE(bench.run(program).done);
    return bench.counter(0);
  };
  const std::uint64_t few = cycles_of(10), many = cycles_of(30);
  EXPECT_LE(many - few, 20 * (64 / axi + 7)) << "cycles of twenty commands";
  EXPECT_LE(cycles_of(0), 64 / axi + 20) << "cycles of END alone";
}

TEST_P(ControlSideRun, ErrorsEndTheRunAndLeaveTheNextOneClean) {
  bench.memory.timing = {60, 60, 20, 20, 10};
  bench.compute_cycles = 80;
  CommandWords unknown{};
  unknown[0] = 9;
  expect_error({some_load(), unknown, end_of_program()}, 1, 2);
  expect_error({some_load(), compute(0), some_store(), some_load(), unknown}, 1, 5);
  CommandWords too_far = some_load();
  too_far[5] = static_cast<std::uint32_t>(GetParam().input_words());
  expect_error({some_load(), compute(0), too_far, end_of_program()}, 6, 3);
  CommandWords reserved = end_of_program();
  reserved[15] = 1;
  expect_error({reserved}, 6, 1);
  expect_error({some_load(), compute(0)}, 4, 2);
  expect_error({end_of_program()}, 4, 0, static_cast<std::uint32_t>(-1));  // no commands at all
  // The bitmap holds 64 rows that are not zero.
  std::fill_n(bench.memory.bytes.begin() + 0x800, 32, std::uint8_t{0xff});
  expect_error({some_load(), load_index(push_next, 0x800, 2 * axi, 0, 64, 3, 8, 64, false, 63),
                compute(pop_prev), end_of_program()},
               5, 2);
}

TEST_P(ControlSideRun, ErrorResponsesEndTheRun) {
  bench.memory.timing = {60, 60, 20, 20, 10};
  bench.memory.bad_reads = {0x1000 + 20 * axi, 0x1000 + 21 * axi - 1};
  expect_error({load_weights(0, 0x4000, 8 * axi, 0, 2), some_load(push_next), compute(pop_prev),
                end_of_program()},
               2, 2);
  bench.memory.bad_reads = {ControlBench::program_address + 64,
                            ControlBench::program_address + 127};
  expect_error({some_load(), some_load(), end_of_program()}, 2, 2);
  bench.memory.bad_writes = {0x20100, 0x20100};
  expect_error({compute(push_next), some_store(pop_prev), some_load(), end_of_program()}, 3, 2);
  bench.memory.bad_writes = {0x20000, 0x20000};
  expect_error({some_store(), some_store(), some_store(), some_store(), some_store(), some_load(),
                some_load(), end_of_program()},
               3, 1);
}

TEST_P(ControlSideRun, ALastBeatAtTheWrongPlaceIsAReadError) {
  bench.memory.timing = {60, 60, 20, 20, 10};
  bench.memory.wrong_last = true;
  const Status status = bench.run({some_load(), end_of_program()}, 20000);
  EXPECT_TRUE(status.done && status.error);
  EXPECT_EQ(status.code, 2U);
  bench.memory.wrong_last = false;
  expect_good_run(4);
}

TEST_P(ControlSideRun, WrongStarts) {
  write_program(bench.memory.bytes, ControlBench::program_address, {end_of_program()});
  for (const std::uint32_t off : {4U, 8U, 32U}) {
    bench.bus.write(0x10, ControlBench::program_address + off);
    bench.bus.write(0x14, 1);
    bench.bus.write(0x08, 5);
    ASSERT_TRUE(bench.wait(100));
    const Status status = bench.status();
    EXPECT_TRUE(status.error && status.done);
    EXPECT_EQ(status.code, 6U);
    EXPECT_EQ(bench.memory.read_bursts, 0U);
  }
  expect_good_run(1);
}

TEST_P(ControlSideRun, AStartWhileBusyIsIgnored) {
  bench.memory.timing.read_latency = 100;
  TileRun tiles(bench, 4, 21);
  bench.start(tiles.program());
  bench.tick(200);
  bench.bus.write(0x08, 5);
  ASSERT_TRUE(bench.wait(100000));
  EXPECT_FALSE(bench.status().error);
  tiles.expect_complete();
}

TEST_P(ControlSideRun, WhatLiesBehindEndIsNotExecuted) {
  bench.memory.timing = {50, 50, 30, 30, 5};
  const Status status =
      bench.run({some_load(), end_of_program(), some_store(), some_store(), some_store()});
  EXPECT_TRUE(status.done && !status.error);
  EXPECT_EQ(status.id, 2U);
  EXPECT_EQ(bench.memory.write_beats, 0U);
  expect_good_run(8);
}

TEST_P(ControlSideRun, SoftResetEndsARunAtAnyMoment) {
  Random random(31);
  for (int round = 0; round < 25; ++round) {
    bench.memory.timing = {
        static_cast<int>(20 + random.below(81)), static_cast<int>(20 + random.below(81)),
        1 + static_cast<int>(random.below(40)), 1 + static_cast<int>(random.below(40)), 5};
    bench.compute_cycles = 2 + static_cast<int>(random.below(100));
    {
      TileRun tiles(bench, 4, 500 + static_cast<std::uint32_t>(round));
      bench.start(tiles.program());
      bench.tick(static_cast<int>(random.below(1500)));
      bench.bus.write(0x08, 6);
      int cycles = 0;
      while (bench.status().busy && cycles < 5000) bench.tick(), ++cycles;
      ASSERT_LT(cycles, 5000);
      EXPECT_TRUE(bench.memory.idle());
      EXPECT_TRUE(bench.compute_idle());
      const Status status = bench.status();
      EXPECT_FALSE(status.error || status.done);
    }
    expect_good_run(700 + static_cast<std::uint32_t>(round));
    if (HasFailure()) return;
  }
}

TEST_P(ControlSideRun, SoftResetFreesAProgramThatWaitsForever) {
  bench.start({some_load(pop_next), compute(pop_prev), some_store(pop_prev), end_of_program()});
  bench.tick(500);
  EXPECT_TRUE(bench.status().busy);
  EXPECT_EQ(bench.computes, 0U);
  bench.bus.write(0x08, 6);
  bench.tick(10);
  EXPECT_FALSE(bench.status().busy);
  expect_good_run(2);
}

TEST_P(ControlSideRun, EveryFieldOfComputeArrives) {
  const design::DesignPoint& p = GetParam();
  CommandWords c = compute(0);
  c[1] = 7 | 90U << 16;
  c[2] = 5 | 3U << 16;
  c[3] = 11;
  c[4] = 2 | 3U << 16;
  c[5] = 0xfffdU | 9U << 16;
  c[6] = 4 | 5U << 16;
  c[7] = 13 | 1U << 16 | 2U << 24 | 3U << 28;
  c[8] = 6 | 2U << 16;
  c[9] = 9 | 2U << 16 | 1U << 24 | 2U << 25 | 1U << 27 | 1U << 29;
  c[10] = 1234 | 6U << 16;
  std::map<std::string, std::uint64_t> seen;
  bench.on_accept = [&](const auto& fields) { seen = fields; };
  ASSERT_FALSE(bench.run({c, end_of_program()}).error) << p.name;
  const std::map<std::string, std::uint64_t> expected{{"index_entry", 7},
                                                      {"index_entries", 90},
                                                      {"weight_word", 5},
                                                      {"parameter_record", 3},
                                                      {"input_word", 11},
                                                      {"input_pitch", 2},
                                                      {"tile_rows", 3},
                                                      {"first_row", 0xfffd},
                                                      {"flag_base", 9},
                                                      {"output_rows", 4},
                                                      {"output_columns", 5},
                                                      {"input_columns", 13},
                                                      {"pad_left", 1},
                                                      {"stride", 2},
                                                      {"steps", 3},
                                                      {"output_word", 6},
                                                      {"output_pitch", 2},
                                                      {"output_channel_words", 9},
                                                      {"active_slices", 2},
                                                      {"relu", 1},
                                                      {"mode", 2},
                                                      {"bypass", 1},
                                                      {"keep_basis", 0},
                                                      {"skip_zero_rows", 1},
                                                      {"rows_not_stored", 1234},
                                                      {"total_tile_rows", 6}};
  EXPECT_EQ(seen, expected);
}

INSTANTIATE_TEST_SUITE_P(Designs, ControlSideRun, ::testing::Values(narrow(), wide()),
                         [](const auto& one) {
                           return std::string(one.index == 0 ? "narrow" : "wide");
                         });

}  // namespace
}  // namespace sd::rtl::test
