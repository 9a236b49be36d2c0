#include "dot_products.hpp"

#include <cstddef>

#include "multiversion.hpp"

namespace sd::integer {

namespace {

/// Two filters times four patches: eight sums stay in registers, and each loaded vector is used two
/// or four times.
__attribute__((always_inline)) inline void block(const std::int16_t* w, const std::int16_t* x,
                                                 int steps, std::int32_t* sums, int patch_count) {
  const int length = steps * vector_step;
  const std::int16_t* const w0 = w;
  const std::int16_t* const w1 = w + length;
  const std::int16_t* const x0 = x;
  const std::int16_t* const x1 = x + length;
  const std::int16_t* const x2 = x + 2 * length;
  const std::int16_t* const x3 = x + 3 * length;
  std::int32_t s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  for (int k = 0; k < length; ++k) {
    s00 += w0[k] * x0[k];
    s01 += w0[k] * x1[k];
    s02 += w0[k] * x2[k];
    s03 += w0[k] * x3[k];
    s10 += w1[k] * x0[k];
    s11 += w1[k] * x1[k];
    s12 += w1[k] * x2[k];
    s13 += w1[k] * x3[k];
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[patch_count] = s10;
  sums[patch_count + 1] = s11;
  sums[patch_count + 2] = s12;
  sums[patch_count + 3] = s13;
}

}  // namespace

SD_MULTIVERSION void dot_products(const std::int16_t* weights, int filter_count,
                                  const std::int16_t* patches, int patch_count, int length,
                                  std::int32_t* sums) {
  static_assert(filter_block == 2 && patch_block == 4);
  const auto stride = static_cast<std::ptrdiff_t>(length);
  for (int p = 0; p < patch_count; p += patch_block)
    for (int f = 0; f < filter_count; f += filter_block)
      block(weights + f * stride, patches + p * stride, length / vector_step,
            sums + static_cast<std::ptrdiff_t>(f) * patch_count + p, patch_count);
}

}  // namespace sd::integer
