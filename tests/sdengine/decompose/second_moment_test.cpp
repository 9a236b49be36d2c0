#include "sdengine/decompose/second_moment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <cmath>
#include <limits>

#include "correlated_inputs.hpp"
#include "matrix_update.hpp"
#include "random_weights.hpp"

namespace sd::decompose {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::vector<double> wide(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

TEST(MatrixUpdate, EqualsTheDefinitionBitForBitInBothForms) {
  for (const auto& [rows, columns, depth] :
       {std::array{1, 1, 1}, {5, 8, 3}, {7, 13, 300}, {11, 24, 257}, {3, 7, 1}, {4, 9, 0}}) {
    const auto a = wide(testing::random_values(static_cast<std::size_t>(rows) * depth, 1));
    const auto b = wide(testing::random_values(static_cast<std::size_t>(depth) * columns, 2));
    const auto start = wide(testing::random_values(static_cast<std::size_t>(rows) * columns, 3));
    std::vector<double> expected = start;
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < columns; ++j)
        for (int k = 0; k < depth; ++k)
          expected[static_cast<std::size_t>(i * columns + j)] -=
              a[static_cast<std::size_t>(i * depth + k)] *
              b[static_cast<std::size_t>(k * columns + j)];
    std::vector<double> fast = start;
    subtract_product({fast.data(), columns}, {a.data(), depth}, {b.data(), columns}, rows, columns,
                     depth);
    std::vector<double> portable = start;
    subtract_product_portable({portable.data(), columns}, {a.data(), depth}, {b.data(), columns},
                              rows, columns, depth);
    EXPECT_EQ(fast, expected);
    EXPECT_EQ(portable, expected);
  }
}

TEST(SecondMoment, SumsProductsAndMeans) {
  SecondMoment moment = empty_moment(2);
  add_samples(moment, std::vector<float>{1, 2, 3, -1});
  EXPECT_EQ(moment.matrix, (std::vector<double>{10, -1, -1, 5}));
  EXPECT_EQ(moment.mean, (std::vector<double>{2, 0.5}));
  EXPECT_EQ(moment.samples, 2);
}

TEST(SecondMoment, BatchesAndThreadsDoNotShow) {
  constexpr int dimension = 90;
  const auto patches = testing::correlated_patches(700, dimension, 5);
  SecondMoment whole = empty_moment(dimension);
  add_samples(whole, patches);
  SecondMoment parts = empty_moment(dimension);
  {
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    const auto cut = std::size_t{333} * dimension;
    add_samples(parts, std::span(patches).first(cut));
    add_samples(parts, std::span(patches).subspan(cut));
  }
  EXPECT_EQ(whole.matrix, parts.matrix);
  EXPECT_EQ(whole.samples, parts.samples);
  for (std::size_t j = 0; j < whole.mean.size(); ++j)
    EXPECT_NEAR(whole.mean[j], parts.mean[j], 1e-12);
}

TEST(SecondMoment, CentredIsTheMomentOfTheDifferencesFromTheMean) {
  constexpr int dimension = 7;
  auto patches = testing::correlated_patches(64, dimension, 6);
  SecondMoment moment = empty_moment(dimension);
  add_samples(moment, patches);
  for (std::size_t i = 0; i < patches.size(); ++i)
    patches[i] -= static_cast<float>(moment.mean[i % dimension]);
  SecondMoment expected = empty_moment(dimension);
  add_samples(expected, patches);
  const SecondMoment got = centred(moment);
  for (std::size_t i = 0; i < got.matrix.size(); ++i)
    EXPECT_NEAR(got.matrix[i], expected.matrix[i], 1e-5);
  EXPECT_EQ(got.mean, std::vector<double>(dimension));
}

/// U' U (H / samples + damping mean(diagonal) I) is the identity, and U is upper triangular.
void expect_inverse(const SecondMoment& moment, double damping, double tolerance) {
  const auto n = static_cast<std::size_t>(moment.dimension);
  const auto factor = inverse_factor(moment, damping);
  std::vector<double> damped = moment.matrix;
  double mean = 0;
  for (std::size_t j = 0; j < n; ++j) mean += moment.matrix[j * n + j];
  for (double& value : damped) value /= static_cast<double>(moment.samples);
  mean /= static_cast<double>(moment.samples) * static_cast<double>(n);
  for (std::size_t j = 0; j < n; ++j) damped[j * n + j] += damping * mean;
  std::vector<double> product(n * n);  // U H
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = i; k < n; ++k)
      for (std::size_t j = 0; j < n; ++j)
        product[i * n + j] += factor[i * n + k] * damped[k * n + j];
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<double> row(n);
    for (std::size_t k = 0; k <= i; ++k)
      for (std::size_t j = 0; j < n; ++j) row[j] += factor[k * n + i] * product[k * n + j];
    for (std::size_t j = 0; j < n; ++j)
      worst = std::max(worst, std::fabs(row[j] - (i == j ? 1.0 : 0.0)));
    for (std::size_t j = 0; j < i; ++j) ASSERT_EQ(factor[i * n + j], 0.0) << i << " " << j;
    ASSERT_GT(factor[i * n + i], 0.0);
  }
  EXPECT_LT(worst, tolerance) << "dimension " << n;
}

TEST(InverseFactor, IsTheCholeskyFactorOfTheDampedInverse) {
  for (const int dimension : {1, 2, 9, 95, 96, 97, 137, 250})
    expect_inverse(testing::correlated_moment(dimension, 11), 0.01, 1e-9);
  expect_inverse(testing::correlated_moment(64, 12), 0.0, 1e-8);
}

