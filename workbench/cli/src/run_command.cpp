// smartdeal run
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "interrupts.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "progress_line.hpp"
#include "run_text.hpp"
#include "workbench/core/mismatch_text.hpp"
#include "workbench/core/report_json.hpp"
#include "workbench/core/run_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::RunOptions run;
  std::optional<std::string> json;
};

int run_job(const Options& options) {
  const Output output(options.json);
  ProgressLine progress = ProgressLine::on_stderr();
  core::RunObserver observer;
  observer.progress = [&](const std::string& stage, double fraction, const std::string& detail) {
    progress.show(stage, fraction, detail);
  };
  core::RunReport report;
  {
    const Interrupts interrupts;
    try {
      report = core::run(options.run, observer, interrupts.token());
    } catch (...) {
      progress.clear();
      throw;
    }
  }
  progress.clear();
  output.text(run_text(report));
  output.json([&] { return core::report_text(report); });
  if (report.sd.mismatch)
    fmt::print(stderr, "smartdeal: {}\n",
               core::mismatch_text("the SmartDeal accelerator", *report.sd.mismatch));
  if (report.baseline.mismatch)
    fmt::print(stderr, "smartdeal: {}\n",
               core::mismatch_text("the dense baseline", *report.baseline.mismatch));
  return report.bit_exact ? 0 : 1;
}

}  // namespace

Command add_run(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::RunOptions& run = options->run;
  CLI::App* command =
      program.add_subcommand("run", "From a network to a bit-exact run of generated hardware");
  command->footer(
      "Decomposes the network, packs it, generates the accelerator and its dense baseline, runs "
      "images through both in\n"
      "Verilator and compares every layer bit for bit with the integer reference. Exit status: 0 "
      "bit-exact, 1 a layer\n"
      "differs, 2 wrong usage or input.\n\n"
      "  smartdeal run                                  the built-in network on generated shapes\n"
      "  smartdeal run resnet20.onnx --data test/       your network; one folder of images per "
      "class");
  command->add_option("model", run.model, "ONNX network; without one, the built-in network")
      ->type_name("MODEL.onnx");
  command
      ->add_option("--data", run.data,
                   "Folder of test images, one sub-folder of JPEG or PNG files per class")
      ->type_name("DIR");
  command->add_option("--design", run.design, "Design point; without one, the default design")
      ->type_name("FILE.toml");
  command->add_option("--images", run.images, "Images through the simulated accelerator")
      ->type_name("N")
      ->check(whole_number(1, 1'000'000))
      ->capture_default_str();
  command
      ->add_option(
          "--accuracy-images", run.accuracy_images,
          "Images that accuracy is measured on; 0: all of the folder, or 1000 generated ones")
      ->type_name("N")
      ->check(whole_number(0, 10'000'000))
      ->capture_default_str();
  command
      ->add_option("--calibration-images", run.calibration_images,
                   "Images that set the activations' ranges")
      ->type_name("N")
      ->check(whole_number(1, 100'000))
      ->capture_default_str();
  command
      ->add_option("--prune-energy", run.prune_energy,
                   "Rows of Ce are zeroed, weakest first, up to this fraction of a layer's energy")
      ->type_name("X")
      ->check(number(0, 0.9))
      ->capture_default_str();
  command
      ->add_option("--threads", run.threads, "Threads for decomposition and accuracy; 0: all cores")
      ->type_name("N")
      ->check(whole_number(0, 1024))
      ->capture_default_str();
  command
      ->add_option("--cache", run.cache,
                   "Folder of built simulations; otherwise $SMARTDEAL_CACHE, or smartdeal in the "
                   "user's cache")
      ->type_name("DIR");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return run_job(*options); };
}

}  // namespace sd::cli
