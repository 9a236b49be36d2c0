// Every code that one row of Ce can have, up to sign.
#pragma once

#include <cstdint>
#include <vector>

#include "sdengine/decompose/decomposition.hpp"
#include "sdengine/decompose/rate.hpp"

namespace sd::decompose {

/// Codes of `rank` coefficients come in pairs +-c that reach the points +-c*B; the book holds one
/// of each pair, and the zero code first: ((2*levels+1)^rank + 1) / 2 codes.
struct CodeBook {
  int rank = 0;
  int size = 0;
  std::vector<Coefficient> codes;  ///< [size][rank]
  std::vector<float> values;       ///< [rank][size]: the same as numbers
  std::vector<float> bits;         ///< [size]: row_bits()

  CodeBook(int rank, int levels, RateModel rate = RateModel::reference);
};

/// Codes of `rank` coefficients with both signs counted; saturates at 2^62.
[[nodiscard]] std::int64_t code_count(int rank, int levels);

/// The largest number of coefficients whose codes are still enumerated together (at least 1).
[[nodiscard]] int enumerable_rank(int rank, int levels);

}  // namespace sd::decompose
