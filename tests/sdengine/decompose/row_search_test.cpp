#include "row_search.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sd::decompose {
namespace {

struct Problem {
  std::vector<float> basis;
  std::vector<double> metric, moment;
  double price = 0;
};

Problem random_problem(int rank, int columns, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  Problem p;
  for (int k = 0; k < rank * columns; ++k) p.basis.push_back(static_cast<float>(normal(random)));
  std::vector<double> root(static_cast<std::size_t>(columns * columns));
  for (double& x : root) x = normal(random);
  for (int a = 0; a < columns; ++a) {
    p.moment.push_back(2 * normal(random));
    for (int b = 0; b < columns; ++b) {
      double sum = a == b ? 0.1 : 0.0;
      for (int k = 0; k < columns; ++k)
        sum += root[static_cast<std::size_t>(a * columns + k)] *
               root[static_cast<std::size_t>(b * columns + k)];
      p.metric.push_back(sum);
    }
  }
  p.price = std::uniform_real_distribution<double>(0, 0.2)(random);
  return p;
}

double cost(const Problem& p, const CodeBook& book, int columns, int code, bool negative) {
  std::vector<double> v(static_cast<std::size_t>(columns));
  for (int s = 0; s < columns; ++s)
    for (int j = 0; j < book.rank; ++j)
      v[static_cast<std::size_t>(s)] +=
          (negative ? -1.0 : 1.0) *
          static_cast<double>(book.values[static_cast<std::size_t>(j * book.size + code)]) *
          static_cast<double>(p.basis[static_cast<std::size_t>(j * columns + s)]);
  double sum = p.price * static_cast<double>(book.bits[static_cast<std::size_t>(code)]);
  for (int a = 0; a < columns; ++a) {
    sum -= 2 * p.moment[static_cast<std::size_t>(a)] * v[static_cast<std::size_t>(a)];
    for (int b = 0; b < columns; ++b)
      sum += v[static_cast<std::size_t>(a)] * p.metric[static_cast<std::size_t>(a * columns + b)] *
             v[static_cast<std::size_t>(b)];
  }
  return sum;
}

TEST(RowSearch, FindsWhatBruteForceFinds) {
  std::mt19937_64 random(7);
  for (const auto& [rank, levels, columns] :
       {std::array{1, 1, 1}, {2, 3, 2}, {3, 2, 3}, {4, 2, 3}, {2, 4, 5}, {3, 1, 7}, {3, 3, 4}}) {
    const CodeBook book(rank, levels);
    for (int trial = 0; trial < 20; ++trial) {
      const Problem p = random_problem(rank, columns, random);
      RowSearch search(book, columns);
      search.set_basis(p.basis.data());
      const SignedCode found = search.best(p.metric.data(), p.moment.data(), p.price);
      double least = 0;
      for (int k = 0; k < book.size; ++k)
        for (const bool negative : {false, true})
          least = std::min(least, cost(p, book, columns, k, negative) -
                                      p.price * static_cast<double>(book.bits[0]));
      const double reached = cost(p, book, columns, found.code, found.negative) -
                             p.price * static_cast<double>(book.bits[0]);
      EXPECT_NEAR(reached, least, 1e-4 * (1 + std::fabs(least)))
          << rank << " " << levels << " " << columns;
    }
  }
}

TEST(RowSearch, ZeroTargetGetsTheZeroCode) {
  const CodeBook book(3, 2);
  RowSearch search(book, 3);
  const std::vector<float> basis = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  search.set_basis(basis.data());
  const std::vector<double> metric = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  const std::vector<double> nothing(3);
  EXPECT_EQ(search.best(metric.data(), nothing.data(), 0), SignedCode{});
  EXPECT_EQ(search.best(metric.data(), nothing.data(), 0.5), SignedCode{});
}

}  // namespace
}  // namespace sd::decompose
