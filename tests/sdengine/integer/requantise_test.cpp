#include "requantise.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

namespace sd::integer {
namespace {

/// Sums of every size, and those next to where a stage rounds or saturates.
std::vector<std::int32_t> sums_for(const pack::OutputStage& stage, std::mt19937_64& random) {
  std::vector<std::int32_t> sums = {0, 1, -1, std::numeric_limits<std::int32_t>::max(),
                                    std::numeric_limits<std::int32_t>::min()};
  for (int k = 0; k < 40; ++k)
    sums.push_back(
        static_cast<std::int32_t>(static_cast<std::int64_t>(random()) >> (32 + random() % 28)));
  if (stage.multiplier == 0) return sums;
  for (const int level : {-129, -128, -127, -1, 0, 1, 126, 127, 128}) {
    // (sum + bias) * multiplier + 2^(shift - 1) crosses level * 2^shift near this sum.
    const long double at = (static_cast<long double>(level) - 0.5L) *
                               static_cast<long double>(std::int64_t{1} << stage.shift) /
                               stage.multiplier -
                           stage.bias;
    if (at < -2147483000.0L || at > 2147483000.0L) continue;
    for (int d = -2; d <= 2; ++d) sums.push_back(static_cast<std::int32_t>(at) + d);
  }
  return sums;
}

TEST(Requantise, EqualsTheOutputStageOneByOne) {
  std::mt19937_64 random(1);
  int changed = 0;
  for (int round = 0; round < 3000; ++round) {
    pack::OutputStage stage;
    stage.bias = static_cast<std::int32_t>(random()) >> (random() % 31);
    stage.multiplier = static_cast<std::int16_t>(random() % 32768 >> (random() % 15));
    stage.shift = static_cast<std::uint8_t>(random() % 48);
    const bool relu = random() % 2 == 0;
    const auto sums = sums_for(stage, random);
    std::vector<std::int8_t> output(sums.size());
    std::int64_t saturated = 0;
    requantise(stage, relu, sums, output.data(), &saturated);
    std::int64_t expected = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      ASSERT_EQ(output[i], pack::apply(stage, sums[i], relu))
          << sums[i] << " " << stage.bias << " " << stage.multiplier << " " << int{stage.shift};
      const std::int64_t wide =
          pack::round_shift((std::int64_t{sums[i]} + stage.bias) * stage.multiplier, stage.shift);
      if (relu && wide < 0) continue;
      expected += wide != output[i] ? 1 : 0;
    }
    ASSERT_EQ(saturated, expected);
    changed += expected > 0 ? 1 : 0;
    std::vector<std::int8_t> again(sums.size());
    requantise(stage, relu, sums, again.data(), nullptr);
    ASSERT_EQ(again, output);
  }
  EXPECT_GT(changed, 500);
}

TEST(Requantise, ElementsEqualTheWideFormulaForEveryShift) {
  std::mt19937_64 random(2);
  for (int shift = 0; shift < 48; ++shift)
    for (int round = 0; round < 40; ++round) {
      std::vector<std::int8_t> a(67);
      std::vector<std::int8_t> b(67);
      for (std::size_t i = 0; i < a.size(); ++i) {
        a[i] = i == 0 ? std::int8_t{-128} : static_cast<std::int8_t>(random());
        b[i] = i == 0 ? std::int8_t{-128} : static_cast<std::int8_t>(random());
      }
      const auto k_a = static_cast<std::int16_t>(round == 0 ? 32767 : random() % 32768);
      const auto k_b = static_cast<std::int16_t>(round == 0 ? 32767 : random() % 32768);
      const bool relu = round % 2 == 0;
      std::vector<std::int8_t> sum(a.size());
      std::vector<std::int8_t> scaled(a.size());
      std::int64_t saturated_sum = 0;
      std::int64_t saturated_scaled = 0;
      requantise_sum(a, b, k_a, k_b, shift, relu, sum.data(), &saturated_sum);
      requantise_values(a, k_a, shift, relu, scaled.data(), &saturated_scaled);
      for (std::size_t i = 0; i < a.size(); ++i) {
        const auto check = [&](std::int64_t value, std::int8_t got, std::int64_t& saturated) {
          value = pack::round_shift(value, shift);
          const std::int64_t low = relu ? 0 : -128;
          const std::int64_t expected = value < low ? low : value > 127 ? 127 : value;
          ASSERT_EQ(got, expected);
          saturated -= value > 127 || (value < -128 && !relu) ? 1 : 0;
        };
        check(std::int64_t{a[i]} * k_a + std::int64_t{b[i]} * k_b, sum[i], saturated_sum);
        check(std::int64_t{a[i]} * k_a, scaled[i], saturated_scaled);
      }
      ASSERT_EQ(saturated_sum, 0);
      ASSERT_EQ(saturated_scaled, 0);
    }
}

}  // namespace
}  // namespace sd::integer
