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

/// The design of compute_side_test's `booth`: with it both sides of one whole chip are tested.
design::DesignPoint of_the_compute_side() {
  design::DesignPoint p;
  p.slices = p.lines = 2;
  p.macs = 4;
  p.input_buffer_bytes = 4096;
  p.weight_buffer_bytes = 8192;
  p.index_buffer_entries = 512;
  p.output_buffer_bytes = 2048;
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
      bench.in_flight = 1 + static_cast<int>(random.below(4));
      bench.hold_percent = round % 2 == 0 ? 0 : static_cast<int>(random.below(20));
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
  // About as long as the loads of a tile take, which depends on the buffers.
  const unsigned of_a_tile = GetParam().lines == 1 ? 600 : 1000;
  bench.compute_cycles = static_cast<int>(of_a_tile);
  TileRun tiles(bench, 10, 5);
  const Status status = bench.run(tiles.program());
  ASSERT_TRUE(status.done && !status.error);
  tiles.expect_complete();
  EXPECT_GT(bench.overlapped_beats * 10, bench.counted[6] * 7)
      << "less than seven tenths of the beats came while a COMPUTE ran";
  // Ten times computing, with one tile's load before and one store after; a few cycles from one
  // COMPUTE to the next.
  EXPECT_LT(bench.counter(0), 11 * of_a_tile + 1100);
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
  unknown[0] = 9;  // opcode
  expect_error({some_load(), unknown, end_of_program()}, 1, 2);
  expect_error({some_load(), compute(0), vector(0), some_store(), unknown}, 1, 5);
  CommandWords too_far = some_load();
  too_far[5] = static_cast<std::uint32_t>(GetParam().input_words());
  expect_error({some_load(), compute(0), too_far, end_of_program()}, 6, 3);
  CommandWords reserved = end_of_program();
  reserved[15] = 1;
  expect_error({reserved}, 6, 1);
  CommandWords nowhere = vector(0);
  nowhere[13] = 0;
  expect_error({some_load(), compute(0), nowhere, end_of_program()}, 6, 3);
  expect_error({some_load(push_prev), end_of_program()}, 6, 1);
  expect_error({some_store(pop_next), end_of_program()}, 6, 1);
  expect_error({some_load(), compute(0)}, 4, 2);
  expect_error({some_load(), vector(0)}, 4, 2);
  expect_error({end_of_program()}, 4, 0, static_cast<std::uint32_t>(-1));  // no commands at all
  // The bitmap holds 64 rows that are not zero.
  std::fill_n(bench.memory.bytes.begin() + 0x800, 32, std::uint8_t{0xff});
  expect_error(
      {some_load(), load_index(push_next, 0x800, 2 * axi, 0, 64, {1, 3, 0, 8}, 64, false, 63),
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

TEST_P(ControlSideRun, AHardResetEndsARunAtAnyMoment) {
  Random random(32);
  for (int round = 0; round < 15; ++round) {
    bench.memory.timing = {60, 60, 1 + static_cast<int>(random.below(40)),
                           1 + static_cast<int>(random.below(40)), 5};
    bench.compute_cycles = 2 + static_cast<int>(random.below(100));
    bench.in_flight = 1 + round % 3;
    {
      TileRun tiles(bench, 4, 900 + static_cast<std::uint32_t>(round));
      bench.start(tiles.program());
      bench.tick(static_cast<int>(random.below(1500)));
      bench.hard_reset();
      const Status status = bench.status();
      EXPECT_FALSE(status.busy || status.done || status.error);
      EXPECT_EQ(bench.bus.read(0x14).data, 0U);
    }
    expect_good_run(1100 + static_cast<std::uint32_t>(round));
    if (HasFailure()) return;
  }
}

TEST_P(ControlSideRun, ALoadBehindAStoreReadsWhatItWrote) {
  const auto bytes = 16 * axi;
  for (int round = 0; round < 10; ++round) {
    bench.memory.timing = {70, 70, 1, 10 + 20 * (round % 3), 30};
    Random random(static_cast<std::uint32_t>(round));
    for (auto& byte : bench.buffers.output) byte = static_cast<std::uint8_t>(random());
    std::fill_n(bench.memory.bytes.begin() + 0x20000, bytes, std::uint8_t{0});
    const std::uint32_t words = bytes / static_cast<std::uint32_t>(GetParam().macs);
    const Status status =
        bench.run({store(push_next, 0x20000, bytes / 2, 2, bytes / 2, 0, words / 2),
                   load_input(pop_prev | push_next, 0x20000, bytes, 1, 0, 0, bytes, 0),
                   compute(pop_prev), end_of_program()});
    ASSERT_TRUE(status.done && !status.error);
    EXPECT_TRUE(std::equal(bench.buffers.output.begin(), bench.buffers.output.begin() + bytes,
                           bench.buffers.input.begin()));
  }
}

TEST_P(ControlSideRun, HeldInputDoesNotKeepWeightsWaiting) {
  const auto word_bytes = static_cast<std::uint32_t>(GetParam().weight_word_bits()) * 8 / 8;
  const std::uint32_t bytes = (word_bytes + axi - 1) / axi * axi;
  bench.hold_percent = 100;
  bench.longest_hold = 1;  // again and again
  bench.start({load_input(0, 0x1000, 8 * axi, 1, 0, 0, 4 * axi, 0),
               load_weights(0, 0x2000, bytes, 0, 8), load_parameters(push_next, 0x3000, axi, 0, 1),
               compute(pop_prev), end_of_program()});
  bench.tick(400);
  EXPECT_EQ(bench.counted[9], 0U);
  EXPECT_EQ(bench.held_weights, 8U);
  EXPECT_EQ(bench.computes, 0U) << "a COMPUTE began before the rows were in the buffer";
  EXPECT_TRUE(bench.status().busy);
  bench.hold_percent = 0;
  ASSERT_TRUE(bench.wait(1000));
  EXPECT_EQ(bench.computes, 1U);
  EXPECT_EQ(bench.counted[9], 8U);
  EXPECT_TRUE(std::equal(bench.buffers.input.begin(), bench.buffers.input.begin() + 8 * axi,
                         bench.memory.bytes.begin() + 0x1000));
  EXPECT_EQ(bench.buffers.flags[1], std::any_of(bench.memory.bytes.begin() + 0x1000 + 4 * axi,
                                                bench.memory.bytes.begin() + 0x1000 + 8 * axi,
                                                [](std::uint8_t byte) { return byte != 0; })
                                        ? 1
                                        : 0);
}

TEST_P(ControlSideRun, ARunThatIsHeldCanBeBrokenOff) {
  bench.memory.timing = {60, 60, 20, 20, 10};
  for (const bool soft_reset : {true, false}) {
    bench.hold_percent = 100;
    bench.longest_hold = 1;
    CommandWords unknown{};
    unknown[0] = 9;
    std::vector<CommandWords> program{some_load(), some_load(push_next), compute(pop_prev)};
    if (!soft_reset) program.push_back(unknown);
    program.push_back(end_of_program());
    const std::uint64_t computes = bench.computes;
    bench.start(program);
    bench.tick(600);
    if (soft_reset) {
      EXPECT_TRUE(bench.status().busy);
      bench.bus.write(0x08, 6);
    }
    bench.tick(200);
    const Status status = bench.status();
    EXPECT_FALSE(status.busy);
    EXPECT_EQ(status.error, !soft_reset);
    EXPECT_TRUE(bench.memory.idle());
    EXPECT_EQ(bench.computes, computes);
    bench.hold_percent = 0;
    bench.tick(2);
    expect_good_run(soft_reset ? 41 : 42);
  }
}

TEST_P(ControlSideRun, CommandsOfTheComputeSideRunInOrderAndTogether) {
  bench.in_flight = 3;
  bench.compute_cycles = 100;
  std::vector<bool> order;
  std::size_t most = 0, done = 0;
  bench.on_accept = [&](const auto&, bool is_vector) {
    order.push_back(is_vector);
    most = std::max(most, order.size() - done);
  };
  bench.on_done = [&] { ++done; };
  const Status status =
      bench.run({compute(0), vector(0), compute(0), compute(0), vector(0), vector(0),
                 compute(push_next), some_store(pop_prev), end_of_program()});
  EXPECT_TRUE(status.done && !status.error);
  EXPECT_EQ(order, (std::vector<bool>{false, true, false, false, true, true, false}));
  EXPECT_EQ(done, 7U);
  EXPECT_EQ(most, 3U);
}

TEST_P(ControlSideRun, AnErrorLetsTheComputeSideFinish) {
  bench.in_flight = 2;
  bench.compute_cycles = 400;
  bench.memory.bad_reads = {0x1000 + 20 * axi, 0x1000 + 21 * axi - 1};
  bench.start(
      {compute(0), vector(0), vector(0), compute(0), some_load(), some_load(), end_of_program()});
  ASSERT_TRUE(bench.wait(2000));
  Status status = bench.status();
  EXPECT_TRUE(status.error && status.busy && !status.done)
      << "the interrupt comes with the error, before the drain is over";
  EXPECT_EQ(status.code, 2U);
  EXPECT_EQ(status.id, 5U);
  EXPECT_FALSE(bench.compute_idle());
  ASSERT_TRUE(bench.wait_done(4000));
  EXPECT_TRUE(bench.compute_idle());
  EXPECT_LE(bench.computes + bench.vectors, 3U) << "commands not yet offered are dropped";
  status = bench.status();
  EXPECT_TRUE(status.error && !status.busy);
  expect_good_run(51);
}

TEST_P(ControlSideRun, TheWatchdogEndsARunThatStands) {
  bench.bus.write(0x18, 300);
  // Tokens that nobody gives: the command that waits was handed out, and END after it.
  expect_error({some_load(pop_next), end_of_program()}, 7, 2);
  expect_error({some_load(pop_prev), compute(pop_prev), some_store(pop_prev), end_of_program()}, 7,
               4);
  // A queue that never empties keeps the decoder from going on.
  std::vector<CommandWords> many(12, vector(0));
  many[0] = vector(pop_next);
  many.push_back(end_of_program());
  expect_error(many, 7, 4);
  // Slow is not standing still.
  bench.memory.timing = {5, 5, 200, 200, 20};
  expect_good_run(61);
  bench.memory.timing = {};
  bench.bus.write(0x18, 0);
  bench.start({some_load(pop_next), end_of_program()});
  bench.tick(3000);
  EXPECT_TRUE(bench.status().busy && !bench.status().error) << "0 is never";
  bench.bus.write(0x18, 1000000);
  bench.tick(100);
  bench.bus.write(0x18, 100);
  ASSERT_TRUE(bench.wait(10));
  EXPECT_EQ(bench.status().code, 7U);
  ASSERT_TRUE(bench.wait_done(100));
  expect_good_run(62);
}

TEST_P(ControlSideRun, TheWatchdogSeesTheComputeSideMove) {
  bench.bus.write(0x18, 200);
  bench.compute_cycles = 3000;
  // Silence of the compute side is an error, as are cycles in which it only waits.
  for (const char* event :
       {"", "compute_busy_cycles", "select_stall_cycles", "drain_stall_cycles"}) {
    if (*event != '\0') bench.block.poke(std::string("events_") + event + "_i", 1);
    bench.start({compute(0), end_of_program()});
    ASSERT_TRUE(bench.wait(1000)) << event;
    EXPECT_EQ(bench.status().code, 7U);
    EXPECT_TRUE(bench.status().busy);
    ASSERT_TRUE(bench.wait_done(4000));
    if (*event != '\0') bench.block.poke(std::string("events_") + event + "_i", 0);
  }
  for (const char* event :
       {"macs", "mac_active", "rows_executed", "rows_skipped_weight", "rows_skipped_activation",
        "input_buffer_reads", "weight_buffer_reads", "index_buffer_reads", "output_buffer_writes",
        "weights_rebuilt", "outputs", "local_writes", "vector_operations", "residual_outputs"}) {
    const std::string pin = std::string("events_") + event + "_i";
    bench.start({compute(0), end_of_program()});
    for (int i = 0; i < 20; ++i) {
      bench.tick(150);
      bench.block.poke(pin, 1);
      bench.tick();
      bench.block.poke(pin, 0);
    }
    ASSERT_TRUE(bench.wait_done(1000));
    EXPECT_FALSE(bench.status().error) << event;
  }
  bench.compute_cycles = 20;
  expect_good_run(71);
}

TEST_P(ControlSideRun, AMemoryThatNeverAnswersRaisesTheWatchdog) {
  bench.bus.write(0x18, 500);
  for (const bool reads : {true, false}) {
    if (reads) bench.memory.bad_reads.reset();
    bench.start({reads ? some_load() : some_store(), end_of_program()});
    while (reads ? bench.memory.read_beats == 0 : bench.memory.write_bursts == 0) bench.tick();
    bench.tick(64 / static_cast<int>(axi) + 64 / static_cast<int>(axi));  // the program is there
    bench.memory.timing.answer_percent = 0;
    ASSERT_TRUE(bench.wait(2000));
    Status status = bench.status();
    EXPECT_EQ(status.code, 7U);
    EXPECT_TRUE(status.error && status.busy && !status.done);
    bench.tick(3000);
    EXPECT_TRUE(bench.status().busy) << "answers are still to come";
    bench.memory.timing.answer_percent = 100;
    ASSERT_TRUE(bench.wait_done(500));
    EXPECT_EQ(bench.status().code, 7U);
    expect_good_run(reads ? 81 : 82);
  }
  // After a reset of the whole system nothing is left of a run that hung.
  bench.memory.timing.answer_percent = 0;
  bench.start({some_load(), end_of_program()});
  ASSERT_TRUE(bench.wait(2000));
  bench.hard_reset();
  bench.memory.timing.answer_percent = 100;
  EXPECT_EQ(bench.bus.read(0x18).data, 1048576U);
  expect_good_run(83);
}

TEST_P(ControlSideRun, EveryFieldOfComputeArrives) {
  const design::DesignPoint& p = GetParam();
  CommandWords c = compute(0);
  c[1] = 7 | 90U << 16;
  c[2] = 5 | 3U << 16;
  c[3] = 11 | 12U << 16;
  c[4] = 2 | 3U << 16;
  c[5] = 0xfffdU | 9U << 16;
  c[6] = 4 | 5U << 16;
  c[7] = 13 | 1U << 16 | 3U << 24;
  c[8] = 6 | 2U << 16;
  c[9] = 9 | 2U << 16 | 1U << 24 | 3U << 25 | 1U << 27 | 1U << 29 | 1U << 30;
  c[10] = 1234 | 6U << 16;
  c[11] = 1 | 2U << 4 | 21U << 8 | 1U << 13 | 2U << 17 | 3U << 21 | 1U << 23 | 1U << 24 | 37U << 25;
  c[12] = 17 | 18U << 16;
  c[13] = 19 | 14U << 16;
  c[14] = 15;
  c[15] = 20001 | 30002U << 16;
  std::map<std::string, std::uint64_t> seen;
  bench.on_accept = [&](const auto& fields, bool is_vector) {
    EXPECT_FALSE(is_vector);
    seen = fields;
  };
  ASSERT_FALSE(bench.run({c, end_of_program()}).error) << p.name;
  const std::map<std::string, std::uint64_t> expected{{"index_entry", 7},
                                                      {"index_entries", 90},
                                                      {"weight_word", 5},
                                                      {"parameter_record", 3},
                                                      {"input_word", 11},
                                                      {"input_pitch", 2},
                                                      {"tile_rows", 3},
                                                      {"total_tile_rows", 6},
                                                      {"first_row", 0xfffd},
                                                      {"flag_base", 9},
                                                      {"output_rows", 4},
                                                      {"output_columns", 5},
                                                      {"output_pitch", 2},
                                                      {"input_columns", 13},
                                                      {"pad_left", 1},
                                                      {"steps", 3},
                                                      {"stride_x", 1},
                                                      {"stride_y", 2},
                                                      {"dilation_x", 21},
                                                      {"block_rows", 1},
                                                      {"block_words", 2},
                                                      {"active_slices", 2},
                                                      {"mode", 3},
                                                      {"relu", 1},
                                                      {"bypass", 1},
                                                      {"keep_basis", 0},
                                                      {"skip_zero_rows", 1},
                                                      {"fence", 1},
                                                      {"rows_not_stored", 1234},
                                                      {"destination_to_output", 1},
                                                      {"destination_to_input", 1},
                                                      {"destination_output_word", 6},
                                                      {"destination_output_channel_words", 9},
                                                      {"destination_local_word", 12},
                                                      {"destination_local_channel_words", 15},
                                                      {"destination_local_flag", 19},
                                                      {"destination_local_rows", 14},
                                                      {"residual", 1},
                                                      {"residual_relu", 1},
                                                      {"residual_shift", 37},
                                                      {"residual_word", 17},
                                                      {"residual_channel_words", 18},
                                                      {"own_multiplier", 20001},
                                                      {"residual_multiplier", 30002}};
  EXPECT_EQ(seen, expected);
}

TEST_P(ControlSideRun, EveryFieldOfVectorArrives) {
  CommandWords c = vector(0);
  c[1] = 11 | 12U << 16;
  c[2] = 13 | 14U << 16;
  c[3] = 2 | 15U << 16;
  c[4] = 3 | 4U << 16;
  c[5] = 0xfff0U | 21U << 16;
  c[6] = 5 | 1U << 16;
  c[7] = 1 | 6U << 16;
  c[8] = 7 | 8U << 16;
  c[9] = 9 | 200U << 16 | 2U << 24 | 1U << 28;
  c[10] = 301 | 302U << 16;
  c[11] = 20001 | 30002U << 16;
  c[12] = 10003 | 37U << 16;
  c[13] = 99 | 1U << 16 | 1U << 18 | 1U << 19 | 3U << 20;
  std::map<std::string, std::uint64_t> seen;
  bench.on_accept = [&](const auto& fields, bool is_vector) {
    EXPECT_TRUE(is_vector);
    seen = fields;
  };
  ASSERT_FALSE(bench.run({c, end_of_program()}).error);
  std::map<std::string, std::uint64_t> expected{{"input_word", 11},
                                                {"input_channel_words", 15},
                                                {"second_word", 12},
                                                {"second_channel_words", 99},
                                                {"channels", 2},
                                                {"input_pitch", 3},
                                                {"tile_rows", 4},
                                                {"first_row", 0xfff0},
                                                {"input_columns", 21},
                                                {"output_rows", 5},
                                                {"output_columns", 1},
                                                {"output_pitch", 1},
                                                {"pad_left", 200},
                                                {"stride_x", 2},
                                                {"stride_y", 1},
                                                {"window_rows", 301},
                                                {"window_columns", 302},
                                                {"first_multiplier", 20001},
                                                {"second_multiplier", 30002},
                                                {"output_multiplier", 10003},
                                                {"output_shift", 37},
                                                {"maximum", 1},
                                                {"two_operands", 0},
                                                {"across", 1},
                                                {"relu", 1},
                                                {"destination_to_output", 1},
                                                {"destination_to_input", 1},
                                                {"destination_output_word", 13},
                                                {"destination_output_channel_words", 6},
                                                {"destination_local_word", 14},
                                                {"destination_local_channel_words", 7},
                                                {"destination_local_flag", 9},
                                                {"destination_local_rows", 8}};
  EXPECT_EQ(seen, expected);
}

INSTANTIATE_TEST_SUITE_P(Designs, ControlSideRun,
                         ::testing::Values(narrow(), wide(), of_the_compute_side()),
                         [](const auto& one) {
                           return std::string(one.index == 0   ? "narrow"
                                              : one.index == 1 ? "wide"
                                                               : "whole");
                         });

}  // namespace
}  // namespace sd::rtl::test
