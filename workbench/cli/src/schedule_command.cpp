// smartdeal schedule
#include <memory>
#include <optional>

#include "commands.hpp"
#include "job_runner.hpp"
#include "output.hpp"
#include "simulate_text.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::ScheduleJobOptions job;
  std::optional<std::string> json;
};

int schedule(const Options& options) {
  const Output output(options.json);
  const core::ScheduleJobReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::schedule_network(options.job, observer, stop);
      });
  output.text(schedule_text(report));
  output.json([&] { return core::report_text(report); });
  return 0;
}

}  // namespace

Command add_schedule(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::ScheduleJobOptions& job = options->job;
  CLI::App* command = program.add_subcommand(
      "schedule", "Show how a design point runs a .sd file: tiles, commands, estimated cycles");
  command->footer(
      "  smartdeal schedule resnet20.sd --design design.toml\n"
      "  smartdeal schedule resnet20.sd --listing --commands > program.txt");
  command->add_option("model", job.model, "The packed network")->type_name("MODEL.sd")->required();
  command->add_option("--design", job.design, "Design point; without one, the default design")
      ->type_name("FILE.toml");
  command->add_flag("--listing", job.listing, "Also the program's listing");
  command->add_flag("--commands", job.commands, "The listing with every command disassembled");
  command->add_flag("--export-maps", job.export_maps, "Every result is written to DRAM besides");
  command->add_flag("--spill", job.spill, "No map stays in the input buffer");
  command->add_flag("--no-fusion", job.no_fusion, "Additions are commands of their own");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return schedule(*options); };
}

}  // namespace sd::cli
