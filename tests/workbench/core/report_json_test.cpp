#include "workbench/core/report_json.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "temporary_folder.hpp"
#include "workbench/core/doctor.hpp"
#include "workbench/core/generate_job.hpp"
#include "workbench/core/version.hpp"

namespace sd::core {
namespace {

using nlohmann::json;

RunReport made_report() {
  RunReport report;
  report.model_name = "net";
  report.model_source = "net.onnx";
  report.data_description = "images";
  report.input_hashes = {{"model", "sha256:1"}, {"data", "sha256:2"}, {"design", "3"}};
  report.notes = {"a note"};
  LayerReport conv;
  conv.operator_index = 1;
  conv.name = "conv";
  conv.kind = "convolution";
  conv.decomposed = conv.on_rtl = conv.bit_exact = true;
  conv.rows = 9;
  conv.row_sparsity = 0.25;
  conv.relative_error = 0.1;
  conv.bits_float = 4000;
  conv.bits_dense = 1000;
  conv.bits_packed = 400;
  conv.cycles = 77;
  LayerReport add;
  add.operator_index = 2;
  add.name = "add";
  add.kind = "add";
  add.off_chip_reason = "not on this accelerator yet";
  report.layers = {conv, add};
  report.accuracy = {200, 0.9, 0.89, 0.885, 0.895};
  for (ChipReport* chip : {&report.sd, &report.baseline}) {
    chip->images = 10;
    chip->counters.cycles = 1000;
    chip->counters.macs = 500;
    chip->counters.rows_skipped_weight = 30;
    chip->counters.rows_skipped_activation = 12;
    chip->mac_utilisation = 0.5;
    chip->dram_read_bytes = 64;
    chip->dram_write_bytes = 32;
    chip->cycles_per_second = 1e5;
    chip->energy_per_image.components = {{"dram", 10.0}, {"mac", 5.0}};
  }
  report.baseline.design = report.sd.design.dense_baseline();
  report.baseline.energy_per_image.components = {{"dram", 20.0}, {"mac", 10.0}};
  report.bit_exact = true;
  report.energy_ratio = 2;
  return report;
}

TEST(ReportJson, HoldsWhatScriptsReadFromARun) {
  const json report = json::parse(report_text(made_report()));
  EXPECT_EQ(report.at("schema"), "smartdeal-report/1");
  EXPECT_EQ(report.at("command"), "run");
  EXPECT_EQ(report.at("version"), version());
  EXPECT_EQ(report.at("inputs").at("model").at("hash"), "sha256:1");
  EXPECT_EQ(report.at("inputs").at("data").at("hash"), "sha256:2");
  EXPECT_EQ(report.at("inputs").at("design").at("hash"), "3");
  const json& results = report.at("results");
  EXPECT_EQ(results.at("bit_exact"), true);
  const json& conv = results.at("layers").at(0);
  EXPECT_EQ(conv.at("name"), "conv");
  EXPECT_EQ(conv.at("kind"), "convolution");
  EXPECT_EQ(conv.at("on_rtl"), true);
  EXPECT_EQ(conv.at("relative_error"), 0.1);
  EXPECT_EQ(conv.at("bits_dense"), 1000);
  EXPECT_EQ(conv.at("bits_packed"), 400);
  EXPECT_EQ(results.at("layers").at(1).at("on_rtl"), false);
  EXPECT_EQ(results.at("layers").at(1).at("off_chip_reason"), "not on this accelerator yet");
  EXPECT_EQ(results.at("accuracy"),
            (json{{"images", 200}, {"float", 0.9}, {"sd_float", 0.89}, {"sd_integer", 0.885}}));
  for (const json* chip : {&results.at("rtl"), &results.at("baseline").at("rtl")}) {
    EXPECT_EQ(chip->at("images"), 10);
    EXPECT_EQ(chip->at("cycles"), 1000);
    EXPECT_EQ(chip->at("macs"), 500);
    EXPECT_EQ(chip->at("mac_utilisation"), 0.5);
    EXPECT_EQ(chip->at("dram_read_bytes"), 64);
    EXPECT_EQ(chip->at("dram_write_bytes"), 32);
    EXPECT_EQ(chip->at("rows_skipped"), 42);
    EXPECT_EQ(chip->at("cycles_per_second"), 1e5);
    EXPECT_EQ(chip->at("counters").size(), static_cast<std::size_t>(tb::Counters::count));
    EXPECT_FALSE(chip->contains("mismatch"));
  }
  EXPECT_EQ(results.at("energy_pj"), (json{{"dram", 10.0}, {"mac", 5.0}, {"total", 15.0}}));
  EXPECT_EQ(results.at("baseline").at("energy_pj").at("total"), 30.0);
  EXPECT_EQ(results.at("baseline").at("accuracy").at("dense_integer"), 0.895);
  EXPECT_EQ(results.at("energy_ratio"), 2.0);
  EXPECT_EQ(results.at("notes"), json::array({"a note"}));
}

TEST(ReportJson, SaysWhatDiffers) {
  RunReport report = made_report();
  report.bit_exact = false;
  report.sd.mismatch = tb::Mismatch{3, 1, "conv", 4, 5, 6, 7, 8, 9};
  const json results = json::parse(report_text(report)).at("results");
  EXPECT_EQ(results.at("bit_exact"), false);
  const json& mismatch = results.at("rtl").at("mismatch");
  EXPECT_EQ(mismatch, (json{{"image", 3},
                            {"layer", "conv"},
                            {"channel", 4},
                            {"row", 5},
                            {"column", 6},
                            {"expected", 7},
                            {"actual", 8},
                            {"differing_values", 9}}));
}

TEST(ReportJson, SurvivesNamesThatAreNotUtf8) {
  RunReport report = made_report();
  report.model_source = "bad\xff.onnx";
  const json parsed = json::parse(report_text(report));
  EXPECT_EQ(parsed.at("inputs").at("model").at("source"), "bad\xEF\xBF\xBD.onnx");
}

TEST(ReportJson, IsWrittenToAFile) {
  const test::TemporaryFolder folder;
  write_report(made_report(), folder.path() / "r.json");
  EXPECT_EQ(test::text_of(folder.path() / "r.json"), report_text(made_report()));
}

TEST(ReportJson, OtherCommandsHaveTheSameEnvelope) {
  GenerateReport generated;
  generated.sources = {"out/a.sv", "out/b.sv"};
  generated.folder = "out";
  const json generate = json::parse(report_text(generated));
  EXPECT_EQ(generate.at("command"), "generate");
  EXPECT_EQ(generate.at("results").at("sources"), json::array({"a.sv", "b.sv"}));
  DoctorReport examined;
  examined.tools = {{"verilator", "simulates", "verilator", true, std::nullopt, "", "missing"}};
  const json doctor = json::parse(report_text(examined));
  EXPECT_EQ(doctor.at("command"), "doctor");
  EXPECT_EQ(doctor.at("results").at("healthy"), false);
  EXPECT_EQ(doctor.at("results").at("tools").at(0).at("found"), false);
}

}  // namespace
}  // namespace sd::core
