// smartdeal generate
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "commands.hpp"
#include "output.hpp"
#include "workbench/core/generate_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  std::optional<std::filesystem::path> design;
  std::filesystem::path folder;
  std::optional<std::string> json;
};

int generate(const Options& options) {
  const Output output(options.json);
  const core::GenerateReport report = core::generate(options.design, options.folder);
  output.text(fmt::format(
      "{}: {} SystemVerilog files of design {} ({}), file list smartdeal.f, manifest "
      "manifest.json\n",
      report.folder.string(), report.sources.size(), report.design.name, report.design_hash));
  output.json([&] { return core::report_text(report); });
  return 0;
}

}  // namespace

Command add_generate(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "generate", "Write the accelerator's SystemVerilog, a file list and a manifest");
  command->footer(
      "  smartdeal generate --design design.toml -o rtl-out\n  verilator --lint-only -Wall -f "
      "rtl-out/smartdeal.f");
  command->add_option("--design", options->design, "Design point; without one, the default design")
      ->type_name("FILE.toml");
  command
      ->add_option("-o,--output", options->folder,
                   "Folder to write; it appears whole or not at all")
      ->type_name("DIR")
      ->required();
  command->add_option("--json", options->json, "Write a report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return generate(*options); };
}

}  // namespace sd::cli
