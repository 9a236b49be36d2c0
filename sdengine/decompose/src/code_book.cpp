#include "code_book.hpp"

#include <algorithm>

namespace sd::decompose {

namespace {

constexpr std::int64_t largest_book = 65536;

/// 0, 1, -1, 2, -2, ... so that a digit's first non-zero value is positive.
Coefficient digit_value(int digit) {
  const int magnitude = (digit + 1) / 2;
  return static_cast<Coefficient>(digit % 2 == 1 ? magnitude : -magnitude);
}

bool first_nonzero_is_negative(const std::vector<Coefficient>& code) {
  for (const Coefficient c : code)
    if (c != 0) return c < 0;
  return false;
}

}  // namespace

std::int64_t code_count(int rank, int levels) {
  std::int64_t count = 1;
  for (int j = 0; j < rank; ++j) {
    if (count > (std::int64_t{1} << 62) / (2 * levels + 1)) return std::int64_t{1} << 62;
    count *= 2 * levels + 1;
  }
  return count;
}

int enumerable_rank(int rank, int levels) {
  while (rank > 1 && code_count(rank, levels) > largest_book) --rank;
  return rank;
}

CodeBook::CodeBook(int rank_, int levels, RateModel rate) : rank(rank_) {
  const std::int64_t all = code_count(rank, levels);
  const int digits = 2 * levels + 1;
  std::vector<Coefficient> code(static_cast<std::size_t>(rank));
  for (std::int64_t number = 0; number < all; ++number) {
    std::int64_t rest = number;
    for (Coefficient& c : code) {
      c = digit_value(static_cast<int>(rest % digits));
      rest /= digits;
    }
    if (first_nonzero_is_negative(code)) continue;
    codes.insert(codes.end(), code.begin(), code.end());
    const auto zeros = std::count(code.begin(), code.end(), Coefficient{0});
    bits.push_back(
        static_cast<float>(row_bits(rate, rank, levels, rank - static_cast<int>(zeros))));
    ++size;
  }
  values.resize(codes.size());
  for (int k = 0; k < size; ++k)
    for (int j = 0; j < rank; ++j)
      values[static_cast<std::size_t>(j) * size + k] =
          value_of(codes[static_cast<std::size_t>(k) * rank + j]);
}

}  // namespace sd::decompose
