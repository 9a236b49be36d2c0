// The inner loop of integer inference: many filters times many patches, exact in 32 bits.
#pragma once

#include <cstdint>

namespace sd::integer {

/// Filters and patches are processed in blocks of this size; arrays are padded to whole blocks,
/// vectors to `vector_step`.
inline constexpr int filter_block = 2, patch_block = 4, vector_step = 16;

[[nodiscard]] constexpr int round_up(int value, int step) {
  return (value + step - 1) / step * step;
}

/// sums[f * patch_count + p] = sum_k weights[f * length + k] * patches[p * length + k]. Values have
/// 8 bits, held in 16, so that the compiler can use multiply-add instructions. Counts and length
/// are multiples of the blocks above; sums must fit 32 bits.
void dot_products(const std::int16_t* weights, int filter_count, const std::int16_t* patches,
                  int patch_count, int length, std::int32_t* sums);

}  // namespace sd::integer
