// From an ONNX file to a .sd file.
#include "workbench/core/decompose_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "image_files.hpp"
#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/zoo/zoo.hpp"
#include "small_model.hpp"
#include "temporary_folder.hpp"
#include "verilator_tb/errors.hpp"
#include "workbench/core/eval_job.hpp"

namespace sd::core {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::message_of;
using test::TemporaryFolder;
using test::text_of;
using testing::AllOf;
using testing::HasSubstr;

class DecomposeJob : public testing::Test {
 protected:
  void SetUp() override {
    options_.model = folder_.path() / "small.onnx";
    options_.output = folder_.path() / "small.sd";
    graph::export_onnx(test::small_network(), options_.model);
  }

  /// Images of the small network's size.
  void write_images(int of_each = 4) {
    options_.calibrate = folder_.path() / "images";
    for (const char* name : {"ant", "bee", "cow"}) {
      for (int i = 0; i < of_each; ++i) {
        data::Image image{1, 8, 8, {}};
        for (int p = 0; p < 64; ++p)
          image.values.push_back(static_cast<std::uint8_t>((p * (37 + i) + name[0]) % 256));
        test::write_bmp(image, *options_.calibrate / name / (std::to_string(i) + ".bmp"));
      }
    }
  }

  [[nodiscard]] DecomposeReport run() const { return decompose_model(options_, {}, {}); }
  [[nodiscard]] std::string complaint() const {
    return message_of<InputError>([&] { (void)run(); });
  }

