// SD against plain quantisation at equal storage.
#include "workbench/core/compare_job.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "image_files.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "small_model.hpp"
#include "temporary_folder.hpp"
#include "verilator_tb/errors.hpp"
#include "workbench/core/decompose_job.hpp"
#include "workbench/core/eval_job.hpp"

namespace sd::core {
namespace {

using nlohmann::json;
using test::message_of;
using test::TemporaryFolder;
using testing::HasSubstr;

/// The small network, with two folders of other images each.
class CompareJob : public testing::Test {
 protected:
  void SetUp() override {
    options_.model = folder_.path() / "small.onnx";
    options_.data = folder_.path() / "test";
    options_.calibrate = folder_.path() / "train";
    options_.ratios = {4, 6};
    graph::export_onnx(test::small_network(), options_.model);
    write_images(options_.data, 5, 37);
    write_images(options_.calibrate, 4, 53);
  }

  static void write_images(const std::filesystem::path& folder, int of_each, int step) {
    for (const char* name : {"ant", "bee", "cow"}) {
      for (int i = 0; i < of_each; ++i) {
        data::Image image{1, 8, 8, {}};
        for (int p = 0; p < 64; ++p)
          image.values.push_back(static_cast<std::uint8_t>((p * (step + i) + name[0]) % 256));
        test::write_bmp(image, folder / name / (std::to_string(i) + ".bmp"));
      }
    }
  }

  [[nodiscard]] CompareReport run() const { return compare_methods(options_, {}, {}); }
  [[nodiscard]] std::string complaint() const {
    return message_of<InputError>([&] { (void)run(); });
  }

