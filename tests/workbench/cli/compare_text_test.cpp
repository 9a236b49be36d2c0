#include "compare_text.hpp"

#include <gmock/gmock.h>

namespace sd::cli {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

core::CompareReport made_report() {
  core::CompareReport report;
  report.model_name = "net";
  report.model_source = "net.onnx";
  report.data_description = "test images";
  report.calibration_description = "training images";
  report.input_hashes = {{"model", "m"}, {"data", "d"}, {"calibration", "c"}};
  report.images = 10000;
  report.calibration_images = 1000;
  report.float_accuracy = 0.92;
  core::CompareRow row;
  row.target_ratio = 10.9;
  row.gaussian_bound = 0.1307;
  row.weights_only = {{10.9, 0.14, 0.90}, 8.1};
  row.data_aware = {{{10.904, 0.15, 0.915}, 8.25}, 0.9125, 12.34};
  row.uniform = {10.95, 0.2, 0.89};
  row.powers_of_two = {10.9, 0.3, 0.80};
  row.pruning = {10.9, 0.4, 0.921};
  report.rows = {row};
  report.curve_seconds = 7;
  report.notes = {"something to know"};
  report.seconds = 60;
  report.peak_memory_bytes = 100U << 20;
  return report;
}

TEST(CompareText, ShowsLossesNextToRatiosThatDiffer) {
  const std::string text = compare_text(made_report());
  EXPECT_THAT(text, HasSubstr("92.00 % in float, on 10,000 images; calibration on 1,000 images\n"));
  EXPECT_THAT(
      text, ContainsRegex("\n10.90x +0.75 +0.50 +2.00 +3.00 \\(10.95x\\) +12.00 +-0.10 +8.25x\n"));
  EXPECT_THAT(text, ContainsRegex("\n10.90x +13.07 % +15.00 % +14.00 % +20.00 % +30.00 % +40.00 % "
                                  "+12.3\n"));
  EXPECT_THAT(text, AllOf(HasSubstr("after 7.0 s for curves"), HasSubstr("Gaussian bound"),
                          HasSubstr("note: something to know\n")));
  EXPECT_THAT(text, testing::EndsWith("wall time 60.0 s, peak memory 100 MiB\n"));
}

TEST(CompareText, NoLossHasNoSign) {
  core::CompareReport report = made_report();
  report.rows[0].uniform = {10.9, 0.2, 0.92000001};
  EXPECT_THAT(compare_text(report), ContainsRegex(" 2.00 +0.00 +12.00"));
}

TEST(CompareText, TheSameAsMarkdown) {
  const std::string text = compare_markdown(made_report());
  EXPECT_THAT(text, testing::StartsWith("# net: SD against plain quantisation"));
  EXPECT_THAT(
      text, HasSubstr("| target | SD, data-aware, integers | SD, data-aware | SD, weights only | "
                      "uniform | powers of two | pruning, 8 bits | SD packed |\n"
                      "|---:|---:|---:|---:|---:|---:|---:|---:|\n"
                      "| 10.90x | 0.75 | 0.50 | 2.00 | 3.00 (10.95x) | 12.00 | -0.10 | 8.25x |\n"));
  EXPECT_THAT(text, HasSubstr("| 10.90x | 13.07 % | 15.00 % | 14.00 % |"));
  EXPECT_THAT(text, HasSubstr("* Something to know.\n"));
}

}  // namespace
}  // namespace sd::cli
