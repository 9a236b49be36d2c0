// The exact search against brute force over every code, both signs.
#include "nearest_code.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "random_weights.hpp"

namespace sd::decompose {
namespace {

double squared_distance(const RowBatch& rows, int row, const std::vector<int>& code,
                        const std::vector<float>& basis) {
  double sum = 0;
  for (int s = 0; s < rows.columns; ++s) {
    double difference = rows.at(row, s);
    for (std::size_t j = 0; j < code.size(); ++j)
      if (code[j] != 0)
        difference -=
            std::copysign(std::ldexp(1.0, 1 - std::abs(code[j])), code[j]) *
            basis[j * static_cast<std::size_t>(rows.columns) + static_cast<std::size_t>(s)];
    sum += difference * difference;
  }
  return sum;
}

/// The least squared distance over all (2 * levels + 1)^rank codes, counted through like an
/// odometer.
double brute_force(const RowBatch& rows, int row, int rank, int levels,
                   const std::vector<float>& basis) {
  std::vector<int> code(static_cast<std::size_t>(rank), -levels);
  double least = squared_distance(rows, row, code, basis);
  for (;;) {
    std::size_t j = 0;
    while (j < code.size() && code[j] == levels) code[j++] = -levels;
    if (j == code.size()) return least;
    ++code[j];
    least = std::min(least, squared_distance(rows, row, code, basis));
  }
}

TEST(NearestCode, IsTheBestOfAllCodes) {
  struct Case {
    int rank, levels, columns;
  };
  for (const auto [rank, levels, columns] :
       {Case{1, 1, 1}, Case{1, 7, 3}, Case{2, 3, 2}, Case{3, 7, 3}, Case{4, 3, 3}, Case{4, 2, 5},
        Case{5, 2, 7}, Case{3, 3, 4}, Case{3, 2, 6}, Case{2, 15, 9}}) {
    const auto seed = static_cast<std::uint64_t>(100 * rank + 10 * levels + columns);
    const auto values = testing::random_values(static_cast<std::size_t>(19 * columns), seed);
    const auto basis = testing::random_values(static_cast<std::size_t>(rank * columns), seed + 1);
    RowBatch rows(19, columns);
    for (int i = 0; i < rows.rows; ++i)
      for (int s = 0; s < columns; ++s)
        rows.at(i, s) = values[static_cast<std::size_t>(i * columns + s)];
    std::vector<Coefficient> codes;
    nearest_codes(rows, CodeBook(rank, levels), basis.data(), 0, codes);
    ASSERT_EQ(codes.size(), static_cast<std::size_t>(19 * rank));
    for (int i = 0; i < rows.rows; ++i) {
      const std::vector<int> code(codes.begin() + i * rank, codes.begin() + (i + 1) * rank);
      for (const int c : code) EXPECT_LE(std::abs(c), levels);
      // The comparison is in float32: two codes closer than that are equally good.
      EXPECT_LE(squared_distance(rows, i, code, basis),
                brute_force(rows, i, rank, levels, basis) + 1e-5)
          << "rank " << rank << " levels " << levels << " columns " << columns << " row " << i;
    }
  }
}

TEST(NearestCode, RowOfZerosGetsTheZeroCodeEvenWithABasisOfZeros) {
  RowBatch rows(3, 2);
  rows.at(1, 0) = 1;
  std::vector<Coefficient> codes;
  for (const std::vector<float>& basis : {std::vector<float>{1, 0, 0, 1}, std::vector<float>(4)}) {
    nearest_codes(rows, CodeBook(2, 3), basis.data(), 0, codes);
    EXPECT_EQ(codes[0], 0);
    EXPECT_EQ(codes[1], 0);
    EXPECT_EQ(codes[4], 0);
    EXPECT_EQ(codes[5], 0);
  }
}

TEST(CodeBook, HoldsOneOfEachPairOfOppositeCodes) {
  for (const auto& [rank, levels] : {std::pair{1, 3}, std::pair{3, 2}, std::pair{4, 3}}) {
    const CodeBook book(rank, levels);
    EXPECT_EQ(book.size, (code_count(rank, levels) + 1) / 2);
    std::set<std::vector<int>> seen;
    for (int k = 0; k < book.size; ++k) {
      std::vector<int> code(book.codes.begin() + k * rank, book.codes.begin() + (k + 1) * rank);
      EXPECT_TRUE(seen.insert(code).second);
      const bool zero = std::all_of(code.begin(), code.end(), [](int c) { return c == 0; });
      EXPECT_EQ(zero, k == 0);
      for (int& c : code) c = -c;
      EXPECT_EQ(seen.contains(code), zero);
      for (int j = 0; j < rank; ++j)
        EXPECT_EQ(book.values[static_cast<std::size_t>(j * book.size + k)],
                  value_of(book.codes[static_cast<std::size_t>(k * rank + j)]));
    }
  }
}

TEST(CodeBook, CountsSaturateAndTheEnumerableRankIsWhatTheHeaderSays) {
  EXPECT_EQ(code_count(4, 3), 2401);
  EXPECT_EQ(code_count(16, 15), std::int64_t{1} << 62);
  EXPECT_EQ(enumerable_rank(4, 6), 4);
  EXPECT_EQ(enumerable_rank(4, 7), 4);
  EXPECT_EQ(enumerable_rank(4, 8), 3);
  EXPECT_EQ(enumerable_rank(5, 4), 5);
  EXPECT_EQ(enumerable_rank(5, 3), 5);
  EXPECT_EQ(enumerable_rank(6, 3), 5);
  EXPECT_EQ(enumerable_rank(3, 15), 3);
}

}  // namespace
}  // namespace sd::decompose
