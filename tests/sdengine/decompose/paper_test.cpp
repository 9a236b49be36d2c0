#include "sdengine/decompose/paper.hpp"

#include <gmock/gmock.h>
#include <tbb/global_control.h>

#include <bit>
#include <cmath>
#include <limits>

#include "random_weights.hpp"

namespace sd::decompose {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using testing::random_values;
using testing::random_weights;
using ::testing::ThrowsMessage;

std::vector<double> random_matrix(int rows, int columns, std::uint64_t seed, float scale = 0.3F) {
  const auto values = random_values(static_cast<std::size_t>(rows * columns), seed, scale);
  return {values.begin(), values.end()};
}

bool is_power_of_two(double value) {
  int exponent = 0;
  return std::frexp(std::fabs(value), &exponent) == 0.5;
}

double relative_error(const std::vector<float>& rebuilt, const std::vector<float>& weights) {
  double error = 0;
  double energy = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = static_cast<double>(weights[i]) - rebuilt[i];
    error += difference * difference;
    energy += static_cast<double>(weights[i]) * weights[i];
  }
  return std::sqrt(error / energy);
}

std::vector<float> rebuilt_weights(const PaperDecomposition& result) {
  return from_matrices(result.layer.rebuild(), result.layer.shape, result.layer.layout);
}

// --- Defects of the public code that must be absent.

TEST(PaperDefects, AnAllZeroColumnWithScalingEnds) {
  auto matrix = random_matrix(48, 3, 1);
  for (std::size_t i = 1; i < matrix.size(); i += 3) matrix[i] = 0;
  PaperSettings settings;
  settings.scale = true;
  const PaperFit fit = fit_matrix_paper(matrix, 3, settings);
  EXPECT_EQ(fit.restarts, 0);
  for (std::size_t i = 1; i < matrix.size(); i += 3) EXPECT_EQ(fit.coefficients[i], 0);
  EXPECT_LT(fit.error, 0.4);

  const PaperFit zero = fit_matrix_paper(std::vector<double>(30), 3, settings);
  EXPECT_THAT(zero.coefficients, Each(0.0));
  EXPECT_THAT(zero.basis, Each(0.0));
}

TEST(PaperDefects, AColumnThatNoThresholdKeepsEndsToo) {
  auto matrix = random_matrix(48, 3, 2);
  for (std::size_t i = 2; i < matrix.size(); i += 3) matrix[i] *= 1e-25;
  PaperSettings settings;
  settings.scale = true;
  const PaperFit fit = fit_matrix_paper(matrix, 3, settings);
  EXPECT_GT(fit.restarts, 0);
  EXPECT_TRUE(std::isfinite(fit.error));
}

TEST(PaperDefects, IternumOneWithScalingWorks) {
  const auto matrix = random_matrix(48, 3, 3);
  PaperSettings settings;
  settings.iternum = 1;
  settings.scale = true;
  const PaperFit fit = fit_matrix_paper(matrix, 3, settings);
  EXPECT_EQ(fit.passes, 0);
  EXPECT_LT(fit.error, 0.3 * std::sqrt(48 * 3) * 0.3);
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    EXPECT_TRUE(is_power_of_two(fit.coefficients[i]));
    EXPECT_GE(fit.coefficients[i] * matrix[i], 0);
  }
}

/// Every row is decomposed: none is worse than the code's error floor allows.
void expect_all_rows(const WeightShape& shape, int slices) {
  SCOPED_TRACE(std::to_string(shape.channels) + " channels");
  const auto weights = random_weights(shape, 7, 0.5F);
  const PaperDecomposition result = decompose_paper(weights, shape, {});
  EXPECT_EQ(result.layer.layout.slices(), slices);
  EXPECT_LE(result.layer.layout.slice_rows, 64 * result.layer.layout.columns);
  EXPECT_LT(result.layer.relative_error, 0.25);
  EXPECT_NEAR(result.layer.relative_error, relative_error(rebuilt_weights(result), weights), 1e-6);
  const auto rebuilt = result.layer.rebuild();
  const auto matrices = to_matrices(weights, shape, result.layer.layout);
  const auto columns = static_cast<std::size_t>(result.layer.layout.columns);
  for (std::size_t row = 0; row < matrices.size() / columns; ++row) {
    double error = 0;
    double energy = 0;
    for (std::size_t s = row * columns; s < (row + 1) * columns; ++s) {
      error += std::pow(static_cast<double>(matrices[s]) - rebuilt[s], 2);
      energy += std::pow(static_cast<double>(matrices[s]), 2);
    }
    EXPECT_LT(error, 0.4 * energy + 0.004) << "row " << row;
  }
}

