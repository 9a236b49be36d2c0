#include "sdengine/decompose/fit.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <stdexcept>

#include "random_weights.hpp"

namespace sd::decompose {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

double objective_of(const std::vector<float>& matrix, int columns, const Fit& fit) {
  const std::size_t n = static_cast<std::size_t>(columns);
  const std::size_t rows = matrix.size() / n;
  const std::size_t rank = fit.basis.size() / n;
  double sum = 0;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t s = 0; s < n; ++s) {
      double difference = matrix[i * n + s];
      for (std::size_t j = 0; j < rank; ++j)
        difference -=
            static_cast<double>(value_of(fit.coefficients[i * rank + j])) * fit.basis[j * n + s];
      sum += difference * difference;
    }
  return sum;
}

double energy_of(const std::vector<float>& values) {
  double sum = 0;
  for (const float x : values) sum += static_cast<double>(x) * x;
  return sum;
}

TEST(Fit, ObjectiveNeverRisesAndIsThatOfItsOwnCodesAndBasis) {
  struct Case {
    int rows, columns, rank, levels;
  };
  std::uint64_t seed = 0;
  for (const auto [rows, columns, rank, levels] :
       {Case{48, 3, 4, 3}, Case{192, 3, 3, 7}, Case{5, 3, 4, 3}, Case{1, 3, 4, 3},
        Case{30, 5, 2, 3}, Case{64, 1, 3, 2}, Case{40, 3, 6, 3}, Case{20, 7, 9, 4}}) {
    const auto matrix =
        testing::random_values(static_cast<std::size_t>(rows * columns), ++seed, 0.3F);
    Settings settings;
    settings.rank = rank;
    settings.levels = levels;
    settings.hops = 3;
    settings.tolerance = 0;
    settings.max_iterations = 40;
    const Fit fit = fit_matrix(matrix, columns, settings);
    ASSERT_GE(fit.trace.size(), 2U);
    for (std::size_t k = 1; k < fit.trace.size(); ++k)
      EXPECT_LE(fit.trace[k], fit.trace[k - 1]) << "rank " << rank;
    EXPECT_DOUBLE_EQ(fit.trace.back(), fit.objective);
    EXPECT_NEAR(fit.trace.front(), energy_of(matrix), 1e-6 * energy_of(matrix));
    EXPECT_NEAR(fit.objective, objective_of(matrix, columns, fit), 1e-9 * energy_of(matrix));
    for (const Coefficient c : fit.coefficients) EXPECT_LE(std::abs(c), levels);
  }
}

TEST(Fit, MoreWorkIsNeverWorse) {
  const auto matrix = testing::random_values(96 * 3, 11);
  Settings settings;
  double before = energy_of(matrix);
  for (const int hops : {0, 2, 8, 32}) {
    settings.hops = hops;  // the hops of a smaller number are the first ones of a larger one
    const double objective = fit_matrix(matrix, 3, settings).objective;
    EXPECT_LE(objective, before);
    before = objective;
  }
}

TEST(Fit, AMatrixThatIsAProductIsRecovered) {
  // No more different rows than the rank: one basis row each.
  const std::vector<float> different{0.7F,  -0.2F, 0.1F, 0.3F, 0.9F, -0.4F,
                                     -0.1F, 0.2F,  0.8F, 0.5F, 0.5F, 0.6F};
  std::vector<float> matrix;
  for (int i = 0; i < 40; ++i)
    for (int s = 0; s < 3; ++s)
      matrix.push_back(std::ldexp(different[static_cast<std::size_t>((i % 4) * 3 + s)], -(i % 3)) *
                       (i % 5 < 2 ? -1.0F : 1.0F));
  EXPECT_LT(fit_matrix(matrix, 3, Settings{}).objective, 1e-10 * energy_of(matrix));
}

TEST(Fit, RankDeficientAndTinyMatricesAreFine) {
  for (const int columns : {1, 3, 5}) {
    std::vector<float> matrix;  // rank 1
    for (int i = 0; i < 30; ++i)
      for (int s = 0; s < columns; ++s)
        matrix.push_back(static_cast<float>((i - 13) * (s + 1)) * 0.01F);
    const Fit fit = fit_matrix(matrix, columns, Settings{});
    EXPECT_LT(fit.objective, 2e-3 * energy_of(matrix));
    for (const float b : fit.basis) EXPECT_TRUE(std::isfinite(b));
  }
  const Fit one = fit_matrix(std::vector<float>{0.3F, -0.1F, 0.7F}, 3, Settings{});
  EXPECT_LT(one.objective, 1e-12);
  EXPECT_TRUE(fit_matrix({}, 3, Settings{}).coefficients.empty());
}

TEST(Fit, RowsOfZerosKeepZeroCoefficients) {
  for (const int rank : {3, 7}) {  // an exhaustive book, and one searched in blocks
    auto matrix = testing::random_values(60 * 3, 21);
    for (int i = 0; i < 60; i += 4)
      std::fill_n(matrix.begin() + i * 3, 3, i % 8 == 0 ? 0.0F : -0.0F);
    Settings settings;
    settings.rank = rank;
    settings.hops = 2;
    const Fit fit = fit_matrix(matrix, 3, settings);
    for (int i = 0; i < 60; i += 4)
      for (int j = 0; j < rank; ++j)
        EXPECT_EQ(fit.coefficients[static_cast<std::size_t>(i * rank + j)], 0);
  }
  const Fit zero = fit_matrix(std::vector<float>(12), 3, Settings{});
  EXPECT_EQ(zero.objective, 0);
  EXPECT_THAT(zero.coefficients, ::testing::Each(0));
  EXPECT_THAT(zero.basis, ::testing::Each(0.0F));
}

TEST(Fit, ScalingByAPowerOfTwoScalesTheBasisAlone) {
  const auto matrix = testing::random_values(48 * 3, 31);
  const Fit fit = fit_matrix(matrix, 3, Settings{});
  for (const int exponent : {-40, -3, 5, 60}) {
    auto scaled = matrix;
    for (float& x : scaled) x = std::ldexp(x, exponent);
    const Fit other = fit_matrix(scaled, 3, Settings{});
    EXPECT_EQ(other.coefficients, fit.coefficients);
    for (std::size_t k = 0; k < fit.basis.size(); ++k)
      EXPECT_EQ(other.basis[k], std::ldexp(fit.basis[k], exponent));
    EXPECT_DOUBLE_EQ(other.objective, std::ldexp(fit.objective, 2 * exponent));
  }
}

TEST(Fit, SeedDecidesTheResult) {
  const auto matrix = testing::random_values(192 * 3, 41);
  Settings settings;
  const Fit a = fit_matrix(matrix, 3, settings);
  const Fit b = fit_matrix(matrix, 3, settings);
  EXPECT_EQ(a.coefficients, b.coefficients);
  EXPECT_EQ(a.basis, b.basis);
  settings.seed = 2;
  EXPECT_NE(fit_matrix(matrix, 3, settings).basis, a.basis);
}

TEST(Fit, RefusesAMatrixWithoutWholeRows) {
  const std::vector<float> seven(7);
  EXPECT_THAT([&] { (void)fit_matrix(seven, 3, Settings{}); },
              ThrowsMessage<std::invalid_argument>(
                  HasSubstr("a matrix of 7 elements has no whole number of rows of 3")));
  EXPECT_THAT([&] { (void)fit_matrix(seven, 0, Settings{}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("rows of 0")));
}

}  // namespace
}  // namespace sd::decompose