  TemporaryFolder folder_;
  DecomposeOptions options_;
};

TEST_F(DecomposeJob, WritesAFileThatSaysWhereItComesFrom) {
  const DecomposeReport report = run();
  EXPECT_EQ(report.file_bytes, fs::file_size(options_.output));
  const pack::SdFile file = pack::load(options_.output);
  EXPECT_EQ(file.provenance.source_name, "small.onnx");
  EXPECT_EQ("sha256:" + file.provenance.source_sha256, report.input_hashes.at("model"));
  EXPECT_EQ(file.provenance.tool, "smartdeal decompose");
  EXPECT_EQ(json::parse(file.provenance.settings).at("algorithm"), "exact");
  EXPECT_EQ(text_of(options_.output).find(folder_.path().string()), std::string::npos);
  EXPECT_THAT(report.notes, testing::Contains(HasSubstr("made-up images")));
  ASSERT_EQ(report.layers.size(), 3U);
  for (const DecomposeLayer& layer : report.layers) {
    EXPECT_EQ(layer.result.decomposed,
              !file.model.layers[static_cast<std::size_t>(layer.result.operator_index)]->dense);
    EXPECT_LT(layer.integer_error, 0.5);
    EXPECT_GT(layer.result.bits_packed, 0);
  }
  EXPECT_GT(report.ratio_b8, 0);
  EXPECT_GT(report.ratio_b8, report.ratio_b32);
}

TEST_F(DecomposeJob, TheSameInputsGiveTheSameFileForAnyNumberOfThreads) {
  write_images();
  options_.threads = 1;
  (void)run();
  const std::string one = text_of(options_.output);
  options_.threads = 3;
  (void)run();
  EXPECT_EQ(text_of(options_.output), one);
}

TEST_F(DecomposeJob, ImagesAreUsedAndNamed) {
  write_images();
  options_.calibration_images = 5;
  const DecomposeReport report = run();
  EXPECT_EQ(report.calibration_images, 5U);
  EXPECT_TRUE(report.input_hashes.contains("calibration"));
  EXPECT_THAT(report.notes, testing::Not(testing::Contains(HasSubstr("made-up images"))));
  for (const DecomposeLayer& layer : report.layers)
    EXPECT_LT(layer.result.output_error, 0.5) << layer.result.name;
  const json settings = json::parse(pack::load(options_.output).provenance.settings);
  EXPECT_EQ(settings.at("calibration").at("images"), 5);
}

TEST_F(DecomposeJob, ThePapersAlgorithmIsThereToo) {
  options_.algorithm = compress::Algorithm::paper;
  const DecomposeReport report = run();
  EXPECT_EQ(json::parse(report.settings).at("algorithm"), "paper");
  EXPECT_GT(report.relative_error, 0);
}

TEST_F(DecomposeJob, ErrorsAreThoseAgainstTheUsersWeights) {
  graph::export_onnx(zoo::shapes_network(1), options_.model);
  const DecomposeReport report = run();
  const pack::SdFile file = pack::load(options_.output);
  for (const DecomposeLayer& layer : report.layers) {
    const auto& stored = *file.model.layers[static_cast<std::size_t>(layer.result.operator_index)];
    EXPECT_EQ(stored.relative_error, layer.integer_error);
    // 8-bit bases and weights add little to what the codes leave.
    if (layer.result.decomposed && layer.result.relative_error > 0.05)
      EXPECT_NEAR(layer.integer_error, layer.result.relative_error,
                  0.2 * layer.result.relative_error)
          << layer.result.name;
  }
}

TEST_F(DecomposeJob, ReachesATargetOnTheBuiltInNetwork) {
  graph::export_onnx(zoo::shapes_network(1), options_.model);
  options_.target_ratio = 8;
  const DecomposeReport report = run();
  EXPECT_TRUE(report.target_met);
  EXPECT_GE(report.ratio_b8, 8);
  EXPECT_LT(report.ratio_b8, 8.5);
  EXPECT_FALSE(report.curve.empty());
}

TEST_F(DecomposeJob, SettingsPinLayersAndOptionsOverrule) {
  options_.settings = folder_.write("s.toml",
                                    "algorithm = \"paper\"\nseed = 3\n[[layer]]\npattern = "
                                    "\"block/*\"\ndense = true\n");
  options_.algorithm = compress::Algorithm::exact;
  const DecomposeReport report = run();
  const json settings = json::parse(report.settings);
  EXPECT_EQ(settings.at("algorithm"), "exact");
  EXPECT_EQ(settings.at("exact").at("seed"), 3);
  EXPECT_FALSE(report.layers[0].result.decomposed);
  EXPECT_TRUE(report.layers[1].result.decomposed);
  EXPECT_TRUE(report.input_hashes.contains("settings"));
}

TEST_F(DecomposeJob, SettingsComeDownToTheDesignThatIsToRunIt) {
  graph::export_onnx(zoo::shapes_network(1), options_.model);
  options_.target_ratio = 5;
  options_.design = folder_.write("d.toml", "name = \"narrow\"\n[sd]\nrank = 3\nlevels = 2\n");
  const DecomposeReport report = run();
  int decomposed = 0;
  for (const DecomposeLayer& layer : report.layers) {
    EXPECT_LE(layer.result.rank, 3) << layer.result.name;
    EXPECT_LE(layer.result.levels, 2) << layer.result.name;
    decomposed += layer.result.decomposed ? 1 : 0;
  }
  EXPECT_GT(decomposed, 0);
  EXPECT_TRUE(report.input_hashes.contains("design"));
  EXPECT_THAT(report.notes, testing::Not(testing::Contains(HasSubstr("narrow"))));
  EXPECT_EQ(json::parse(report.settings).at("exact").at("prune_group"), 8);
}

TEST_F(DecomposeJob, WhatTheDesignLacksIsNoted) {
  options_.settings = folder_.write("s.toml", "[exact]\nrank = 6\n");
  options_.design = folder_.write("d.toml", "name = \"narrow\"\n[sd]\nrank = 3\ncolumns = 2\n");
  const DecomposeReport report = run();
  EXPECT_THAT(
      report.notes,
      testing::Contains("rank 6 of the settings is more than design narrow has: 3 is taken"));
  EXPECT_THAT(report.notes,
              testing::Contains(HasSubstr("does not run on design narrow: ")));  // 3x3 kernels
  options_.design = folder_.write("e.toml", "[sd]\nrank = 99\n");
  EXPECT_THAT(complaint(), AllOf(HasSubstr("e.toml:2"), HasSubstr("rank")));
}

TEST_F(DecomposeJob, WhatItWritesCanBeEvaluated) {
  write_images();
  (void)run();
  EvalOptions eval;
  eval.model = options_.output;
  eval.data = *options_.calibrate;
  const EvalReport report = evaluate(eval, {}, {});
  EXPECT_EQ(report.images, 12U);
  EXPECT_EQ(report.evaluations.size(), 2U);
}

TEST_F(DecomposeJob, WritesItsReportAsJson) {
  write_images();
  const json report = json::parse(report_text(run()));
  EXPECT_EQ(report.at("command"), "decompose");
  EXPECT_EQ(report.at("inputs").at("calibration").at("images"), 12);
  const json& results = report.at("results");
  for (const char* key : {"relative_error", "compression_ratio", "seconds", "peak_memory_bytes",
                          "layers", "notes", "settings", "file"})
    EXPECT_TRUE(results.contains(key)) << key;
  for (const char* key : {"b8", "b32", "packed"})
    EXPECT_GT(results.at("compression_ratio").at(key), 0) << key;
  const json& layer = results.at("layers").at(1);
  for (const char* key : {"name", "kind", "decomposed", "shape", "relative_error", "output_error",
                          "relative_error_integer", "bits_float", "bits_dense", "bits_packed"})
    EXPECT_TRUE(layer.contains(key)) << key;
}

TEST_F(DecomposeJob, SaysWhatIsWrongAndWritesNothing) {
  options_.target_drop = 1;
  EXPECT_THAT(complaint(), HasSubstr("--calibrate DIR"));
  options_.target_ratio = 8;
  EXPECT_THAT(complaint(), HasSubstr("--target-ratio and --target-drop are both given"));
  options_.target_drop.reset();
  options_.target_ratio = 0.5;
  EXPECT_THAT(complaint(), HasSubstr("--target-ratio 0.5: the allowed range is 1 to 1000"));
  options_.target_ratio.reset();
  options_.norm_reestimation = true;
  EXPECT_THAT(complaint(), HasSubstr("norm re-estimation needs images"));
  options_.norm_reestimation.reset();
  options_.calibration_images = 0;
  EXPECT_THAT(complaint(), HasSubstr("--calibration-images 0"));
  options_.calibration_images = 10;
  options_.settings = folder_.write("s.toml", "sed = 1\n");
  EXPECT_THAT(complaint(), HasSubstr("s.toml:1: sed: unknown"));
  options_.settings.reset();
  options_.calibrate = folder_.path() / "nowhere";
  EXPECT_THAT(complaint(), HasSubstr("nowhere"));
  options_.calibrate.reset();
  options_.model = folder_.write("text.onnx", "text");
  EXPECT_THAT(complaint(), HasSubstr("text.onnx"));
  EXPECT_FALSE(fs::exists(options_.output));
  options_.output = options_.model;
  EXPECT_THAT(complaint(), HasSubstr("is the network that is to be decomposed"));
  options_.output = folder_.path() / "no" / "where.sd";
  EXPECT_THAT(complaint(), HasSubstr("where.sd"));
  options_.model = folder_.path() / "packed.sd";
  options_.output = folder_.path() / "out.sd";
  pack::save(test::small_packed_model(), test::small_provenance(), options_.model);
  EXPECT_THAT(complaint(), HasSubstr("is decomposed already"));
}

TEST_F(DecomposeJob, StopsWhereverItIsAndWritesNothing) {
  write_images();
  std::vector<std::string> stages;
  Observer observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    if (stages.empty() || stages.back() != stage) stages.push_back(stage);
  };
  (void)decompose_model(options_, observer, {});
  fs::remove(options_.output);
  ASSERT_GE(stages.size(), 4U);
  for (const std::string& where : stages) {
    std::stop_source source;
    observer.progress = [&](const std::string& stage, double, const std::string&) {
      if (stage == where) source.request_stop();
    };
    // The last stage is the writing itself, which is over before anyone could stop it.
    if (where == "write model") continue;
    EXPECT_THROW((void)decompose_model(options_, observer, source.get_token()), tb::Cancelled)
        << where;
    EXPECT_FALSE(fs::exists(options_.output)) << where;
  }
}

}  // namespace
}  // namespace sd::core