TEST(PaperDefects, NoRowsAreDroppedOf1638) {
  expect_all_rows({1, 546, 3, 3, false}, 9);
  EXPECT_EQ(paper_slice_rows(1638, 3), 182);
}

TEST(PaperDefects, PrimeRowCountsAreCut) {
  expect_all_rows({2, 3 * 211, 1, 1, false}, 2);
  expect_all_rows({1, 3 * 1637, 1, 1, false}, 9);
  expect_all_rows({1, 3 * 191, 1, 1, false}, 1);
}

TEST(PaperDefects, NinetySixChannelsHaveOneSlicingRule) {
  expect_all_rows({2, 96, 3, 3, false}, 2);
  EXPECT_EQ(paper_slice_rows(288, 3), 144);
}

TEST(PaperDefects, NoWidthIsMissingFromATable) {
  for (int channels = 1; channels <= 131; channels += 3) {
    const WeightShape shape{2, channels, 1, 1, false};
    const auto weights = random_weights(shape, 11, 0.5F);
    const PaperDecomposition result = decompose_paper(weights, shape, {});
    EXPECT_EQ(result.layer.layout.rows, (channels + 2) / 3);
    EXPECT_LT(relative_error(rebuilt_weights(result), weights), 0.3) << channels;
  }
}

TEST(PaperDefects, KernelsOtherThan1And3AreDecomposed) {
  for (const WeightShape& shape : {WeightShape{3, 4, 5, 5, false}, WeightShape{2, 3, 7, 7, false},
                                   WeightShape{4, 6, 1, 3, false}, WeightShape{4, 9, 3, 1, false},
                                   WeightShape{2, 5, 2, 2, false}, WeightShape{4, 1, 3, 3, true}}) {
    const auto weights = random_weights(shape, 13, 0.5F);
    const PaperDecomposition result = decompose_paper(weights, shape, {});
    EXPECT_LT(relative_error(rebuilt_weights(result), weights), 0.3) << shape.kernel_width;
    EXPECT_EQ(result.layer.rank, shape.kernel_width > 1 ? shape.kernel_width : 3);
  }
}

TEST(PaperDefects, WhereTheSlicesAreEqualInThePublicCodeTheyAreTheSameHere) {
  for (const int rows : {9, 48, 192, 384, 768, 1536})
    EXPECT_EQ(paper_slice_rows(rows, 3), std::min(rows, 192));
}

// --- The form in which the result is kept.

TEST(Paper, LayerIsTheFitOfEachSlice) {
  for (const WeightShape& shape : testing::layer_kinds()) {
    PaperSettings settings;
    settings.group_size = 4;
    settings.threshold = 0.02;
    settings.levels = 127;
    const auto weights = random_weights(shape, 17, 0.5F);
    const PaperDecomposition result = decompose_paper(weights, shape, settings);
    const Decomposition& layer = result.layer;
    const auto matrices = to_matrices(weights, shape, layer.layout);
    const int n = layer.layout.columns;
    EXPECT_EQ(result.dropped, 0);
    for (int m = 0; m < layer.layout.filters; ++m)
      for (int slice = 0; slice < layer.layout.slices(); ++slice) {
        const std::size_t first =
            static_cast<std::size_t>(m * layer.layout.rows + layer.layout.slice_begin(slice)) * n;
        const std::size_t end =
            static_cast<std::size_t>(m * layer.layout.rows + layer.layout.slice_end(slice)) * n;
        const PaperFit fit = fit_matrix_paper(
            std::vector<double>(matrices.begin() + static_cast<std::ptrdiff_t>(first),
                                matrices.begin() + static_cast<std::ptrdiff_t>(end)),
            n, settings);
        const auto basis = static_cast<std::size_t>(layer.layout.basis_index(m, slice));
        for (std::size_t i = first; i < end; ++i) {
          const int power = result.top_power[basis * n + (i - first) % n];
          EXPECT_EQ(std::ldexp(value_of(layer.coefficients[i]), power),
                    fit.coefficients[i - first]);
        }
        for (std::size_t k = 0; k < fit.basis.size(); ++k)
          EXPECT_EQ(
              layer.basis[basis * n * n + k],
              std::ldexp(static_cast<float>(fit.basis[k]), result.top_power[basis * n + k / n]));
      }
    EXPECT_EQ(result.counts.nonzeros, counts_of(layer).nonzeros);
    EXPECT_EQ(result.counts.zero_rows, counts_of(layer).zero_rows);
    EXPECT_EQ(result.counts.basis_elements, static_cast<std::int64_t>(layer.basis.size()));
    EXPECT_NEAR(layer.relative_error, relative_error(rebuilt_weights(result), weights), 1e-6);
  }
}

