// One weight from its code and its basis column: the shift-and-add of docs/numerics.md.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// sum_j sign_j * (B[j] << (levels - 1 - e_j)); B[j] at column[j * stride].
[[nodiscard]] inline std::int32_t shifted_sum(std::span<const decompose::Coefficient> code,
                                              const std::int8_t* column, int stride, int levels) {
  std::int32_t sum = 0;
  for (std::size_t j = 0; j < code.size(); ++j) {
    if (code[j] == 0) continue;
    const std::int32_t term = std::int32_t{column[j * static_cast<std::size_t>(stride)]} *
                              (1 << (levels - 1 - decompose::exponent_of(code[j])));
    sum += code[j] < 0 ? -term : term;
  }
  return sum;
}

[[nodiscard]] inline std::int8_t rebuild_weight(std::span<const decompose::Coefficient> code,
                                                const std::int8_t* column, int stride, int levels,
                                                int shift) {
  const std::int64_t value = round_shift(shifted_sum(code, column, stride, levels), shift);
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, -128, 127));
}

}  // namespace sd::pack
