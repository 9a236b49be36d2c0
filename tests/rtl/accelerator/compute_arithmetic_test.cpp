// Booth recoder, both kinds of MAC, and the rebuild engine against integer arithmetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "rtl/accelerator/compute/booth_recoder.hpp"
#include "rtl/accelerator/compute/mac.hpp"
#include "rtl/accelerator/compute/rebuild_engine.hpp"
#include "rtl/accelerator/compute/weight_hold.hpp"
#include "rtl/accelerator/compute_block.hpp"

namespace sd::test {
namespace {

/// The value of each radix-4 Booth digit, by its definition.
std::vector<int> booth_digits(int x) {
  std::vector<int> digits;
  for (int i = 0; i < 4; ++i) {
    const auto bit = [&](int b) { return b < 0 ? 0 : (x >> b) & 1; };
    digits.push_back(-2 * bit(2 * i + 1) + bit(2 * i) + bit(2 * i - 1));
  }
  return digits;
}

TEST(BoothRecoder, GivesEveryNonZeroDigitOnceLowestFirst) {
  tb::Block block = fresh_block(hcl::elaborate<rtl::BoothRecoder>());
  for (int x = -128; x < 128; ++x) {
    SCOPED_TRACE(x);
    const auto digits = booth_digits(x);
    const auto nonzero = 4 - std::count(digits.begin(), digits.end(), 0);
    block.poke("activation_i", static_cast<std::uint8_t>(x));
    std::uint64_t taken = 0;
    int sum = 0;
    std::uint64_t shift_before = 0;
    for (int k = 0; k < nonzero; ++k) {
      block.poke("taken_i", taken);
      ASSERT_EQ(block.peek("digit_o"), 1U);
      const std::uint64_t shift = block.peek("shift_o");
      if (k > 0) {
        ASSERT_GT(shift / 2, shift_before / 2);
      }
      shift_before = shift;
      sum += (block.peek("negate_o") != 0 ? -1 : 1) * (1 << shift);
      ASSERT_EQ(block.peek("last_o"), k + 1 == nonzero ? 1U : 0U);
      taken = block.peek("taken_after_o");
    }
    block.poke("taken_i", taken);
    ASSERT_EQ(block.peek("digit_o"), 0U);
    ASSERT_EQ(block.peek("last_o"), 1U);
    ASSERT_EQ(sum, x);
  }
}

TEST(MacParallel, AccumulatesProducts) {
  tb::Block block = fresh_block(hcl::elaborate<rtl::MacParallel>());
  std::mt19937_64 random(1);
  std::int32_t sum = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto weight = static_cast<std::int8_t>(random()),
               activation = static_cast<std::int8_t>(random());
    const bool enable = random() % 4 != 0, clear = random() % 100 == 0;
    block.poke_signed("weight_i", weight);
    block.poke_signed("activation_i", activation);
    block.poke("enable_i", enable);
    block.poke("clear_i", clear);
    block.step();
    sum = clear ? 0 : enable ? sum + weight * activation : sum;
    ASSERT_EQ(block.peek_signed("sum_o"), sum);
  }
}

TEST(MacBooth, AddsAndSubtractsShiftedWeights) {
  tb::Block block = fresh_block(hcl::elaborate<rtl::MacBooth>());
  std::mt19937_64 random(2);
  std::int32_t sum = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto weight = static_cast<std::int8_t>(random());
    const bool enable = random() % 4 != 0, clear = random() % 100 == 0, negate = random() % 2 != 0;
    const int shift = static_cast<int>(random() % 8);
    block.poke_signed("weight_i", weight);
    block.poke("negate_i", negate);
    block.poke("shift_i", static_cast<std::uint64_t>(shift));
    block.poke("enable_i", enable);
    block.poke("clear_i", clear);
    block.step();
    sum = clear ? 0 : enable ? sum + (negate ? -1 : 1) * weight * (1 << shift) : sum;
    ASSERT_EQ(block.peek_signed("sum_o"), sum);
  }
}