TEST(Paper, PowersBeyondTheLevelsAreDroppedCountedAndMadeUpForByTheBasis) {
  const WeightShape shape{8, 16, 3, 3, false};
  const auto weights = random_weights(shape, 19, 0.5F);
  PaperSettings settings;
  settings.levels = 127;
  const PaperDecomposition all = decompose_paper(weights, shape, settings);
  EXPECT_EQ(all.dropped, 0);
  ASSERT_GT(all.layer.levels, 4);
  settings.levels = 4;
  const PaperDecomposition few = decompose_paper(weights, shape, settings);
  EXPECT_GT(few.dropped, 0);
  EXPECT_EQ(few.layer.levels, 4);
  EXPECT_EQ(few.counts.magnitudes, all.counts.magnitudes);
  EXPECT_EQ(counts_of(few.layer).nonzeros, few.counts.nonzeros - few.dropped);
  EXPECT_GT(few.layer.relative_error, 0.9 * all.layer.relative_error);
  EXPECT_NEAR(few.layer.relative_error, relative_error(rebuilt_weights(few), weights), 1e-6);
  // The bases are at their least squares: moving any entry makes the error larger.
  for (const std::size_t k : {0U, 4U, 17U, 40U, 71U}) {
    for (const float step : {-0.01F, 0.01F}) {
      PaperDecomposition moved = few;
      moved.layer.basis[k] += step;
      EXPECT_GT(relative_error(rebuilt_weights(moved), weights), few.layer.relative_error);
    }
  }
}

// --- Laws.

TEST(Paper, ThreadsDoNotShow) {
  const WeightShape shape{24, 96, 3, 3, false};
  const auto weights = random_weights(shape, 23, 0.5F);
  for (const bool scale : {false, true}) {
    PaperSettings settings;
    settings.scale = scale;
    std::vector<PaperDecomposition> results;
    for (const std::size_t threads : {1U, 2U, 5U}) {
      const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
      results.push_back(decompose_paper(weights, shape, settings));
    }
    for (const PaperDecomposition& other : results) {
      EXPECT_EQ(other.layer.coefficients, results[0].layer.coefficients);
      EXPECT_EQ(other.layer.basis, results[0].layer.basis);
      EXPECT_EQ(other.layer.relative_error, results[0].layer.relative_error);
      EXPECT_EQ(other.counts.magnitudes, results[0].counts.magnitudes);
    }
  }
}

TEST(Paper, PermutingFiltersPermutesResults) {
  const WeightShape shape{4, 8, 3, 3, false};
  const auto weights = random_weights(shape, 29, 0.5F);
  auto turned = weights;
  std::rotate(turned.begin(), turned.begin() + 72, turned.end());
  const PaperDecomposition a = decompose_paper(weights, shape, {});
  const PaperDecomposition b = decompose_paper(turned, shape, {});
  auto coefficients = a.layer.coefficients;
  std::rotate(coefficients.begin(), coefficients.begin() + 72, coefficients.end());
  EXPECT_EQ(b.layer.coefficients, coefficients);
  auto basis = a.layer.basis;
  std::rotate(basis.begin(), basis.begin() + 9, basis.end());
  EXPECT_EQ(b.layer.basis, basis);
}

