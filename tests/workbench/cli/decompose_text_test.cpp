#include "decompose_text.hpp"

#include <gmock/gmock.h>

#include "bench_text.hpp"

namespace sd::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

core::DecomposeReport made_report() {
  core::DecomposeReport report;
  report.model_name = "net";
  report.model_source = "net.onnx";
  report.calibration_images = 1000;
  report.calibration_description = "images";
  core::DecomposeLayer conv, fc;
  conv.result.name = "conv";
  conv.result.decomposed = true;
  conv.result.rank = 4;
  conv.result.levels = 3;
  conv.result.columns = 3;
  conv.result.relative_error = 0.1;
  conv.result.output_error = 0.05;
  conv.result.row_sparsity = 0.25;
  conv.result.sparsity = 0.5;
  conv.result.weights = 1000;
  conv.result.bits_dense = 8000;
  conv.result.bits_packed = 4000;
  fc.result.name = "fc";
  fc.result.weights = 100;
  fc.result.bits_dense = fc.result.bits_packed = 800;
  fc.integer_error = 0.0034;
  report.layers = {conv, fc};
  report.relative_error = 0.1;
  report.ratio_b8 = 10.9;
  report.ratio_b32 = 8.5;
  report.ratio_packed = 8;
  report.notes = {"something to know"};
  report.file = "net.sd";
  report.file_bytes = 1234;
  report.seconds = 12.34;
  report.peak_memory_bytes = 100U << 20;
  return report;
}

TEST(DecomposeText, ShowsLayersTotalsAndNotes) {
  const std::string text = decompose_text(made_report());
  EXPECT_THAT(text, HasSubstr("images   1,000 of images\n"));
  EXPECT_THAT(text, ContainsRegex("conv +1,000 +4 +3 +3 +25.0 % +50.0 % +10.00 % +5.00 % +8,000 "
                                  "+4,000 +8.00x\n"));
  EXPECT_THAT(text, ContainsRegex("fc +100 +dense +0.34 % +0.00 % +800 +800 +4.00x\n"));
  EXPECT_THAT(text, ContainsRegex("8-bit basis \\(b8\\) +10.90x\n"));
  EXPECT_THAT(text, ContainsRegex("compression, packed +8.00x\n"));
  EXPECT_THAT(text, HasSubstr("note: something to know\n"));
  EXPECT_THAT(text,
              testing::EndsWith("net.sd: 1,234 bytes\nwall time 12.3 s, peak memory 100 MiB\n"));
}

TEST(DecomposeText, WithoutImagesThereIsNoErrorOfOutputs) {
  core::DecomposeReport report = made_report();
  report.calibration_images = 0;
  EXPECT_THAT(decompose_text(report), Not(HasSubstr("output error")));
}

TEST(BenchText, ShowsTimesNextToTheReference) {
  core::BenchReport report;
  core::BenchCase c;
  c.name = "vgg19/exact";
  c.settings = "rank 4";
  c.threads = 2;
  c.weights = 20000000;
  c.cpu_seconds = 7.2;
  c.wall_seconds = 3.6;
  c.peak_memory_bytes = 300U << 20;
  c.reference_cpu_seconds = 72;
  c.relative_error = 0.1;
  report.cases = {c};
  report.peak_memory_per_case = true;
  EXPECT_THAT(bench_text(report), ContainsRegex("vgg19/exact +2 +20,000,000 +7.200 +3.600 +72 "
                                                "+10.00x +300 +10.00 % +rank 4\n"));
  EXPECT_THAT(bench_text(report), Not(HasSubstr("same results")));
  c.threads = 1;
  report.cases.push_back(c);
  EXPECT_THAT(bench_text(report), HasSubstr("same results for all numbers of threads: yes\n"));
  report.same_for_all_threads = false;
  EXPECT_THAT(bench_text(report), HasSubstr("same results for all numbers of threads: no\n"));
  report.peak_memory_per_case = false;
  EXPECT_THAT(bench_text(report), HasSubstr("of the program so far"));
}

}  // namespace
}  // namespace sd::cli