void check_rebuild(const design::DesignPoint& point) {
  tb::Block block = fresh_block(hcl::elaborate<rtl::RebuildEngine>(point));

  std::mt19937_64 random(3);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int n = point.columns, code_bits = point.code_bits();
  std::vector<int> banks(static_cast<std::size_t>(2 * n), 0);
  for (int trial = 0; trial < 400; ++trial) {
    // A basis that saturates now and then, a row of codes, one column after the other.
    const int q = uniform(0, 15), bank = uniform(0, 1);
    const bool bypass = uniform(0, 5) == 0;
    std::vector<std::vector<int>> basis(static_cast<std::size_t>(point.rank),
                                        std::vector<int>(static_cast<std::size_t>(n)));
    std::uint64_t codes = 0;
    std::vector<int> factor(static_cast<std::size_t>(point.rank), 0);
    for (int j = 0; j < point.rank; ++j) {
      std::uint64_t row = 0;
      for (int s = 0; s < n; ++s) {
        auto& element = basis[static_cast<std::size_t>(j)][static_cast<std::size_t>(s)];
        element = uniform(0, 9) == 0 ? -128 : uniform(-128, 127);
        row |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(element)) << (8 * s);
      }
      block.poke("basis_" + std::to_string(j) + "_i", row);
      const int magnitude = uniform(0, point.levels);
      const bool negative = magnitude > 0 && uniform(0, 1) == 1;
      codes |= (static_cast<std::uint64_t>(magnitude) | static_cast<std::uint64_t>(negative)
                                                            << (code_bits - 1))
               << (j * code_bits);
      factor[static_cast<std::size_t>(j)] =
          magnitude == 0 ? 0 : (negative ? -1 : 1) * (1 << (point.levels - magnitude));
    }
    block.poke("codes_i", codes);
    block.poke("shift_i", static_cast<std::uint64_t>(q));
    block.poke("bypass_i", bypass);
    block.poke("load_i", 1);
    block.poke("fill_i", 0);
    block.step();
    block.poke("load_i", 0);
    block.poke("fill_i", 1);
    for (int s = 0; s < n; ++s) {
      std::int64_t sum = 0;
      for (std::size_t j = 0; j < basis.size(); ++j)
        sum += std::int64_t{factor[j]} * basis[j][static_cast<std::size_t>(s)];
      const std::int64_t rounded = q == 0 ? sum : (sum + (1 << (q - 1))) >> q;
      const std::size_t at = static_cast<std::size_t>(bank * n + s);
      banks[at] = bypass ? static_cast<std::int8_t>(codes & 0xff)
                         : static_cast<int>(std::clamp<std::int64_t>(rounded, -128, 127));
      std::vector<std::uint32_t> mask(static_cast<std::size_t>((16 * n + 31) / 32), 0);
      tb::set_field(mask, static_cast<int>(at) * 8, 8, 0xff);
      block.poke("column_i", static_cast<std::uint64_t>(s));
      block.poke("fill_mask_i", mask);
      block.step();
    }
    block.poke("fill_i", 0);
    if (trial < 4) continue;  // both banks are written by then, with all but certainty
    for (int i = 0; i < 2 * n; ++i) {
      block.poke("run_index_i", static_cast<std::uint64_t>(i));
      ASSERT_EQ(block.peek_signed("weight_o"), banks[static_cast<std::size_t>(i)])
          << "trial " << trial << ", byte " << i << ", shift " << q;
    }
  }
}

TEST(RebuildEngine, EqualsTheNumericsRank4Levels3) {
  check_rebuild({});
}

TEST(RebuildEngine, EqualsTheNumericsRank3Levels7) {
  design::DesignPoint point;
  point.rank = 3;
  point.levels = 7;
  point.columns = 5;
  check_rebuild(point);
}

TEST(WeightHold, KeepsTwoRows) {
  design::DesignPoint point = design::DesignPoint{}.dense_baseline();
  tb::Block block = fresh_block(hcl::elaborate<rtl::WeightHold>(point));

  std::mt19937_64 random(4);
  std::uint64_t banks[2] = {0, 0};
  for (int trial = 0; trial < 200; ++trial) {
    const std::uint64_t word = random() & 0xffffff,
                        bank = trial < 2 ? static_cast<std::uint64_t>(trial) : random() & 1;
    block.poke("word_i", word);
    block.poke("bank_i", bank);
    block.poke("load_i", 1);
    block.step();
    block.poke("load_i", 0);
    banks[bank] = word;
    for (std::uint64_t i = 0; trial > 0 && i < 6; ++i) {
      block.poke("run_index_i", i);
      ASSERT_EQ(block.peek("weight_o"), (banks[i / 3] >> (i % 3 * 8)) & 0xff);
    }
  }
}

}  // namespace
}  // namespace sd::test
