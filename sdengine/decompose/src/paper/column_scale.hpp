// The factor that centres the logarithms of one column of Ce before it is projected.
#pragma once

#include <cstdint>

namespace sd::decompose {

/// 2^mean(round(log2|c|) - log2|c|) over `count` non-zero elements, from the product of their
/// mantissas, each in [sqrt(1/2), sqrt(2)): log2|c| differs from its rounded value by the logarithm
/// of that mantissa alone. The product is mantissa_product * 2^exponent. 1 for no elements.
/// Computed without the C library's logarithms, which may differ in the last bit between machines.
[[nodiscard]] double column_scale(double mantissa_product, std::int64_t exponent,
                                  std::int64_t count);

}  // namespace sd::decompose
