// Booth recoder, both kinds of MAC, the rebuild engine and the weight hold against integer
// arithmetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
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

/// Lanes of 32 bits, side by side.
std::vector<std::uint32_t> packed(const std::vector<std::int32_t>& lanes) {
  return {lanes.begin(), lanes.end()};
}

TEST(MacParallel, AddsProductsLaneByLane) {
  constexpr int lanes = 4;
  tb::Block block = fresh_block(hcl::elaborate<rtl::MacParallel>(lanes));
  std::mt19937_64 random(1);
  std::vector<std::int32_t> sums(lanes, 0);
  for (int i = 0; i < 5000; ++i) {
    const auto weight = static_cast<std::int8_t>(i == 0 ? -128 : random());
    const bool replace = random() % 20 == 0;
    // Now and then close to the end of the range: sums wrap.
    if (random() % 50 == 0) sums[random() % lanes] = std::numeric_limits<std::int32_t>::max() - 5;
    std::uint64_t activations = 0;
    std::vector<std::int32_t> expected;
    for (int lane = 0; lane < lanes; ++lane) {
      const auto x = static_cast<std::int8_t>(i == 0 ? -128 : random());
      activations |= std::uint64_t{static_cast<std::uint8_t>(x)} << (8 * lane);
      const std::int64_t before = replace ? 0 : sums[static_cast<std::size_t>(lane)];
      expected.push_back(static_cast<std::int32_t>(before + weight * x));
    }
    block.poke_signed("weight_i", weight);
    block.poke("activations_i", activations);
    block.poke("replace_i", replace);
    block.poke("before_i", packed(sums));
    ASSERT_EQ(block.peek_words("after_o"), packed(expected)) << "trial " << i;
    sums = expected;
  }
}

TEST(MacBooth, AddsAndSubtractsShiftedWeightsLaneByLane) {
  constexpr int lanes = 3;
  tb::Block block = fresh_block(hcl::elaborate<rtl::MacBooth>(lanes));
  std::mt19937_64 random(2);
  std::vector<std::int32_t> sums(lanes, 0);
  for (int i = 0; i < 5000; ++i) {
    const auto weight = static_cast<std::int8_t>(i < 8 ? -128 : random());
    const bool replace = random() % 20 == 0;
    std::uint64_t digits = 0, negates = 0, shifts = 0;
    std::vector<std::int32_t> expected;
    for (int lane = 0; lane < lanes; ++lane) {
      const bool digit = random() % 4 != 0, negate = digit && random() % 2 != 0;
      const int shift = static_cast<int>(i < 8 ? i : random() % 8);
      digits |= std::uint64_t{digit} << lane;
      negates |= std::uint64_t{negate} << lane;
      shifts |= static_cast<std::uint64_t>(shift) << (3 * lane);
      const std::int32_t before = replace ? 0 : sums[static_cast<std::size_t>(lane)];
      expected.push_back(before + (digit ? (negate ? -1 : 1) * weight * (1 << shift) : 0));
    }
    block.poke_signed("weight_i", weight);
    block.poke("digit_i", digits);
    block.poke("negate_i", negates);
    block.poke("shift_i", shifts);
    block.poke("replace_i", replace);
    block.poke("before_i", packed(sums));
    ASSERT_EQ(block.peek_words("after_o"), packed(expected)) << "trial " << i;
    sums = expected;
  }
}

void check_rebuild(const design::DesignPoint& point) {
  tb::Block block = fresh_block(hcl::elaborate<rtl::RebuildEngine>(point));

  std::mt19937_64 random(3);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int n = point.columns, code_bits = point.code_bits();
  std::vector<int> weights(static_cast<std::size_t>(2 * n), 0);
  for (int trial = 0; trial < 600; ++trial) {
    // A basis that saturates now and then, a row of codes, one column after the other.
    const int q = trial < 64 ? trial / 2 : uniform(0, 31), bank = trial & 1;
    const bool bypass = uniform(0, 5) == 0;
    std::vector<std::vector<int>> basis(static_cast<std::size_t>(point.rank));
    std::uint64_t codes = 0;
    std::vector<int> factor;
    for (int j = 0; j < point.rank; ++j) {
      for (int s = 0; s < n; ++s)
        basis[static_cast<std::size_t>(j)].push_back(uniform(0, 9) == 0 ? -128
                                                                        : uniform(-128, 127));
      // The sign of a zero coefficient is anything.
      const int magnitude = uniform(0, point.levels);
      const bool negative = uniform(0, 1) == 1;
      codes |= (static_cast<std::uint64_t>(magnitude) | static_cast<std::uint64_t>(negative)
                                                            << (code_bits - 1))
               << (j * code_bits);
      factor.push_back(magnitude == 0 ? 0
                                      : (negative ? -1 : 1) * (1 << (point.levels - magnitude)));
    }
    block.poke("codes_i", codes);
    block.poke("load_i", 1);
    block.step();
    block.poke("load_i", 0);
    block.poke("codes_i", 0);
    block.poke("shift_i", static_cast<std::uint64_t>(q));
    block.poke("bypass_i", bypass);
    block.poke("fill_i", 1);
    for (int s = 0; s < n; ++s) {
      std::int64_t sum = 0;
      for (int j = 0; j < point.rank; ++j) {
        const int element = basis[static_cast<std::size_t>(j)][static_cast<std::size_t>(s)];
        sum += std::int64_t{factor[static_cast<std::size_t>(j)]} * element;
        block.poke("basis_" + std::to_string(j) + "_i", static_cast<std::uint8_t>(element));
      }
      const std::int64_t rounded = q == 0 ? sum : (sum + (1LL << (q - 1))) >> q;
      const std::size_t at = static_cast<std::size_t>(bank * n + s);
      weights[at] = bypass ? static_cast<std::int8_t>(codes & 0xff)
                           : static_cast<int>(std::clamp<std::int64_t>(rounded, -128, 127));
      block.poke("fill_index_i", at);
      block.step();
    }
    block.poke("fill_i", 0);
    block.step();
    if (trial < 1) continue;  // both banks are written by then
    for (int i = 0; i < 2 * n; ++i) {
      block.poke("run_index_i", static_cast<std::uint64_t>(i));
      ASSERT_EQ(block.peek_signed("weight_o"), weights[static_cast<std::size_t>(i)])
          << "trial " << trial << ", register " << i << ", shift " << q;
    }
  }
}

TEST(RebuildEngine, EqualsTheNumericsRank4Levels3) {
  check_rebuild({});
}

TEST(RebuildEngine, EqualsTheNumericsRank3Levels15) {
  design::DesignPoint point;
  point.rank = 3;
  point.levels = 15;
  point.columns = 5;
  check_rebuild(point);
}

TEST(RebuildEngine, RowsOfFewerBitsThanABasisElement) {
  design::DesignPoint point;
  point.rank = 1;
  point.levels = 1;
  point.columns = 2;
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