TEST(Paper, ScalingWeightsAndThresholdsByAPowerOfTwoScalesCeAlone) {
  const auto matrix = random_matrix(96, 3, 31);
  for (const bool scale : {false, true}) {
    PaperSettings settings;
    settings.threshold = 0.02;
    settings.threshold_row = true;
    settings.scale = scale;
    settings.tol = 0;
    const PaperFit fit = fit_matrix_paper(matrix, 3, settings);
    for (const int power : {-9, 12}) {
      auto scaled = matrix;
      for (double& x : scaled) x = std::ldexp(x, power);
      PaperSettings other = settings;
      other.threshold = std::ldexp(settings.threshold, power);
      other.max_c = std::ldexp(settings.max_c, power);
      const PaperFit moved = fit_matrix_paper(scaled, 3, other);
      EXPECT_EQ(moved.basis, fit.basis);
      for (std::size_t i = 0; i < matrix.size(); ++i)
        EXPECT_EQ(moved.coefficients[i], std::ldexp(fit.coefficients[i], power));
    }
  }
}

TEST(Paper, SinglePrecisionRoundsTheBasisAfterEverySolve) {
  const auto matrix = random_matrix(60, 3, 37);
  PaperSettings settings;
  const PaperFit rounded = fit_matrix_paper(matrix, 3, settings);
  for (const double b : rounded.basis)  // the 29 bits that a float has no room for
    EXPECT_EQ(std::bit_cast<std::uint64_t>(b) & 0x1fffffff, 0U);
  settings.single_precision = false;
  const PaperFit exact = fit_matrix_paper(matrix, 3, settings);
  EXPECT_NE(exact.basis, rounded.basis);
  EXPECT_EQ(exact.coefficients, rounded.coefficients);
}

TEST(Paper, CyclesAreCutShortWithoutChangingWhereTheyEnd) {
  // Slices with a small column, and scaling, are those that do not all come to rest.
  PaperSettings settings;
  settings.threshold = 0.02;
  settings.scale = true;
  settings.levels = 127;
  const WeightShape shape{200, 4, 3, 3, false};
  auto weights = random_weights(shape, 41, 0.3F);
  for (std::size_t i = 2; i < weights.size(); i += 3) weights[i] *= 0.02F;
  int restless = 0;
  for (const int iternum : {40, 41, 42, 43}) {
    settings.iternum = iternum;
    const PaperDecomposition layer = decompose_paper(weights, shape, settings);
    for (std::size_t m = 0; m < 200; ++m) {
      const std::vector<double> matrix(weights.begin() + static_cast<std::ptrdiff_t>(m * 36),
                                       weights.begin() + static_cast<std::ptrdiff_t>((m + 1) * 36));
      const PaperFit fit = fit_matrix_paper(matrix, 3, settings);  // with history: every pass
      restless += !fit.converged;
      for (std::size_t i = 0; i < 36; ++i)
        ASSERT_EQ(std::ldexp(value_of(layer.layer.coefficients[m * 36 + i]),
                             layer.top_power[m * 3 + i % 3]),
                  fit.coefficients[i]);
    }
  }
  EXPECT_GT(restless, 4);
}

TEST(Paper, RowThresholdsAreForWideKernelsOnly) {
  PaperSettings settings;
  settings.threshold = 0.05;
  PaperSettings with_rows = settings;
  with_rows.threshold_row = true;
  const WeightShape wide{8, 8, 3, 3, false};
  const WeightShape narrow{8, 72, 1, 1, false};
  const auto weights = random_weights(wide, 43, 0.3F);
  EXPECT_GT(decompose_paper(weights, wide, with_rows).layer.row_sparsity(),
            decompose_paper(weights, wide, settings).layer.row_sparsity());
  EXPECT_EQ(decompose_paper(weights, narrow, with_rows).layer.coefficients,
            decompose_paper(weights, narrow, settings).layer.coefficients);
}

TEST(Paper, ClippingHoldsMagnitudesAtMaxC) {
  const auto matrix = random_matrix(40, 3, 47, 50.0F);
  PaperSettings settings;
  settings.max_c = 8;
  const PaperFit fit = fit_matrix_paper(matrix, 3, settings);
  double largest = 0;
  for (const double c : fit.coefficients) largest = std::max(largest, std::fabs(c));
  EXPECT_EQ(largest, 8);
}

