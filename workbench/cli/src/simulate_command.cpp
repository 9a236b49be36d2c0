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
  core::SimulateReport report;
  try {
    report = run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
      return core::simulate_network(options.job, observer, stop);
    });
  } catch (const tb::Cancelled&) {
    if (options.job.store)
      fmt::print(stderr, "smartdeal: finished images are in {}; the same command goes on there\n",
                 options.job.store->string());
    throw;
  }
  output.text(simulate_text(report));
  output.json([&] { return core::report_text(report); });
  if (!report.failure.empty()) fmt::print(stderr, "smartdeal: {}\n", report.failure);
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
      "itself, every result is compared and counters are told of each. Images are simulated by "
      "themselves, --jobs at a\n"
      "time; the result does not depend on their number. After the first wrong value, and after a "
      "hang, the image runs\n"
      "again under the eyes of a scoreboard that names the first wrong write. Exit status: 0 "
      "bit-exact, 1 a value\n"
      "differs, the accelerator hangs or reports an error, 2 wrong usage or input.\n\n"
      "  smartdeal simulate resnet20.sd --data test/ --images 2000 --store run/   goes on there "
      "after Ctrl-C\n"
      "  smartdeal simulate resnet20.sd --layers --stalls 200 --seed 7   random image, random gaps "
      "of the bus\n"
      "  smartdeal simulate resnet20.sd --plant-fault conv1 --investigate wrong.fst   see a fault "
      "found");
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
  command->add_option("--jobs", job.jobs, "Images at a time; 0: as many as there are cores")
      ->type_name("N")
      ->check(whole_number(0, 1024))
      ->capture_default_str();
  command
      ->add_option("--store", job.store,
                   "Keep the result of each image in this folder; what is there is not done again")
      ->type_name("FOLDER");
  command->add_flag("--layers", job.layers, "Every layer by itself, every result compared");
  command->add_flag("--profile", job.profile,
                    "What each layer adds to the first image's command list, and what limits it");
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
  command
      ->add_option("--investigate", job.investigate,
                   "Waveforms around the first wrong write or the hang, if there is one")
      ->type_name("FILE.fst");
  command->add_option("--window", job.window_cycles, "Of --investigate: cycles before the fault")
      ->type_name("CYCLES")
      ->check(whole_number(1, 10'000'000))
      ->capture_default_str();
  command
      ->add_option("--plant-fault", job.plant_fault,
                   "Flip a bit of this layer's first bias in the memory image, to see it found")
      ->type_name("LAYER");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return simulate(*options); };
}

}  // namespace sd::cli
