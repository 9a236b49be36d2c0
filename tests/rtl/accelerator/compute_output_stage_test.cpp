// Requantisation and residual addition, against integer arithmetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "rtl/accelerator/compute/output_stage.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

std::int64_t round_shift(std::int64_t value, int shift) {
  return shift > 0 ? (value + (std::int64_t{1} << (shift - 1))) >> shift : value;
}

std::int64_t finished(std::int64_t value, bool relu) {
  if (relu) value = std::max<std::int64_t>(value, 0);
  return std::clamp<std::int64_t>(value, -128, 127);
}

/// What a cycle's inputs give; no lanes where no segment came.
using Word = std::vector<std::int64_t>;

class Stage {
 public:
  explicit Stage(int macs)
      : macs_(macs), block_(fresh_block(hcl::elaborate<rtl::OutputStage>(point(macs)))) {}

  static design::DesignPoint point(int macs) {
    design::DesignPoint point;
    point.macs = macs;
    return point;
  }

  void check(int trials) {
    std::deque<Word> due;
    for (int trial = 0; trial < trials; ++trial) {
      due.push_back(chance(4) ? none() : random_segment());
      block_.step();
      if (due.size() < rtl::OutputStage::latency) continue;
      for (std::size_t lane = 0; lane < due.front().size(); ++lane)
        ASSERT_EQ(block_.peek("word_o") >> (8 * lane) & 0xff,
                  static_cast<std::uint8_t>(due.front()[lane]))
            << "trial " << trial << ", lane " << lane;
      due.pop_front();
    }
  }

 private:
  std::int64_t uniform(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool chance(int of) { return uniform(0, of - 1) == 0; }

  Word none() {
    block_.poke("valid_i", 0);
    return {};
  }

  /// Small values that scale to a few hundred, and the extremes of every field.
  Word random_segment() {
    constexpr std::int64_t most = 0x7fffffff;
    const bool extreme = chance(5), residual = chance(2), relu = chance(2), second_relu = chance(2);
    const auto any = [&](std::int64_t usual) {
      return extreme ? (chance(2) ? -most - 1 : most) : uniform(-usual, usual);
    };
    const auto multiplier = [&] { return extreme ? uniform(0, 1) * 32767 : uniform(0, 32767); };
    const std::int64_t bias = any(5000), main = multiplier(), own = multiplier(),
                       other = multiplier();
    const int shift = static_cast<int>(extreme ? uniform(0, 47) : uniform(8, 24)),
              second_shift = static_cast<int>(extreme ? uniform(0, 63) : uniform(10, 18)),
              lanes = static_cast<int>(uniform(0, macs_));
    block_.poke("valid_i", 1);
    block_.poke("relu_i", relu);
    block_.poke("residual_i", residual);
    block_.poke("residual_relu_i", second_relu);
    block_.poke("lanes_i", static_cast<std::uint64_t>(lanes));
    block_.poke("record_i", static_cast<std::uint32_t>(bias) |
                                static_cast<std::uint64_t>(main) << 32 |
                                static_cast<std::uint64_t>(shift) << 48 |
                                static_cast<std::uint64_t>(uniform(0, 31)) << 56);
    block_.poke("own_multiplier_i", static_cast<std::uint64_t>(own));
    block_.poke("residual_multiplier_i", static_cast<std::uint64_t>(other));
    block_.poke("residual_shift_i", static_cast<std::uint64_t>(second_shift));
    Word word;
    std::uint64_t data = 0;
    for (int lane = 0; lane < macs_; ++lane) {
      const std::int64_t sum = any(60000);
      block_.poke_signed("sums_" + std::to_string(lane) + "_i", sum);
      const std::int64_t b = extreme ? uniform(0, 1) * 255 - 128 : uniform(-128, 127);
      data |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(b)) << (8 * lane);
      std::int64_t value = finished(round_shift((sum + bias) * main, shift), relu);
      if (residual)
        value = finished(round_shift(value * own + b * other, second_shift), second_relu);
      word.push_back(lane < lanes ? value : 0);
    }
    block_.poke("residual_data_i", data);
    return word;
  }

  int macs_;
  tb::Block block_;
  std::mt19937_64 random_{7};
};

TEST(OutputStage, EqualsTheNumerics) {
  Stage(4).check(12000);
}

TEST(OutputStage, TwoLanes) {
  Stage(2).check(3000);
}

}  // namespace
}  // namespace sd::test
