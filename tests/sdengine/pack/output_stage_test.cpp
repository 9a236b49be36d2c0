#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(RoundShift, RoundsHalvesUp) {
  EXPECT_EQ(round_shift(5, 0), 5);
  EXPECT_EQ(round_shift(5, 1), 3);
  EXPECT_EQ(round_shift(-5, 1), -2);
  EXPECT_EQ(round_shift(-6, 2), -1);
  EXPECT_EQ(round_shift(-7, 2), -2);
  std::mt19937_64 random(1);
  for (int k = 0; k < 1000; ++k) {
    const auto value = static_cast<std::int64_t>(random() >> 24) - (std::int64_t{1} << 39);
    const int shift = static_cast<int>(random() % 40);
    EXPECT_EQ(round_shift(value, shift),
              static_cast<std::int64_t>(std::floor(std::ldexp(static_cast<double>(value), -shift) +
                                                   (shift == 0 ? 0.0 : 0.5))));
  }
}

TEST(StageFor, FillsFifteenBitsWithTheNearestMultiplier) {
  std::mt19937_64 random(2);
  for (int k = 0; k < 2000; ++k) {
    const double factor = std::ldexp(1.0 + static_cast<double>(random() >> 11) * 0x1p-53,
                                     static_cast<int>(random() % 46) - 32);
    const OutputStage stage = stage_for(factor);
    EXPECT_EQ(stage.bias, 0);
    EXPECT_GE(stage.multiplier, 16384) << factor;
    EXPECT_LE(stage.shift, 47);
    EXPECT_NEAR(std::ldexp(stage.multiplier, -stage.shift) / factor, 1.0, 0x1p-15) << factor;
  }
}

TEST(StageFor, Limits) {
  EXPECT_EQ(stage_for(0), (OutputStage{0, 0, 0}));
  EXPECT_EQ(stage_for(1), (OutputStage{0, 16384, 14}));
  EXPECT_EQ(stage_for(32767), (OutputStage{0, 32767, 0}));
  EXPECT_EQ(stage_for(std::nextafter(1.0, 0.0)), (OutputStage{0, 16384, 14}));
  EXPECT_EQ(stage_for(0x1p-40), (OutputStage{0, 128, 47}));
  EXPECT_EQ(stage_for(0x1p-60).multiplier, 0);
  for (const double factor : {-1.0, 32768.0, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_THAT([&] { (void)stage_for(factor); },
                ThrowsMessage<PackError>(HasSubstr(
                    "cannot be held by a 15-bit multiplier; check the activation ranges")));
}

TEST(Apply, BiasMultiplierRoundingReluSaturation) {
  EXPECT_EQ(apply({10, 3, 2}, 5, false), 11);  // 45 / 4 = 11.25
  EXPECT_EQ(apply({0, 1, 1}, -5, false), -2);  // -2.5 goes up
  EXPECT_EQ(apply({0, 1, 1}, -5, true), 0);
  EXPECT_EQ(apply({0, 1, 0}, 1000, true), 127);
  EXPECT_EQ(apply({0, 1, 0}, -1000, false), -128);
  // The extremes of 33 and 48 bits.
  constexpr auto low = std::numeric_limits<std::int32_t>::min();
  constexpr auto high = std::numeric_limits<std::int32_t>::max();
  EXPECT_EQ(apply({high, 32767, 47}, high, false), 1);
  EXPECT_EQ(apply({low, 32767, 47}, low, false), -1);
  EXPECT_EQ(apply({low, 32767, 40}, high, false), 0);
}

}  // namespace
}  // namespace sd::pack
