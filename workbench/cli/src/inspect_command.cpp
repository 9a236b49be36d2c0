// smartdeal inspect
#include <memory>
#include <optional>

#include "commands.hpp"
#include "inspect_text.hpp"
#include "job_runner.hpp"
#include "output.hpp"
#include "workbench/core/inspect_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::InspectOptions inspect;
  std::optional<std::string> json;
};

int inspect(const Options& options) {
  const Output output(options.json);
  const core::InspectReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::inspect(options.inspect, observer, stop);
      });
  output.text(inspect_text(report));
  output.json([&] { return core::report_text(report); });
  return 0;
}

}  // namespace

Command add_inspect(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::InspectOptions& inspect_options = options->inspect;
  CLI::App* command = program.add_subcommand("inspect", "Show what is in a .sd file");
  command->footer(
      "  smartdeal inspect resnet20.sd --csv layers.csv\n"
      "  smartdeal inspect resnet20.sd --npy tensors      then, in Python: "
      "numpy.load(\"tensors/001_conv1.codes.npy\")");
  command->add_option("model", inspect_options.model, "The packed network")
      ->type_name("MODEL.sd")
      ->required();
  command->add_option("--csv", inspect_options.csv, "Write the per-layer table")->type_name("FILE");
  command
      ->add_option("--npy", inspect_options.tensors,
                   "Folder for the tensors as NumPy files; it appears whole or not at all")
      ->type_name("DIR");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return inspect(*options); };
}

}  // namespace sd::cli