  TemporaryFolder folder_;
  CompareOptions options_;
};

/// The small network's structure with so many weights, of no pattern, that every ratio can be had.
graph::Network larger_network() {
  graph::Network network = test::small_network();
  network.operators[1].output.channels = 8;
  network.operators[1].weights.resize(8 * 9);
  network.operators[1].bias.resize(8);
  network.operators[2].output.channels = 24;
  network.operators[2].window.kernel_height = network.operators[2].window.kernel_width = 3;
  network.operators[2].window.pad_top = network.operators[2].window.pad_left = 1;
  network.operators[2].window.pad_bottom = network.operators[2].window.pad_right = 1;
  network.operators[2].weights.resize(24 * 8 * 9);
  network.operators[2].bias.resize(24);
  network.operators[3].output.channels = 24;
  network.operators[4].weights.resize(3 * 24);
  std::uint32_t state = 1;
  for (graph::Operator& op : network.operators)
    for (float& weight : op.weights) {
      float sum = -2;
      for (int i = 0; i < 4; ++i) {  // nearly Gaussian
        state = state * 1664525U + 1013904223U;
        sum += static_cast<float>(state >> 8U) / 16777216.0F;
      }
      weight = 0.3F * sum;
    }
  return network;
}

/// The report without what a clock or the machine decides.
json without_times(const CompareReport& report) {
  json parsed = json::parse(report_text(report));
  for (const char* key : {"seconds", "curve_seconds", "peak_memory_bytes"})
    parsed.at("results").erase(key);
  for (json& row : parsed.at("results").at("rows")) row.at("data_aware").erase("seconds");
  return parsed;
}

TEST(GaussianBound, IsTwoToMinusTheBitsOfAWeight) {
  EXPECT_DOUBLE_EQ(gaussian_bound(32), 0.5);
  EXPECT_DOUBLE_EQ(gaussian_bound(16), 0.25);
  EXPECT_DOUBLE_EQ(gaussian_bound(4), 1.0 / 256);
}

TEST_F(CompareJob, ARowForEveryRatioInOrder) {
  options_.ratios = {6, 4};
  const CompareReport report = run();
  EXPECT_EQ(report.images, 15U);
  EXPECT_EQ(report.calibration_images, 12U);
  ASSERT_EQ(report.rows.size(), 2U);
  double fits = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const CompareRow& row = report.rows[i];
    EXPECT_EQ(row.target_ratio, options_.ratios[i]);
    EXPECT_EQ(row.gaussian_bound, gaussian_bound(row.target_ratio));
    const ComparedMethod* const methods[] = {&row.weights_only, &row.data_aware, &row.uniform,
                                             &row.powers_of_two, &row.pruning};
    for (const ComparedMethod* method : methods) {
      EXPECT_GT(method->ratio, 1);
      EXPECT_GT(method->relative_error, 0);
      EXPECT_LT(method->relative_error, 1);
      // A whole number of images is right.
      EXPECT_NEAR(method->accuracy * 15, std::round(method->accuracy * 15), 1e-9);
    }
    EXPECT_GT(row.data_aware.seconds, 0);
    fits += row.data_aware.seconds;
  }
  EXPECT_GE(report.curve_seconds, 0);
  EXPECT_LE(fits + report.curve_seconds, report.seconds);
  EXPECT_THAT(report.notes, testing::Not(testing::Contains(HasSubstr("made-up"))));
}

TEST_F(CompareJob, MoreBitsMeanLessErrorAndWhoLooksAtWeightsAloneErrsLessInThem) {
  graph::export_onnx(larger_network(), options_.model);
  options_.ratios = {5, 9};
  options_.images = 11;
  options_.calibration_images = 10;
  const CompareReport report = run();
  EXPECT_EQ(report.images, 11U);
  EXPECT_EQ(report.calibration_images, 10U);
  const CompareRow &fine = report.rows[0], &coarse = report.rows[1];
  EXPECT_LT(fine.weights_only.relative_error, coarse.weights_only.relative_error);
  EXPECT_LT(fine.uniform.relative_error, coarse.uniform.relative_error);
  EXPECT_LT(fine.pruning.relative_error, coarse.pruning.relative_error);
  for (const CompareRow& row : report.rows) {
    EXPECT_GE(row.weights_only.ratio, row.target_ratio);
    EXPECT_GE(row.data_aware.ratio, row.target_ratio);
    EXPECT_LT(row.weights_only.relative_error, row.data_aware.relative_error);
  }
}

TEST_F(CompareJob, AgreesWithDecomposeAndEval) {
  options_.ratios = {5};
  const CompareReport report = run();
  DecomposeOptions decompose;
  decompose.model = options_.model;
  decompose.output = folder_.path() / "small.sd";
  decompose.target_ratio = 5;
  decompose.calibrate = options_.calibrate;
  const DecomposeReport decomposed = decompose_model(decompose, {}, {});
  const CompareRow& row = report.rows.front();
  EXPECT_EQ(row.data_aware.ratio, decomposed.ratio_b8);
  EXPECT_EQ(row.data_aware.ratio_packed, decomposed.ratio_packed);
  EXPECT_EQ(row.data_aware.relative_error, decomposed.relative_error);
  EvalOptions eval;
  eval.data = options_.data;
  eval.model = decompose.output;
  const EvalReport packed = evaluate(eval, {}, {});
  EXPECT_EQ(row.data_aware.accuracy_integer, packed.accuracy(packed.evaluations[1]));
  eval.model = options_.model;
  const EvalReport original = evaluate(eval, {}, {});
  EXPECT_EQ(report.float_accuracy, original.accuracy(original.evaluations[0]));
  EXPECT_EQ(report.input_hashes.at("data"), original.input_hashes.at("data"));
  EXPECT_EQ(report.input_hashes.at("calibration"), decomposed.input_hashes.at("calibration"));
  decompose.calibrate.reset();
  const DecomposeReport blind = decompose_model(decompose, {}, {});
  EXPECT_EQ(row.weights_only.ratio, blind.ratio_b8);
  EXPECT_EQ(row.weights_only.ratio_packed, blind.ratio_packed);
  EXPECT_EQ(row.weights_only.relative_error, blind.relative_error);
}

TEST_F(CompareJob, ResultsDoNotDependOnTheNumberOfThreads) {
  options_.threads = 1;
  const json one = without_times(run());
  options_.threads = 3;
  EXPECT_EQ(without_times(run()), one);
}

TEST_F(CompareJob, WritesItsReportAsJson) {
  options_.images = 10;
  options_.calibration_images = 5;
  const CompareReport report = run();
  const json parsed = json::parse(report_text(report));
  EXPECT_EQ(parsed.at("command"), "compare");
  const json& inputs = parsed.at("inputs");
  EXPECT_EQ(inputs.at("calibration").at("images"), 5);
  for (const char* input : {"model", "data", "calibration"})
    EXPECT_EQ(inputs.at(input).at("hash"), report.input_hashes.at(input));
  const json& results = parsed.at("results");
  EXPECT_EQ(results.at("float_accuracy"), report.float_accuracy);
  EXPECT_EQ(results.at("images"), 10);
  EXPECT_EQ(results.at("calibration_images"), 5);
  for (const char* key : {"curve_seconds", "seconds", "peak_memory_bytes", "notes"})
    EXPECT_TRUE(results.contains(key)) << key;
  ASSERT_EQ(results.at("rows").size(), 2U);
  const json& row = results.at("rows").at(1);
  EXPECT_EQ(row.at("target_ratio"), 6);
  EXPECT_EQ(row.at("gaussian_bound"), gaussian_bound(6));
  const CompareRow& expected = report.rows[1];
  const std::pair<const char*, const ComparedMethod*> methods[] = {
      {"uniform", &expected.uniform},
      {"powers_of_two", &expected.powers_of_two},
      {"pruning", &expected.pruning}};
  for (const auto& [name, method] : methods)
    EXPECT_EQ(row.at(name), (json{{"ratio", method->ratio},
                                  {"relative_error", method->relative_error},
                                  {"accuracy", method->accuracy}}))
        << name;
  EXPECT_EQ(row.at("weights_only"), (json{{"ratio", expected.weights_only.ratio},
                                          {"ratio_packed", expected.weights_only.ratio_packed},
                                          {"relative_error", expected.weights_only.relative_error},
                                          {"accuracy", expected.weights_only.accuracy}}));
  EXPECT_EQ(row.at("data_aware"), (json{{"ratio", expected.data_aware.ratio},
                                        {"ratio_packed", expected.data_aware.ratio_packed},
                                        {"relative_error", expected.data_aware.relative_error},
                                        {"accuracy_float", expected.data_aware.accuracy},
                                        {"accuracy_integer", expected.data_aware.accuracy_integer},
                                        {"seconds", expected.data_aware.seconds}}));
}

TEST_F(CompareJob, SaysWhatIsWrong) {
  options_.ratios = {};
  EXPECT_THAT(complaint(), HasSubstr("--ratios names 0 ratios; give 1 to 64"));
  options_.ratios = {8, 1};
  EXPECT_THAT(complaint(), HasSubstr("--ratios 1: the allowed range is 1.1 to 100"));
  options_.ratios = {8, 4, 8.001};
  EXPECT_THAT(complaint(), HasSubstr("8 and 8.001 are nearer to each other than 0.01"));
  options_.ratios = {8};
  options_.calibration_images = 0;
  EXPECT_THAT(complaint(), HasSubstr("--calibration-images 0"));
  options_.calibration_images = 10;
  options_.images = -1;
  EXPECT_THAT(complaint(), HasSubstr("--images -1"));
  options_.images = 0;
  options_.threads = -1;
  EXPECT_THAT(complaint(), HasSubstr("--threads -1"));
  options_.threads = 0;
  const auto data = std::exchange(options_.data, folder_.path() / "nowhere");
  EXPECT_THAT(complaint(), HasSubstr("nowhere"));
  options_.data = data;
  const auto calibrate = std::exchange(options_.calibrate, folder_.path() / "neither");
  EXPECT_THAT(complaint(), HasSubstr("neither"));
  options_.calibrate = calibrate;
  options_.model = folder_.path() / "packed.sd";
  pack::save(test::small_packed_model(), test::small_provenance(), options_.model);
  EXPECT_THAT(complaint(), HasSubstr("is decomposed already"));
}

TEST_F(CompareJob, StopsInEveryStage) {
  options_.ratios = {5};
  std::vector<std::string> stages;
  Observer observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    if (std::find(stages.begin(), stages.end(), stage) == stages.end()) stages.push_back(stage);
  };
  (void)compare_methods(options_, observer, {});
  EXPECT_GE(stages.size(), 8U);
  for (const std::string& where : stages) {
    std::stop_source source;
    observer.progress = [&](const std::string& stage, double, const std::string&) {
      if (stage == where) source.request_stop();
    };
    EXPECT_THROW((void)compare_methods(options_, observer, source.get_token()), tb::Cancelled)
        << where;
  }
}

}  // namespace
}  // namespace sd::core
