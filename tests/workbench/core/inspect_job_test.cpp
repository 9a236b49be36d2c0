// What a .sd file says about itself.
#include "workbench/core/inspect_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "small_model.hpp"
#include "temporary_folder.hpp"
#include "verilator_tb/errors.hpp"

namespace sd::core {
namespace {

using nlohmann::json;
using test::message_of;
using test::TemporaryFolder;
using test::text_of;
using testing::AllOf;
using testing::HasSubstr;

class InspectJob : public testing::Test {
 protected:
  void SetUp() override {
    options_.model = folder_.path() / "small.sd";
    pack::save(test::small_packed_model(), test::small_provenance(), options_.model);
  }

  TemporaryFolder folder_;
  InspectOptions options_;
};

TEST_F(InspectJob, DescribesOperatorsAndLayers) {
  const InspectReport report = inspect(options_, {}, {});
  EXPECT_EQ(report.model_name, "small");
  EXPECT_EQ(report.provenance, test::small_provenance());
  EXPECT_EQ(static_cast<std::uintmax_t>(report.file_bytes),
            std::filesystem::file_size(options_.model));
  ASSERT_EQ(report.operators.size(), 5U);
  EXPECT_EQ(report.operators[2].inputs, std::vector<std::string>{"block/conv:1"});
  EXPECT_EQ(report.operators[1].macs, 8 * 8 * 36);
  ASSERT_EQ(report.layers.size(), 3U);
  const pack::PackedModel model = test::small_packed_model();
  for (const InspectLayer& layer : report.layers) {
    const pack::PackedLayer& packed = *model.layers[static_cast<std::size_t>(layer.operator_index)];
    EXPECT_EQ(layer.decomposed, layer.name != "fc");
    EXPECT_EQ(layer.bits_packed, packed.bits_packed());
    EXPECT_EQ(layer.relative_error, packed.relative_error);
    EXPECT_LE(layer.weight_scale_least, layer.weight_scale_most);
    EXPECT_EQ(layer.all_rows, layer.filters * layer.rows);
    if (!layer.decomposed) continue;
    EXPECT_EQ(layer.levels, packed.levels);
    EXPECT_EQ(layer.zero_values + static_cast<std::int64_t>(std::accumulate(
                                      layer.exponents.begin(), layer.exponents.end(), 0ULL)),
              layer.all_values);
  }
  EXPECT_EQ(report.bits_packed, report.storage.bits_packed());
}

TEST_F(InspectJob, CountsTheExponentsOfTheCodes) {
  pack::PackedModel model = test::small_packed_model();
  std::vector<decompose::Coefficient>& codes = model.layers[1]->coefficients;
  std::fill(codes.begin(), codes.end(), decompose::Coefficient{0});
  codes[0] = 1;              // 2^0
  codes[1] = codes[5] = -3;  // -2^-2
  pack::save(model, test::small_provenance(), options_.model);
  const InspectReport report = inspect(options_, {}, {});
  const InspectLayer& conv = report.layers[0];
  EXPECT_THAT(conv.exponents, testing::ElementsAre(1, 0, 2));
  EXPECT_EQ(conv.zero_values, static_cast<std::int64_t>(codes.size()) - 3);
  EXPECT_EQ(conv.zero_rows, conv.all_rows - 2);
  const InspectLayer& point = report.layers[1];
  for (std::size_t e = 0; e < 3; ++e)
    EXPECT_EQ(report.exponents[e], conv.exponents[e] + point.exponents[e]);
}

TEST_F(InspectJob, WritesItsReportAsJson) {
  const json report = json::parse(report_text(inspect(options_, {}, {})));
  EXPECT_EQ(report.at("command"), "inspect");
  EXPECT_THAT(report.at("inputs").at("model").at("hash").get<std::string>(),
              testing::StartsWith("sha256:"));
  const json& results = report.at("results");
  EXPECT_EQ(results.at("provenance").at("source"), "small.onnx");
  EXPECT_EQ(results.at("provenance").at("source_hash"), "sha256:" + std::string(64, 'a'));
  EXPECT_EQ(results.at("provenance").at("settings").at("algorithm"), "exact");
  EXPECT_EQ(results.at("classes"), (json{"ant", "bee", "cow"}));
  EXPECT_EQ(results.at("layers").size(), 3U);
  EXPECT_EQ(results.at("layers").at(0).at("shape"), (json{4, 1, 3, 3}));
  EXPECT_EQ(results.at("layers").at(0).at("rank"), 4);
  EXPECT_FALSE(results.at("layers").at(2).contains("rank"));
  EXPECT_EQ(results.at("exponents").at("by_exponent").size(), 3U);
  std::int64_t parts = 0;
  for (const auto& part : results.at("storage").at("parts")) parts += part.get<std::int64_t>();
  EXPECT_EQ(parts, results.at("storage").at("bits_file"));
}

TEST_F(InspectJob, WritesTheTableOfLayers) {
  options_.csv = folder_.path() / "layers.csv";
  const InspectReport report = inspect(options_, {}, {});
  const std::string csv = text_of(*options_.csv);
  EXPECT_EQ(csv, layers_csv(report));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
  EXPECT_THAT(csv, AllOf(testing::StartsWith("name,kind,stored,"),
                         HasSubstr("\r\nblock/conv:1,convolution,sd,4,1,3,3,1,4,3,3,3,"),
                         HasSubstr("\r\nfc,fully connected,dense,3,6,1,1,")));
}

TEST(LayersCsv, QuotesWhatWouldBeSplit) {
  InspectReport report;
  report.layers.emplace_back();
  report.layers[0].name = "a,\"b\"";
  EXPECT_THAT(layers_csv(report), HasSubstr("\r\n\"a,\"\"b\"\"\","));
}

TEST_F(InspectJob, RefusesWhatIsNoSdFile) {
  const auto words = [&] {
    return message_of<InputError>([&] { (void)inspect(options_, {}, {}); });
  };
  const std::string good = text_of(options_.model);
  options_.model = folder_.path() / "none.sd";
  EXPECT_THAT(words(), HasSubstr("none.sd"));
  options_.model = folder_.write("text.sd", "this is text");
  EXPECT_THAT(words(), HasSubstr("text.sd"));
  options_.model = folder_.write("half.sd", good.substr(0, good.size() / 2));
  EXPECT_THAT(words(), HasSubstr("half.sd"));
  options_.model = folder_.write("network.onnx", "");
  EXPECT_THAT(words(),
              AllOf(HasSubstr("network.onnx is not a .sd file"), HasSubstr("smartdeal decompose")));
}

TEST_F(InspectJob, WritesNothingWhereSomethingIsWrong) {
  options_.tensors = folder_.path() / "tensors";
  options_.csv = folder_.path() / "none" / "layers.csv";
  EXPECT_THAT(message_of<InputError>([&] { (void)inspect(options_, {}, {}); }),
              HasSubstr("layers.csv"));
  EXPECT_FALSE(std::filesystem::exists(*options_.tensors));
}

TEST_F(InspectJob, StopsWhenAsked) {
  options_.tensors = folder_.path() / "tensors";
  std::stop_source source;
  Observer observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    if (stage == "write tensors") source.request_stop();
  };
  EXPECT_THROW((void)inspect(options_, observer, source.get_token()), tb::Cancelled);
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    EXPECT_EQ(entry.path().filename(), "small.sd");
}

}  // namespace
}  // namespace sd::core
