// The public code's own results, case by case: shared/reference/golden/g*.json.
#include <gtest/gtest.h>

#include <cmath>

#include "reference_material.hpp"
#include "sdengine/decompose/paper.hpp"

namespace sd::decompose {
namespace {

std::vector<double> flat(const nlohmann::json& rows) {
  std::vector<double> values;
  for (const auto& row : rows)
    for (const auto& value : row) values.push_back(value.get<double>());
  return values;
}

double frobenius(const std::vector<double>& values) {
  double sum = 0;
  for (const double x : values) sum += x * x;
  return std::sqrt(sum);
}

double distance(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return frobenius(a);
}

PaperSettings settings_of(const nlohmann::json& golden) {
  const auto& options = golden.at("options");
  PaperSettings settings;
  settings.iternum = options.at("decompose_iternum");
  settings.threshold = options.at("decompose_threshold");
  settings.decay = options.at("decompose_decay");
  settings.scale = options.at("decompose_scale");
  settings.tol = options.at("decompose_tol");
  settings.rcond = options.at("decompose_rcond");
  settings.threshold_row = options.at("threshold_row");
  settings.max_c = options.at("max_C");
  settings.single_precision = golden.at("dtype") == "float32";
  return settings;
}

class Golden : public ::testing::TestWithParam<const char*> {};

TEST_P(Golden, SameCeAndBAndHistory) {
  const std::string file = std::string("reference/golden/") + GetParam() + ".json";
  SD_NEEDS_SHARED(file);
  const auto golden = testing::read_json(testing::shared_folder() / file);
  const auto matrix = flat(golden.at("A"));
  const PaperSettings settings = settings_of(golden);
  const PaperFit fit = fit_matrix_paper(matrix, 3, settings);

  EXPECT_EQ(fit.coefficients, flat(golden.at("Ce")));
  const auto basis = flat(golden.at("B"));
  const bool rounded = golden.at("out_dtype_B") == "float32";
  EXPECT_LE(distance(fit.basis, basis), (rounded ? 1e-6 : 1e-12) * frobenius(basis));
  EXPECT_NEAR(fit.error, golden.at("err_fro").get<double>(), (rounded ? 1e-6 : 1e-12) * fit.error);

  const auto& trace = golden.at("trace");
  EXPECT_EQ(fit.passes, trace.at("iters").get<int>());
  EXPECT_EQ(fit.restarts, trace.at("recursions").get<int>());
  EXPECT_EQ(fit.converged, trace.at("converged").get<bool>());
  EXPECT_DOUBLE_EQ(fit.threshold, trace.at("final_threshold").get<double>());
  EXPECT_EQ(fit.history.nonzeros, golden.at("nnz_hist").get<std::vector<std::int64_t>>());
  const auto errors = golden.at("err_hist").get<std::vector<double>>();
  ASSERT_EQ(fit.history.error.size(), errors.size());
  for (std::size_t pass = 0; pass < errors.size(); ++pass)
    EXPECT_NEAR(fit.history.error[pass], errors[pass], (rounded ? 1e-6 : 1e-9) * errors[pass])
        << "pass " << pass;
}

INSTANTIATE_TEST_SUITE_P(
    All, Golden,
    ::testing::Values("g01_rand48_f64", "g02_rand96_f64_scale", "g03_rand192_f64_row",
                      "g04_rand22_f64_maxC", "g05_lowrank48_f64", "g06_layer1_f32",
                      "g07_layer2_f32_scale", "g08_layer3_f32", "g09_layer3_f32_scale_row",
                      "g10_fc_f32", "g11_fc_f32_scale", "g12_conv1_f32", "g13_decay_recursion",
                      "g14_zero_column_noscale", "g15_jpeg_layer3_f64_scale"),
    [](const auto& golden) { return std::string(golden.param); });

}  // namespace
}  // namespace sd::decompose