TEST(InverseFactor, FewerSamplesThanInputsNeedDamping) {
  const SecondMoment moment = testing::correlated_moment(150, 13, 20);
  expect_inverse(moment, 1e-4, 1e-7);
  EXPECT_THAT([&] { (void)inverse_factor(moment, 0.0); },
              ThrowsMessage<std::invalid_argument>(
                  HasSubstr("dimension 150 from 20 samples is not positive definite with damping "
                            "0; use a larger damping or more samples")));
}

TEST(InverseFactor, DeadInputsTouchNoOther) {
  constexpr int dimension = 12;
  auto patches = testing::correlated_patches(60, dimension, 14);
  for (std::size_t i = 0; i < patches.size(); ++i)
    if (i % dimension == 3 || i % dimension == 11) patches[i] = 0;
  SecondMoment moment = empty_moment(dimension);
  add_samples(moment, patches);
  expect_inverse(moment, 0.01, 1e-9);
  for (const double damping : {0.0, 0.01}) {
    const auto factor = inverse_factor(moment, damping);
    for (std::size_t j = 0; j < dimension; ++j) {
      if (j != 3) {
        EXPECT_EQ(factor[3 * dimension + j], 0.0);
        EXPECT_EQ(factor[j * dimension + 3], 0.0);
      }
    }
    EXPECT_TRUE(std::isfinite(factor[11 * dimension + 11]));
  }
  EXPECT_EQ(inverse_factor(moment, 0.0)[3 * dimension + 3], 1.0);
  SecondMoment silent = empty_moment(2);
  add_samples(silent, std::vector<float>{0, 0});
  EXPECT_EQ(inverse_factor(silent, 0.01), (std::vector<double>{1, 0, 0, 1}));
}

TEST(InverseFactor, TheNumberOfThreadsDoesNotShow) {
  const SecondMoment moment = testing::correlated_moment(300, 15);
  const auto many = inverse_factor(moment, 0.01);
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  EXPECT_EQ(inverse_factor(moment, 0.01), many);
}

TEST(OutputError, IsTheErrorOfTheOutputsThemselves) {
  const WeightShape shape{4, 2, 3, 3, false};
  const auto weights = testing::random_weights(shape, 1);
  auto stored = weights;
  for (std::size_t i = 0; i < stored.size(); i += 3) stored[i] *= 0.9F;
  std::vector<SecondMoment> moments;
  double error = 0;
  double energy = 0;
  for (std::size_t g = 0; g < 2; ++g) {
    const auto patches = testing::correlated_patches(50, 18, 20 + g);
    moments.push_back(empty_moment(18));
    add_samples(moments.back(), patches);
    for (std::size_t m = 2 * g; m < 2 * g + 2; ++m)
      for (std::size_t k = 0; k < 50; ++k) {
        double before = 0;
        double after = 0;
        for (std::size_t j = 0; j < 18; ++j) {
          before += static_cast<double>(weights[m * 18 + j]) * patches[k * 18 + j];
          after += static_cast<double>(stored[m * 18 + j]) * patches[k * 18 + j];
        }
        error += (before - after) * (before - after);
        energy += before * before;
      }
  }
  EXPECT_NEAR(output_error(weights, stored, shape, moments), std::sqrt(error / energy), 1e-9);
  EXPECT_EQ(output_error(weights, weights, shape, moments), 0.0);
}

TEST(SecondMoment, ErrorsSayWhatIsWrong) {
  const auto message = [](const char* text) {
    return ThrowsMessage<std::invalid_argument>(HasSubstr(text));
  };
  EXPECT_THAT([] { (void)empty_moment(0); }, message("is 0; it must be at least 1"));
  SecondMoment moment = empty_moment(3);
  EXPECT_THAT([&] { add_samples(moment, std::vector<float>(7)); },
              message("7 values are not whole input patches of 3 values"));
  EXPECT_THAT(
      [&] {
        add_samples(moment,
                    std::vector<float>{0, 0, 0, 0, std::numeric_limits<float>::infinity(), 0});
      },
      message("input patch 1 holds inf; inputs must be finite"));
  EXPECT_THAT([&] { (void)inverse_factor(moment, 0.01); },
              message("the second moment of group 0 has no samples"));
  add_samples(moment, std::vector<float>{1, 2, 3});
  EXPECT_THAT([&] { (void)inverse_factor(moment, -1); },
              message("damping is -1; it must be finite and not negative"));
  EXPECT_THAT(
      [&] {
        require_fits({}, {4, 3, 1, 1, false});
      },
      message("there are 0 second moments for 4 filters"));
  const std::vector<SecondMoment> three(3, moment);
  EXPECT_THAT(
      [&] {
        require_fits(three, {4, 3, 1, 1, false});
      },
      message("there are 3 second moments for 4 filters"));
  EXPECT_THAT(
      [&] {
        require_fits({&moment, 1}, {4, 1, 2, 2, false});
      },
      message("group 0 has dimension 3, 9 elements and 3 means; filters of 4 weights need "
              "4, 16 and 4"));
  const std::vector<float> weights(12);
  EXPECT_THAT(
      [&] {
        (void)output_error(weights, std::vector<float>(11), {4, 3, 1, 1, false}, {&moment, 1});
      },
      message("there are 12 and 11 weights; the shape says 12"));
}

}  // namespace
}  // namespace sd::decompose
