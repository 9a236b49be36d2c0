#include "inspect_text.hpp"

#include <gmock/gmock.h>

namespace sd::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

core::InspectReport made_report() {
  core::InspectReport report;
  report.model_name = "net";
  report.model_source = "net.sd";
  report.model_hash = "sha256:1234";
  report.format_version = 1;
  report.file_bytes = 12345;
  report.provenance = {"net.onnx", std::string(64, 'a'), "{}", "0.1.0", "smartdeal decompose"};
  report.operators = {{"image", "input", {}, {3, 32, 32}, 0.02F, 0},
                      {"conv", "convolution", {"image"}, {16, 32, 32}, 0.05F, 442368}};
  core::InspectLayer layer;
  layer.operator_index = 1;
  layer.name = "conv";
  layer.decomposed = true;
  layer.filters = 16;
  layer.channels = 3;
  layer.kernel_height = layer.kernel_width = 3;
  layer.rank = 4;
  layer.levels = 3;
  layer.columns = 3;
  layer.rows = 9;
  layer.slices = layer.filters_per_basis = 1;
  layer.zero_rows = 36;
  layer.all_rows = 144;
  layer.zero_values = 288;
  layer.all_values = 576;
  layer.exponents = {144, 96, 48};
  layer.relative_error = 0.0712;
  layer.weight_scale_least = 0.001F;
  layer.weight_scale_most = 0.004F;
  layer.bits_float = 13824;
  layer.bits_dense = 4320;
  layer.bits_packed = 3456;
  report.layers = {layer};
  report.exponents = layer.exponents;
  report.zero_coefficients = 288;
  report.bits_float = 13824;
  report.bits_dense = 4320;
  report.bits_packed = 3456;
  report.storage.coefficients = 3000;
  report.storage.bits_file_overhead = 1000;
  report.notes = {"something to know"};
  return report;
}

TEST(InspectText, ShowsWhereItComesFromAndWhatItHolds) {
  const std::string text = inspect_text(made_report());
  EXPECT_THAT(text, ContainsRegex("file +net.sd, 12,345 bytes, format 1\n"));
  EXPECT_THAT(text, ContainsRegex("made from +net.onnx\n"));
  EXPECT_THAT(text, ContainsRegex("made by +smartdeal decompose 0.1.0\n"));
  EXPECT_THAT(text, ContainsRegex("conv +convolution +image +16 x 32 x 32 +442,368 +0.05\n"));
  EXPECT_THAT(text, ContainsRegex("conv +16 x 3 x 3 x 3 +4 +3 +3 +9 +16 +25.0 % +50.0 % +7.12 % "
                                  "+0.001..0.004 +4,320 +3,456 +4.00x\n"));
  EXPECT_THAT(text, ContainsRegex("0 +288 +50.0 % +#{40}\n"));
  EXPECT_THAT(text, ContainsRegex("\\+-1 +144 +25.0 % +#{20}\n"));
  EXPECT_THAT(text, ContainsRegex("\\+-2\\^-2 +48 +8.3 % +#{7}\n"));
  EXPECT_THAT(text, ContainsRegex("coefficients of rows that are not zero +3,000 +75.0 %\n"));
  EXPECT_THAT(text, testing::EndsWith("note: something to know\n"));
}

TEST(InspectText, ALayerLeftDenseHasNoRank) {
  core::InspectReport report = made_report();
  report.layers[0].decomposed = false;
  report.exponents.clear();
  const std::string text = inspect_text(report);
  EXPECT_THAT(text, ContainsRegex("conv +16 x 3 x 3 x 3 +dense +3 +9 +25.0 %"));
  EXPECT_THAT(text, Not(HasSubstr("#")));
}

}  // namespace
}  // namespace sd::cli
