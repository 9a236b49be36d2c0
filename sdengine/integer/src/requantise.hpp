// The output stage and the element-wise stage on many values at a time.
#pragma once

#include <cstdint>
#include <span>

#include "sdengine/pack/packed_model.hpp"

namespace sd::integer {

/// True if sat_8 (after the ReLU, if there is one) changes `value`. What a ReLU sets to zero does
/// not count.
[[nodiscard]] constexpr bool saturates(std::int64_t value, bool relu) {
  return value > 127 || (!relu && value < -128);
}

/// output[i] = pack::apply(stage, sums[i], relu). Adds to `saturated`, where given, how often the
/// result saturates.
void requantise(const pack::OutputStage& stage, bool relu, std::span<const std::int32_t> sums,
                std::int8_t* output, std::int64_t* saturated);

/// output[i] = sat_8(max?(round_shift(a[i] * k_a + b[i] * k_b, shift))), counting as requantise().
void requantise_sum(std::span<const std::int8_t> a, std::span<const std::int8_t> b,
                    std::int16_t k_a, std::int16_t k_b, int shift, bool relu, std::int8_t* output,
                    std::int64_t* saturated);

/// The same of one input.
void requantise_values(std::span<const std::int8_t> values, std::int16_t k, int shift, bool relu,
                       std::int8_t* output, std::int64_t* saturated);

}  // namespace sd::integer
