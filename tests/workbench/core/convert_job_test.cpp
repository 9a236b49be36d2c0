// .sd files as ONNX.
#include "workbench/core/convert_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/inference/float_executor.hpp"
#include "sdengine/pack/rebuilt.hpp"
#include "small_model.hpp"
#include "temporary_folder.hpp"
#include "verilator_tb/errors.hpp"

namespace sd::core {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::HasSubstr;

class ConvertJob : public testing::Test {
 protected:
  void SetUp() override {
    options_.model = folder_.path() / "small.sd";
    options_.output = folder_.path() / "out.onnx";
    pack::save(test::small_packed_model(), test::small_provenance(), options_.model);
  }

  TemporaryFolder folder_;
  ConvertOptions options_;
};

TEST_F(ConvertJob, BothFormatsComputeWhatTheRebuiltNetworkComputes) {
  const inference::FloatExecutor expected(pack::rebuilt_network(test::small_packed_model()));
  std::vector<float> image;
  for (int i = 0; i < 64; ++i) image.push_back(static_cast<float>(i % 7) / 3.0F - 1.0F);
  for (const ConvertFormat format : {ConvertFormat::onnx, ConvertFormat::onnx_factored}) {
    options_.format = format;
    const ConvertReport report = convert(options_, {}, {});
    EXPECT_EQ(report.layers, 3);
    EXPECT_EQ(report.factored_layers, format == ConvertFormat::onnx ? 0 : 2);
    EXPECT_EQ(report.file_bytes, std::filesystem::file_size(options_.output));
    const graph::Network network = graph::import_onnx(options_.output);
    EXPECT_EQ(network.class_names, (std::vector<std::string>{"ant", "bee", "cow"}));
    const std::vector<float> wanted = expected.run(image),
                             got = inference::FloatExecutor(network).run(image);
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-5);
  }
}

TEST_F(ConvertJob, WritesItsReportAsJson) {
  const auto report = nlohmann::json::parse(report_text(convert(options_, {}, {})));
  EXPECT_EQ(report.at("command"), "convert");
  EXPECT_EQ(report.at("results").at("format"), "onnx");
  EXPECT_EQ(report.at("results").at("layers"), 3);
  EXPECT_THAT(report.at("results").at("hash").get<std::string>(), testing::StartsWith("sha256:"));
}

TEST_F(ConvertJob, SaysWhatIsWrong) {
  const auto words = [&] {
    return message_of<InputError>([&] { (void)convert(options_, {}, {}); });
  };
  options_.output = options_.model;
  EXPECT_THAT(words(), HasSubstr("is the model that is to be converted"));
  options_.output = folder_.path() / "no" / "where.onnx";
  EXPECT_THAT(words(), HasSubstr("where.onnx"));
  options_.output = folder_.path() / "out.onnx";
  options_.model = folder_.write("text.sd", "text");
  EXPECT_THAT(words(), HasSubstr("text.sd"));
  EXPECT_FALSE(std::filesystem::exists(options_.output));
}

TEST_F(ConvertJob, StopsWhenAsked) {
  std::stop_source source;
  Observer observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    if (stage == "rebuild weights") source.request_stop();
  };
  EXPECT_THROW((void)convert(options_, observer, source.get_token()), tb::Cancelled);
  EXPECT_FALSE(std::filesystem::exists(options_.output));
}

}  // namespace
}  // namespace sd::core
