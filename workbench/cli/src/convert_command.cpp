// smartdeal convert
#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>

#include "commands.hpp"
#include "job_runner.hpp"
#include "output.hpp"
#include "table.hpp"
#include "workbench/core/convert_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::ConvertOptions convert;
  std::optional<std::string> json;
};

std::string convert_text(const core::ConvertReport& report) {
  std::string text = fmt::format("{}: network {} as {}, {} bytes, ", report.file, report.model_name,
                                 to_string(report.format), grouped(report.file_bytes));
  text += report.format == core::ConvertFormat::onnx
              ? fmt::format("weights of {} layers rebuilt\n", report.layers)
              : fmt::format("{} of {} layers as Ce and B\n", report.factored_layers, report.layers);
  for (const std::string& note : report.notes) text += fmt::format("note: {}\n", note);
  return text;
}

int convert(const Options& options) {
  const Output output(options.json);
  const core::ConvertReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::convert(options.convert, observer, stop);
      });
  output.text(convert_text(report));
  output.json([&] { return core::report_text(report); });
  return 0;
}

}  // namespace

Command add_convert(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::ConvertOptions& convert_options = options->convert;
  CLI::App* command = program.add_subcommand("convert", "Write a .sd file as ONNX");
  command->footer(
      "onnx holds the rebuilt weights and runs anywhere; onnx-factored holds Ce and B, joined by "
      "standard operators, and\n"
      "gives the same outputs.\n\n"
      "  smartdeal convert resnet20.sd --to onnx -o rebuilt.onnx");
  command->add_option("model", convert_options.model, "The packed network")
      ->type_name("MODEL.sd")
      ->required();
  const std::map<std::string, core::ConvertFormat> formats = {
      {"onnx", core::ConvertFormat::onnx}, {"onnx-factored", core::ConvertFormat::onnx_factored}};
  command->add_option("--to", convert_options.format, "Format to write")
      ->type_name("onnx|onnx-factored")
      ->transform(CLI::Transformer(formats).description(""))
      ->required();
  command->add_option("-o,--output", convert_options.output, "File to write, whole or not at all")
      ->type_name("FILE")
      ->required();
  command->add_option("--json", options->json, "Write a report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return convert(*options); };
}

}  // namespace sd::cli
