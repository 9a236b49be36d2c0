#include "sdengine/decompose/rate.hpp"

#include <bit>

#include "sdengine/decompose/decomposition.hpp"

namespace sd::decompose {

int row_bits(RateModel model, int rank, int levels, int nonzeros) {
  if (model == RateModel::packed) return 1 + (nonzeros > 0 ? rank * code_bits(levels) : 0);
  const int magnitude_bits = static_cast<int>(std::bit_width(static_cast<unsigned>(levels - 1)));
  return rank + nonzeros * (1 + magnitude_bits);
}

}  // namespace sd::decompose
