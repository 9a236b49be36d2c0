// Requantisation and the order of the drain, against integer arithmetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/drain_control.hpp"
#include "rtl/accelerator/compute/output_stage.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

design::DesignPoint small() {
  design::DesignPoint point;
  point.slices = 3;
  point.lines = 2;
  point.macs = 4;
  return point;
}

int requantised(std::int64_t sum, std::int64_t bias, std::int64_t multiplier, int shift,
                bool relu) {
  std::int64_t value = (sum + bias) * multiplier;
  if (shift > 0) value = (value + (std::int64_t{1} << (shift - 1))) >> shift;
  if (relu) value = std::max<std::int64_t>(value, 0);
  return static_cast<int>(std::clamp<std::int64_t>(value, -128, 127));
}

TEST(OutputStage, EqualsTheNumerics) {
  tb::Block block = fresh_block(hcl::elaborate<rtl::OutputStage>(small()));
  std::mt19937_64 random(7);
  const auto uniform = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  constexpr std::int64_t most = 0x7fffffff;
  std::deque<std::vector<int>> expected;  // of the last two cycles; empty where no sums came
  for (int trial = 0; trial < 6000; ++trial) {
    const bool relu = (trial / 100) % 2 == 1;  // static while a command runs
    if (trial % 100 == 0) expected.clear();
    const bool valid = uniform(0, 3) != 0;
    // Small values that scale to a few hundred, and the extremes of every field.
    const bool extreme = uniform(0, 4) == 0;
    const auto any = [&](std::int64_t small_range) {
      return extreme ? (uniform(0, 1) == 0 ? -most - 1 : most) : uniform(-small_range, small_range);
    };
    const std::int64_t bias = any(5000),
                       multiplier = extreme ? uniform(0, 1) * 32767 : uniform(0, 32767);
    const int shift = static_cast<int>(extreme ? uniform(0, 47) : uniform(8, 24)),
              lanes = static_cast<int>(uniform(0, 4));
    block.poke("valid_i", valid);
    block.poke("relu_i", relu);
    block.poke("lanes_i", static_cast<std::uint64_t>(lanes));
    block.poke("record_i", static_cast<std::uint32_t>(bias) |
                               static_cast<std::uint64_t>(multiplier) << 32 |
                               static_cast<std::uint64_t>(shift) << 48 |
                               static_cast<std::uint64_t>(uniform(0, 15)) << 56);
    std::vector<int> word;
    for (int lane = 0; lane < 4; ++lane) {
      const std::int64_t sum = any(60000);
      block.poke_signed("sums_" + std::to_string(lane) + "_i", sum);
      if (valid) word.push_back(lane < lanes ? requantised(sum, bias, multiplier, shift, relu) : 0);
    }
    expected.push_back(word);
    block.step();
    if (expected.size() < 2) continue;
    const auto& due = expected.front();
    for (std::size_t lane = 0; lane < due.size(); ++lane)
      ASSERT_EQ(static_cast<std::int8_t>(block.peek("word_o") >> (8 * lane)), due[lane])
          << "trial " << trial << ", lane " << lane;
    expected.pop_front();
  }
}

// Segments of random length of stay: each channel's word goes to its place, three cycles after it
// could at the earliest.
TEST(DrainControl, WritesEveryWordOnceAndSaysDone) {
  const design::DesignPoint point = small();
  tb::Block block = fresh_block(hcl::elaborate<rtl::DrainControl>(point));
  std::mt19937_64 random(8);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int command = 0; command < 40; ++command) {
    const int segments = uniform(1, 6), active = uniform(1, point.slices), first = uniform(0, 20),
              distance = uniform(6, 9), record = uniform(0, 5);
    block.poke("command_active_slices_i", static_cast<std::uint64_t>(active));
    block.poke("command_output_word_i", static_cast<std::uint64_t>(first));
    block.poke("command_output_channel_words_i", static_cast<std::uint64_t>(distance));
    block.poke("command_parameter_record_i", static_cast<std::uint64_t>(record));
    block.poke("start_i", 1);
    block.step();
    block.poke("start_i", 0);
    struct Write {
      int word, lanes;
    };
    std::deque<Write> expected;
    int taken = 0, record_shown = -1;
    bool done = false;
    for (int cycle = 0; cycle < 200 && !done; ++cycle) {
      const bool take = taken < segments && block.peek("ready_o") != 0 && uniform(0, 2) != 0;
      const int lanes = uniform(0, 4);
      block.poke("take_i", take);
      block.poke("last_i", taken + 1 == segments);
      block.poke("lanes_i", static_cast<std::uint64_t>(lanes));
      if (take) {
        for (int m = 0; m < active; ++m) expected.push_back({first + taken + m * distance, lanes});
        ++taken;
      }
      // The record of the channel that enters the output stage was read a cycle before.
      if (block.peek("valid_o") != 0) {
        ASSERT_EQ(record_shown, record + static_cast<int>(block.peek("channel_o")));
      }
      if (block.peek("parameter_read_valid_o") != 0)
        record_shown = static_cast<int>(block.peek("parameter_read_bits_o"));
      if (block.peek("write_valid_o") != 0) {
        ASSERT_FALSE(expected.empty());
        ASSERT_EQ(block.peek("write_bits_o"), static_cast<std::uint64_t>(expected.front().word));
        ASSERT_EQ(block.peek("outputs_o"), static_cast<std::uint64_t>(expected.front().lanes));
        expected.pop_front();
      } else {
        ASSERT_EQ(block.peek("outputs_o"), 0U);
      }
      done = block.peek("done_o") != 0;
      ASSERT_TRUE(!done || (expected.empty() && taken == segments));
      block.step();
    }
    ASSERT_TRUE(done);
  }
}

}  // namespace
}  // namespace sd::test