TEST(Paper, EmptyAndTinyMatricesAreFine) {
  EXPECT_TRUE(fit_matrix_paper({}, 3, {}).coefficients.empty());
  const PaperFit row = fit_matrix_paper(std::vector<double>{0.3, -0.2, 0.1}, 3, {});
  EXPECT_LT(row.error, 1e-6);
  const PaperFit narrow = fit_matrix_paper(random_matrix(20, 1, 53), 1, {});
  EXPECT_EQ(narrow.basis.size(), 1U);
  for (const int columns : {2, 4, 5, 7})
    EXPECT_LT(fit_matrix_paper(random_matrix(40, columns, 59), columns, {}).error,
              0.3 * std::sqrt(40.0 * columns) * 0.3);
}

// --- Errors.

TEST(Paper, SaysWhichSettingIsOutOfRange) {
  const auto with = [](auto change) {
    return [change] {
      PaperSettings settings;
      change(settings);
      (void)fit_matrix_paper(std::vector<double>(9), 3, settings);
    };
  };
  using Error = std::invalid_argument;
  EXPECT_THAT(with([](PaperSettings& s) { s.iternum = 0; }),
              ThrowsMessage<Error>(HasSubstr("paper setting iternum is 0; it must be in 1")));
  EXPECT_THAT(with([](PaperSettings& s) { s.threshold = -0.1; }),
              ThrowsMessage<Error>(HasSubstr("threshold is -0.1")));
  EXPECT_THAT(with([](PaperSettings& s) { s.threshold = std::nan(""); }),
              ThrowsMessage<Error>(HasSubstr("threshold is nan")));
  EXPECT_THAT(with([](PaperSettings& s) { s.decay = 1; }),
              ThrowsMessage<Error>(HasSubstr("decay is 1; it must be above 0 and below 1")));
  EXPECT_THAT(with([](PaperSettings& s) { s.tol = -1; }),
              ThrowsMessage<Error>(HasSubstr("tol is -1")));
  EXPECT_THAT(with([](PaperSettings& s) { s.rcond = 1; }),
              ThrowsMessage<Error>(HasSubstr("rcond is 1")));
  EXPECT_THAT(with([](PaperSettings& s) { s.max_c = 30; }),
              ThrowsMessage<Error>(HasSubstr("max_c is 30; it must be a power of two")));
  EXPECT_THAT(with([](PaperSettings& s) { s.group_size = 0; }),
              ThrowsMessage<Error>(HasSubstr("group_size is 0")));
  EXPECT_THAT(with([](PaperSettings& s) { s.levels = 128; }),
              ThrowsMessage<Error>(HasSubstr("levels is 128")));
  EXPECT_THAT(with([](PaperSettings& s) { s.pointwise_columns = 0; }),
              ThrowsMessage<Error>(HasSubstr("pointwise_columns is 0")));
}

TEST(Paper, RefusesMatricesAndWeightsThatAreNone) {
  using Error = std::invalid_argument;
  EXPECT_THAT([] { (void)fit_matrix_paper(std::vector<double>(7), 3, {}); },
              ThrowsMessage<Error>(HasSubstr("7 elements has no whole number of rows of 3")));
  EXPECT_THAT([] { (void)fit_matrix_paper(std::vector<double>(7), 0, {}); },
              ThrowsMessage<Error>(HasSubstr("rows of 0")));
  std::vector<double> matrix(9);
  matrix[4] = std::numeric_limits<double>::infinity();
  EXPECT_THAT([&] { (void)fit_matrix_paper(matrix, 3, {}); },
              ThrowsMessage<Error>(HasSubstr("element 4 of the matrix is inf")));
  EXPECT_THAT(
      [] {
        (void)decompose_paper(std::vector<float>(17), WeightShape{2, 1, 3, 3, false}, {});
      },
      ThrowsMessage<Error>(HasSubstr("has 17 elements; its shape says 18")));
  std::vector<float> weights(18);
  weights[3] = std::nanf("");
  EXPECT_THAT(
      [&] {
        (void)decompose_paper(weights, WeightShape{2, 1, 3, 3, false}, {});
      },
      ThrowsMessage<Error>(HasSubstr("weight 3 is nan")));
}

}  // namespace
}  // namespace sd::decompose
