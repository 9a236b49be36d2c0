// Accuracy of networks that a user keeps in files.
#include "workbench/core/eval_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "image_files.hpp"
#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "small_model.hpp"
#include "temporary_folder.hpp"
#include "verilator_tb/errors.hpp"

namespace sd::core {
namespace {

using nlohmann::json;
using test::message_of;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;

/// Images of three classes with nothing but their class to tell them apart: stripes of one period
/// each.
void write_stripes(const std::filesystem::path& folder, int of_each) {
  const char* names[] = {"ant", "bee", "cow"};
  for (int k = 0; k < 3; ++k) {
    for (int i = 0; i < of_each; ++i) {
      data::Image image{1, 8, 8, {}};
      for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x)
          image.values.push_back(static_cast<std::uint8_t>((x + i) / (k + 1) % 2 * (200 + i)));
      test::write_bmp(image, folder / names[k] / (std::to_string(i) + ".bmp"));
    }
  }
}

class EvalJob : public testing::Test {
 protected:
  void SetUp() override {
    onnx_ = folder_.path() / "small.onnx";
    sd_ = folder_.path() / "small.sd";
    graph::export_onnx(test::small_network(), onnx_);
    pack::save(test::small_packed_model(), test::small_provenance(), sd_);
    options_.data = folder_.path() / "images";
    write_stripes(options_.data, 5);
  }

  TemporaryFolder folder_;
  std::filesystem::path onnx_, sd_;
  EvalOptions options_;
};

/// What holds for every report.
void expect_consistent(const EvalReport& report) {
  EXPECT_EQ(std::accumulate(report.images_of_class.begin(), report.images_of_class.end(), 0U),
            report.images);
  const std::size_t n = report.classes.size();
  for (const Evaluation& evaluation : report.evaluations) {
    std::size_t trace = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const auto row = evaluation.confusion.begin() + static_cast<std::ptrdiff_t>(k * n);
      EXPECT_EQ(std::accumulate(row, row + static_cast<std::ptrdiff_t>(n), 0U),
                report.images_of_class[k]);
      EXPECT_EQ(evaluation.right_of_class[k], row[static_cast<std::ptrdiff_t>(k)]);
      trace += evaluation.right_of_class[k];
    }
    EXPECT_EQ(trace, evaluation.right);
  }
}

TEST_F(EvalJob, MeasuresAnOnnxNetworkInFloat) {
  options_.model = onnx_;
  const EvalReport report = evaluate(options_, {}, {});
  EXPECT_EQ(report.images, 15U);
  EXPECT_EQ(report.classes, (std::vector<std::string>{"ant", "bee", "cow"}));
  ASSERT_EQ(report.evaluations.size(), 1U);
  EXPECT_EQ(report.evaluations[0].arithmetic, "float");
  expect_consistent(report);
}

TEST_F(EvalJob, MeasuresASdFileInFloatAndInItsIntegers) {
  options_.model = sd_;
  options_.images = 12;
  const EvalReport report = evaluate(options_, {}, {});
  EXPECT_EQ(report.images, 12U);
  EXPECT_THAT(report.images_of_class, testing::ElementsAre(4, 4, 4));  // round-robin
  ASSERT_EQ(report.evaluations.size(), 2U);
  EXPECT_EQ(report.evaluations[0].arithmetic, "sd_float");
  EXPECT_EQ(report.evaluations[1].arithmetic, "sd_integer");
  EXPECT_LE(report.disagreements, report.images);
  expect_consistent(report);
}

TEST_F(EvalJob, TheBuiltInNetworkKnowsItsShapes) {
  options_.model = std::filesystem::path(SD_SOURCE_DIR) / "workbench/core/models/default.onnx";
  options_.data = folder_.path() / "shapes";
  test::write_folder(*data::generated_shapes(50, data::shapes_test_seed), options_.data);
  const EvalReport report = evaluate(options_, {}, {});
  EXPECT_EQ(report.images, 50U);
  EXPECT_GT(report.accuracy(report.evaluations[0]), 0.9);
  expect_consistent(report);
}

