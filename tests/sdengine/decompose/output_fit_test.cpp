#include "output_fit.hpp"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>

#include "correlated_inputs.hpp"
#include "random_weights.hpp"
#include "sdengine/decompose/storage.hpp"

namespace sd::decompose {
namespace {

std::vector<float> normal_values(std::size_t count, std::uint64_t seed) {
  return testing::random_values(count, seed, 2.0F);
}

SecondMoment correlated_moment(int dimension, std::uint64_t seed) {
  return centred(testing::correlated_moment(dimension, seed, 6 * dimension));
}

Settings settings_of(int rank, int levels, double lambda = 0) {
  Settings settings;
  settings.rank = rank;
  settings.levels = levels;
  settings.lambda = lambda;
  return settings;
}

double output_error_of(const Decomposition& layer, std::span<const float> weights,
                       const SecondMoment& moment) {
  return output_error(weights, from_matrices(layer.rebuild(), layer.shape, layer.layout),
                      layer.shape, {&moment, 1});
}

TEST(OutputFit, DescentNeverRaisesTheObjective) {
  for (const auto& [rank, levels, lambda] : {std::tuple{3, 3, 0.0}, {4, 2, 0.05}, {2, 1, 0.4}}) {
    for (const int slice_rows : {192, 5}) {
      const WeightShape shape{2, 6, 3, 3, false};
      const MatrixLayout layout = layout_of(shape, 3, slice_rows);
      const std::vector<float> weights = normal_values(2 * 54, 3);
      const OutputForm form = output_form(correlated_moment(54, 4), shape, layout, 0.01);
      std::vector<OutputTarget> targets;
      for (int m = 0; m < 2; ++m)
        targets.push_back({{weights.begin() + 54 * m, weights.begin() + 54 * (m + 1)}, 1.0, &form});
      const CodeBook book(rank, levels);
      for (const OutputTarget& target : targets) {
        OutputFit fit(layout, book, lambda, {&target, 1},
                      normal_values(static_cast<std::size_t>(layout.slices() * rank * 3), 5));
        double before = fit.objective();
        for (int k = 0; k < 6; ++k) {
          fit.improve_codes(2);
          EXPECT_LE(fit.objective(), before * (1 + 1e-12));
          before = fit.objective();
          fit.refit_bases();
          EXPECT_LE(fit.objective(), before);
          before = fit.objective();
        }
        // The bookkeeping is that of the definition.
        const std::vector<Coefficient> codes = fit.coefficients();
        double bits = 0;
        for (std::size_t row = 0; row < codes.size(); row += static_cast<std::size_t>(rank)) {
          const auto first = codes.begin() + static_cast<std::ptrdiff_t>(row);
          bits += row_bits(RateModel::reference, rank, levels,
                           rank - static_cast<int>(std::count(first, first + rank, 0)));
        }
        EXPECT_DOUBLE_EQ(fit.bits(), bits);
        EXPECT_NEAR(fit.objective(), fit.error() + lambda * bits, 1e-9 * fit.objective());
      }
    }
  }
}

TEST(DecomposeForOutputs, LeavesLessOutputErrorThanTheErrorOfWeightsDoes) {
  const WeightShape shape{4, 8, 3, 3, false};
  const std::vector<float> weights = normal_values(4 * 72, 11);
  const SecondMoment moment = correlated_moment(72, 12);
  const OutputForm form = output_form(moment, shape, layout_of(shape, 3, 192), 0.01);
  for (const auto& [rank, levels] : {std::pair{2, 1}, {3, 2}, {4, 2}}) {
    const Settings settings = settings_of(rank, levels);
    const Decomposition plain = decompose(weights, shape, settings);
    const Decomposition aware = decompose_for_outputs(weights, shape, settings, {&form, 1});
    EXPECT_LT(output_error_of(aware, weights, moment),
              0.9 * output_error_of(plain, weights, moment))
        << rank << " " << levels;
    EXPECT_GE(aware.relative_error, plain.relative_error);
  }
}

TEST(DecomposeForOutputs, ReportsTheErrorThatItsWeightsHave) {
  const WeightShape shape{3, 5, 1, 1, false};  // padded: five channels in rows of three
  const std::vector<float> weights = normal_values(15, 21);
  const SecondMoment moment = correlated_moment(5, 22);
  const OutputForm form = output_form(moment, shape, layout_of(shape, 3, 192), 0.0);
  OutputFitReport report;
  const Decomposition layer =
      decompose_for_outputs(weights, shape, settings_of(2, 2), {&form, 1}, &report);
  const std::vector<float> stored = from_matrices(layer.rebuild(), shape, layer.layout);
  double error = 0;
  for (std::size_t m = 0; m < 3; ++m)
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 5; ++j)
        error += static_cast<double>(weights[m * 5 + i] - stored[m * 5 + i]) *
                 moment.matrix[i * 5 + j] / static_cast<double>(moment.samples) *
                 static_cast<double>(weights[m * 5 + j] - stored[m * 5 + j]);
  // What stands in the padding costs nothing here but is part of the report.
  EXPECT_NEAR(report.error, error, 0.02 * error + 1e-6);
}

TEST(DecomposeForOutputs, BitsFallWithLambda) {
  const WeightShape shape{4, 8, 3, 3, false};
  const std::vector<float> weights = normal_values(4 * 72, 31);
  const OutputForm form =
      output_form(correlated_moment(72, 32), shape, layout_of(shape, 3, 192), 0.01);
  double bits = 1e9, error = 0;
  for (const double lambda : {0.0, 0.02, 0.1, 0.5, 1e4}) {
    OutputFitReport report;
    const Decomposition layer =
        decompose_for_outputs(weights, shape, settings_of(3, 2, lambda), {&form, 1}, &report);
    EXPECT_LE(report.bits, bits);
    EXPECT_GE(report.error, error * 0.999);
    const auto nonzeros = std::count_if(layer.coefficients.begin(), layer.coefficients.end(),
                                        [](Coefficient c) { return c != 0; });
    EXPECT_EQ(report.bits, static_cast<double>(reference_bits(layer).row_index + 2 * nonzeros));
    bits = report.bits;
    error = report.error;
  }
  EXPECT_EQ(bits, 4 * 24 * 3);  // nothing but the index: all zero
}

TEST(DecomposeForOutputs, PermutingFiltersPermutesResultsAndScalingByAPowerOfTwoKeepsCodes) {
  const WeightShape shape{4, 4, 3, 3, false};
  const std::vector<float> weights = normal_values(4 * 36, 41);
  const OutputForm form =
      output_form(correlated_moment(36, 42), shape, layout_of(shape, 3, 192), 0.01);
  const Decomposition layer =
      decompose_for_outputs(weights, shape, settings_of(3, 2, 0.05), {&form, 1});

  std::vector<float> rotated(weights.begin() + 36, weights.end());
  rotated.insert(rotated.end(), weights.begin(), weights.begin() + 36);
  const Decomposition turned =
      decompose_for_outputs(rotated, shape, settings_of(3, 2, 0.05), {&form, 1});
  std::vector<Coefficient> expected(layer.coefficients.begin() + 12 * 3, layer.coefficients.end());
  expected.insert(expected.end(), layer.coefficients.begin(), layer.coefficients.begin() + 12 * 3);
  EXPECT_EQ(turned.coefficients, expected);

  std::vector<float> larger = weights;
  for (float& w : larger) w *= 8;
  const Decomposition scaled =
      decompose_for_outputs(larger, shape, settings_of(3, 2, 0.05 * 64), {&form, 1});
  EXPECT_EQ(scaled.coefficients, layer.coefficients);
}

TEST(DecomposeForOutputs, ThreadsDoNotShow) {
  const WeightShape shape{6, 4, 3, 3, false};
  const std::vector<float> weights = normal_values(6 * 36, 51);
  Settings settings = settings_of(3, 2, 0.02);
  settings.filters_per_basis = 2;
  const OutputForm form =
      output_form(correlated_moment(36, 52), shape, layout_of(shape, 3, 192), 0.01);
  std::vector<Decomposition> results;
  for (const std::size_t threads : {1, 2, 4}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    results.push_back(decompose_for_outputs(weights, shape, settings, {&form, 1}));
  }
  for (const Decomposition& result : results) {
    EXPECT_EQ(result.coefficients, results[0].coefficients);
    EXPECT_EQ(result.basis, results[0].basis);
  }
}

TEST(DecomposeForOutputs, DepthwiseFiltersShareABasisAndKeepTheirOwnMoments) {
  const WeightShape shape{8, 1, 3, 3, true};
  std::vector<float> weights = normal_values(8 * 9, 61);
  for (std::size_t k = 0; k < 9; ++k) weights[k] *= 100;  // scales of filters are their own
  Settings settings = settings_of(4, 3);
  settings.filters_per_basis = 8;
  const MatrixLayout layout = layout_of(shape, 3, 192, 8);
  std::vector<OutputForm> forms;
  for (std::uint64_t c = 0; c < 8; ++c)
    forms.push_back(output_form(correlated_moment(9, 70 + c), shape, layout, 0.01));
  const Decomposition layer = decompose_for_outputs(weights, shape, settings, forms);
  EXPECT_EQ(layer.basis.size(), 12U);
  EXPECT_EQ(layer.filter_scale.size(), 8U);
  EXPECT_LT(layer.relative_error, 0.4);
  EXPECT_GT(layer.filter_scale[0], 20 * layer.filter_scale[1]);
}

TEST(DecomposeForOutputs, SaysWhatDoesNotFit) {
  const WeightShape shape{4, 4, 3, 3, false};
  const std::vector<float> weights = normal_values(4 * 36, 81);
  const OutputForm form =
      output_form(correlated_moment(36, 82), shape, layout_of(shape, 3, 192), 0.01);
  const OutputForm other = output_form(correlated_moment(9, 82), {4, 1, 3, 3, false},
                                       layout_of({4, 1, 3, 3, false}, 3, 192), 0.01);
  const auto message = [&](const Settings& settings, std::span<const OutputForm> forms) {
    try {
      static_cast<void>(decompose_for_outputs(weights, shape, settings, forms));
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message(settings_of(3, 2), {&other, 1}),
            "an output form has dimension 9; the layer's filters have 36 elements");
  EXPECT_EQ(message(settings_of(3, 2), {}),
            "0 output forms do not fit 4 filters; there must be one for each group");
  EXPECT_EQ(message(settings_of(6, 4), {&form, 1}),
            "rank 6 and levels 4 have 531441 codes, too many to search for the least error of "
            "outputs; lower rank or levels");
}

TEST(RefitBasesForOutputs, LowersTheOutputErrorOfGivenCodes) {
  const WeightShape shape{4, 8, 3, 3, false};
  const std::vector<float> weights = normal_values(4 * 72, 91);
  const SecondMoment moment = correlated_moment(72, 92);
  Decomposition layer = decompose(weights, shape, settings_of(3, 2));
  const std::vector<Coefficient> codes = layer.coefficients;
  const double before = output_error_of(layer, weights, moment);
  const OutputForm form = output_form(moment, shape, layer.layout, 1e-6);
  refit_bases_for_outputs(layer, weights, {&form, 1});
  EXPECT_LT(output_error_of(layer, weights, moment), before);
  EXPECT_EQ(layer.coefficients, codes);
}

}  // namespace
}  // namespace sd::decompose
