#include "requantise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "multiversion.hpp"

namespace sd::integer {

namespace {

/// Doubles hold every step of an output stage exactly: (acc + bias) * multiplier + rounding is
/// below 2^49 in magnitude, and its scaled value has at most `shift` bits after the point. The
/// offset makes it positive, so that dropping the fraction rounds down; it costs 9 bits before the
/// point.
constexpr int largest_shift_in_double = 53 - 9;
constexpr double offset = 256;

struct DoubleStage {
  double bias, multiplier, rounding, factor, low;
};

SD_MULTIVERSION void requantise_in_double(DoubleStage stage, const std::int32_t* sums,
                                          std::size_t count, std::int8_t* output) {
  for (std::size_t i = 0; i < count; ++i) {
    double value = (sums[i] + stage.bias) * stage.multiplier + stage.rounding;
    value *= stage.factor;
    value = value < stage.low ? stage.low : value;
    value = value > 127.5 ? 127.5 : value;
    output[i] = static_cast<std::int8_t>(static_cast<std::int32_t>(value + offset) -
                                         static_cast<std::int32_t>(offset));
  }
}

/// 8-bit values times 16-bit factors: the sum of two is below 2^23 in magnitude. From a shift of 25
/// on, everything rounds to zero, in 32 bits as well.
constexpr int largest_useful_shift = 30;

struct SumStage {
  std::int32_t k_a, k_b, rounding, shift, low;
};

SumStage sum_stage(std::int16_t k_a, std::int16_t k_b, int shift, bool relu) {
  const int used = std::min(shift, largest_useful_shift);
  return {k_a, k_b, used == 0 ? 0 : 1 << (used - 1), used, relu ? 0 : -128};
}

SD_MULTIVERSION void sum_in_32_bits(SumStage stage, const std::int8_t* a, const std::int8_t* b,
                                    std::size_t count, std::int8_t* output) {
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t value = (a[i] * stage.k_a + b[i] * stage.k_b + stage.rounding) >> stage.shift;
    value = value < stage.low ? stage.low : value;
    value = value > 127 ? 127 : value;
    output[i] = static_cast<std::int8_t>(value);
  }
}

SD_MULTIVERSION void scale_in_32_bits(SumStage stage, const std::int8_t* a, std::size_t count,
                                      std::int8_t* output) {
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t value = (a[i] * stage.k_a + stage.rounding) >> stage.shift;
    value = value < stage.low ? stage.low : value;
    value = value > 127 ? 127 : value;
    output[i] = static_cast<std::int8_t>(value);
  }
}

}  // namespace

void requantise(const pack::OutputStage& stage, bool relu, std::span<const std::int32_t> sums,
                std::int8_t* output, std::int64_t* saturated) {
  if (stage.shift <= largest_shift_in_double) {
    const double rounding = stage.shift == 0 ? 0.0 : std::ldexp(1.0, stage.shift - 1);
    requantise_in_double({static_cast<double>(stage.bias), static_cast<double>(stage.multiplier),
                          rounding, std::ldexp(1.0, -stage.shift), relu ? 0.0 : -128.0},
                         sums.data(), sums.size(), output);
  } else {
    for (std::size_t i = 0; i < sums.size(); ++i) output[i] = pack::apply(stage, sums[i], relu);
  }
  if (saturated == nullptr) return;
  for (const std::int32_t sum : sums) {
    const std::int64_t product = (std::int64_t{sum} + stage.bias) * stage.multiplier;
    *saturated += saturates(pack::round_shift(product, stage.shift), relu) ? 1 : 0;
  }
}

void requantise_sum(std::span<const std::int8_t> a, std::span<const std::int8_t> b,
                    std::int16_t k_a, std::int16_t k_b, int shift, bool relu, std::int8_t* output,
                    std::int64_t* saturated) {
  sum_in_32_bits(sum_stage(k_a, k_b, shift, relu), a.data(), b.data(), a.size(), output);
  if (saturated == nullptr) return;
  for (std::size_t i = 0; i < a.size(); ++i)
    *saturated += saturates(pack::round_shift(a[i] * k_a + b[i] * k_b, shift), relu) ? 1 : 0;
}

void requantise_values(std::span<const std::int8_t> values, std::int16_t k, int shift, bool relu,
                       std::int8_t* output, std::int64_t* saturated) {
  scale_in_32_bits(sum_stage(k, 0, shift, relu), values.data(), values.size(), output);
  if (saturated == nullptr) return;
  for (const std::int8_t value : values)
    *saturated += saturates(pack::round_shift(value * k, shift), relu) ? 1 : 0;
}

}  // namespace sd::integer
