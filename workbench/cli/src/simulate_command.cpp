// smartdeal simulate
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "commands.hpp"
#include "job_runner.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "simulate_text.hpp"
#include "workbench/core/mismatch_text.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::SimulateOptions job;
  std::optional<std::string> json;
};

int simulate(const Options& options) {
  const Output output(options.json);
  const core::SimulateReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::simulate_network(options.job, observer, stop);
      });
  output.text(simulate_text(report));
  output.json([&] { return core::report_text(report); });
  if (report.mismatch)
    fmt::print(stderr, "smartdeal: {}\n", core::mismatch_text("the accelerator", *report.mismatch));
  return report.bit_exact() ? 0 : 1;
}

}  // namespace

Command add_simulate(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::SimulateOptions& job = options->job;
  CLI::App* command = program.add_subcommand(
      "simulate", "Run a .sd file on the simulated accelerator, bit for bit against the reference");
  command->footer(
      "By default an image is one command list, and what comes to DRAM is compared; with --layers "
      "every layer runs by\n"
      "itself, every result is compared and counters are told of each. Exit status: 0 bit-exact, 1 "
      "a value differs,\n"
      "2 wrong usage or input.\n\n"
      "  smartdeal simulate resnet20.sd --data test/ --images 10\n"
      "  smartdeal simulate resnet20.sd --layers --stalls 200 --seed 7      random image, random "
      "gaps of the bus");
  command->add_option("model", job.model, "The packed network")->type_name("MODEL.sd")->required();
  command->add_option("--data", job.data, "Images, as for eval; without, random values")
      ->type_name("DIR");
  command->add_option("--design", job.design, "Design point; without one, the default design")
      ->type_name("FILE.toml");
  command->add_option("--images", job.images, "Images to run")
      ->type_name("N")
      ->check(whole_number(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--first", job.first, "First image, from 0")
      ->type_name("I")
      ->check(whole_number(0, 10'000'000))
      ->capture_default_str();
  command->add_flag("--layers", job.layers, "Every layer by itself, every result compared");
  command->add_flag("--dense", job.dense,
                    "The design's dense baseline: no rebuild engines, no row skipping");
  command->add_option("--latency", job.latency_cycles, "Cycles until the DRAM answers")
      ->type_name("CYCLES")
      ->check(whole_number(0, 100'000))
      ->capture_default_str();
  command->add_option("--stalls", job.stalls_per_1024, "Random gaps of the bus, per 1024 cycles")
      ->type_name("N")
      ->check(whole_number(0, 1023))
      ->capture_default_str();
  command->add_option("--seed", job.seed, "Of the gaps and of random images")
      ->type_name("S")
      ->check(whole_number(0, 2'000'000'000))
      ->capture_default_str();
  command->add_option("--watchdog", job.watchdog_cycles, "A run of more cycles hangs")
      ->type_name("CYCLES")
      ->check(whole_number(1, 1'000'000'000'000))
      ->capture_default_str();
  command->add_option("--trace", job.trace, "Waveforms of the whole first image, for GTKWave")
      ->type_name("FILE.fst");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return simulate(*options); };
}

}  // namespace sd::cli
