#include "run_text.hpp"

#include <gmock/gmock.h>

namespace sd::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

core::RunReport made_report() {
  core::RunReport report;
  report.model_name = "net";
  report.model_source = "net.onnx";
  report.data_description = "images";
  report.notes = {"something to know"};
  core::LayerReport conv;
  conv.name = "conv";
  conv.kind = "convolution";
  conv.decomposed = conv.on_rtl = conv.bit_exact = true;
  conv.rows = 48;
  conv.row_sparsity = 0.125;
  conv.relative_error = 0.0712;
  conv.bits_dense = 20000;
  conv.bits_packed = 8000;
  conv.cycles = 12345;
  conv.simulated = true;
  core::LayerReport add;
  add.name = "sum";
  add.kind = "add";
  report.layers = {conv, add};
  report.accuracy = {2000, 0.8785, 0.875, 0.8735, 0.878};
  report.sd.images = report.baseline.images = 10;
  report.sd.counters.cycles = 24690;
  report.baseline.counters.cycles = 49380;
  report.sd.mac_utilisation = 0.4321;
  report.sd.correct = 9;
  report.sd.energy_per_image.components = {{"input_buffer", 1500.0}};
  report.baseline.energy_per_image.components = {{"input_buffer", 3000.0}};
  report.bit_exact = true;
  report.wall_seconds = 12.34;
  report.peak_memory_bytes = 100U << 20;
  return report;
}

TEST(RunText, ShowsLayersAccuracyAndBothChips) {
  const std::string text = run_text(made_report());
  EXPECT_THAT(
      text,
      testing::ContainsRegex(
          "conv +convolution +48 +12.5 % +7.12 % +20,000 +8,000 +2.50x +12,345 +RTL, bit-exact\n"));
  EXPECT_THAT(text, testing::ContainsRegex("sum +add +reference\n"));
  EXPECT_THAT(text, testing::ContainsRegex("accuracy on 2,000 images"));
  EXPECT_THAT(text, testing::ContainsRegex("\nfloat +87.85 %\n"));
  EXPECT_THAT(text, testing::ContainsRegex("cycles +2,469 +4,938 +2.00x\n"));
  EXPECT_THAT(text, testing::ContainsRegex("MAC utilisation +43.21 %"));
  EXPECT_THAT(text, testing::ContainsRegex("  input buffer +1.5 +3.0 +2.00x\n"));
  EXPECT_THAT(text, HasSubstr("note: something to know\n"));
  EXPECT_THAT(text, testing::EndsWith("wall time 12.3 s, peak memory 100 MiB\nbit-exact: yes\n"));
}

TEST(RunText, SaysNoWhereALayerDiffers) {
  core::RunReport report = made_report();
  report.bit_exact = report.layers[0].bit_exact = false;
  const std::string text = run_text(report);
  EXPECT_THAT(text, HasSubstr("RTL, DIFFERS"));
  EXPECT_THAT(text, testing::EndsWith("bit-exact: no\n"));
  report.layers[0].simulated = false;  // the run stopped before this layer
  EXPECT_THAT(run_text(report),
              testing::AllOf(HasSubstr("RTL, not reached"), Not(HasSubstr("DIFFERS"))));
}

}  // namespace
}  // namespace sd::cli