TEST_F(EvalJob, ResultsDoNotDependOnTheNumberOfThreads) {
  options_.model = sd_;
  options_.threads = 1;
  const EvalReport one = evaluate(options_, {}, {});
  options_.threads = 3;
  const EvalReport three = evaluate(options_, {}, {});
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(one.evaluations[i].confusion, three.evaluations[i].confusion);
  EXPECT_EQ(one.input_hashes, three.input_hashes);
}

TEST_F(EvalJob, WritesItsReportAsJson) {
  options_.model = sd_;
  const EvalReport report = evaluate(options_, {}, {});
  const json parsed = json::parse(report_text(report));
  EXPECT_EQ(parsed.at("command"), "eval");
  EXPECT_EQ(parsed.at("inputs").at("model").at("hash"), report.input_hashes.at("model"));
  const json& results = parsed.at("results");
  EXPECT_EQ(results.at("accuracy").at("images"), 15);
  EXPECT_EQ(results.at("accuracy").at("sd_float"), report.accuracy(report.evaluations[0]));
  EXPECT_EQ(results.at("accuracy").at("sd_integer"), report.accuracy(report.evaluations[1]));
  EXPECT_FALSE(results.at("accuracy").contains("float"));
  EXPECT_EQ(results.at("confusion_matrix_of"), "sd_integer");
  ASSERT_EQ(results.at("confusion_matrix").size(), 3U);
  EXPECT_EQ(results.at("confusion_matrix").at(1).at(2), report.evaluations[1].confusion[5]);
  EXPECT_EQ(results.at("classes").at(0).at("name"), "ant");
  EXPECT_EQ(results.at("classes").at(0).at("images"), 5);
  options_.model = onnx_;
  const json onnx = json::parse(report_text(evaluate(options_, {}, {}))).at("results");
  EXPECT_TRUE(onnx.at("accuracy").contains("float"));
  EXPECT_EQ(onnx.at("confusion_matrix_of"), "float");
}

TEST_F(EvalJob, SaysWhatIsWrong) {
  const auto words = [&] {
    return message_of<InputError>([&] { (void)evaluate(options_, {}, {}); });
  };
  options_.model = onnx_;
  options_.images = -1;
  EXPECT_THAT(words(), HasSubstr("--images -1: the allowed range is 0 to"));
  options_.images = 0;
  options_.threads = 5000;
  EXPECT_THAT(words(), HasSubstr("--threads 5000"));
  options_.threads = 0;
  options_.model = folder_.path() / "none.onnx";
  EXPECT_THAT(words(), HasSubstr("none.onnx"));
  options_.model = folder_.write("broken.sd", "broken");
  EXPECT_THAT(words(), HasSubstr("broken.sd"));
  options_.model = onnx_;
  options_.data = folder_.path() / "nowhere";
  EXPECT_THAT(words(), HasSubstr("nowhere"));
  options_.data = folder_.path() / "four";
  for (const char* name : {"ant", "bee", "cow", "dog"})
    test::write_bmp({1, 8, 8, std::vector<std::uint8_t>(64)}, options_.data / name / "0.bmp");
  EXPECT_THAT(words(), HasSubstr("4 classes, but network small has 3 outputs"));
}

TEST_F(EvalJob, AsksForAClassifier) {
  graph::Network map = test::small_network();
  map.operators.resize(3);
  map.outputs = {2};
  map.class_names.clear();
  options_.model = folder_.path() / "map.onnx";
  graph::export_onnx(map, options_.model);
  EXPECT_THAT(message_of<InputError>([&] { (void)evaluate(options_, {}, {}); }),
              AllOf(HasSubstr("puts out 6 x 8 x 8 values"), HasSubstr("classifier")));
}

TEST_F(EvalJob, StopsWhenAsked) {
  options_.model = sd_;
  std::stop_source source;
  Observer observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    if (stage == "measure accuracy") source.request_stop();
  };
  EXPECT_THROW((void)evaluate(options_, observer, source.get_token()), tb::Cancelled);
}

}  // namespace
}  // namespace sd::core
