// smartdeal decompose
#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "commands.hpp"
#include "decompose_text.hpp"
#include "job_runner.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "workbench/core/decompose_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::DecomposeOptions decompose;
  std::optional<std::string> json;
};

int decompose(const Options& options) {
  const Output output(options.json);
  const core::DecomposeReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::decompose_model(options.decompose, observer, stop);
      });
  output.text(decompose_text(report));
  output.json([&] { return core::report_text(report); });
  return report.target_met ? 0 : 1;
}

void add_files(CLI::App& command, core::DecomposeOptions& options) {
  command.add_option("model", options.model, "The network")->type_name("MODEL.onnx")->required();
  command.add_option("-o,--output", options.output, "File to write, whole or not at all")
      ->type_name("OUT.sd")
      ->required();
}

void add_choices(CLI::App& command, core::DecomposeOptions& options) {
  const std::map<std::string, compress::Algorithm> algorithms = {
      {"exact", compress::Algorithm::exact}, {"paper", compress::Algorithm::paper}};
  command
      .add_option("--algorithm", options.algorithm,
                  "exact: the best code of every row (the default); paper: the published procedure")
      ->type_name("exact|paper")
      ->transform(CLI::Transformer(algorithms).description(""));
  CLI::Option* ratio =
      command
          .add_option("--target-ratio", options.target_ratio,
                      "Compression to reach: 32-bit weights / the reference's count with an 8-bit "
                      "basis (b8)")
          ->type_name("R")
          ->check(number(core::least_target_ratio, core::most_target_ratio));
  command
      .add_option("--target-drop", options.target_drop,
                  "Percentage points of accuracy that may be lost, measured on half of the "
                  "calibration images")
      ->type_name("POINTS")
      ->check(number(0, 100))
      ->excludes(ratio);
  command
      .add_option("--settings", options.settings,
                  "Algorithm, target, and settings of single layers (docs/decompose_settings.md)")
      ->type_name("FILE.toml");
  command
      .add_option(
          "--design", options.design,
          "Accelerator that is to run it: rank, levels and columns come down to what it has")
      ->type_name("FILE.toml");
}

/// --NAME and --no-NAME. A flag bound to an optional would be set to false where neither is given;
/// a function is called only for what is.
void add_choice(CLI::App& command, const std::string& name, std::optional<bool>& choice,
                const std::string& help) {
  command.add_flag_function(
      fmt::format("--{0},!--no-{0}", name), [&choice](std::int64_t count) { choice = count > 0; },
      help);
}

void add_calibration(CLI::App& command, core::DecomposeOptions& options) {
  command
      .add_option("--calibrate", options.calibrate,
                  "Images that errors are weighed by and activation ranges come from; only "
                  "--target-drop looks at labels")
      ->type_name("DIR");
  command
      .add_option("--calibration-images", options.calibration_images, "How many of them, at most")
      ->type_name("N")
      ->check(whole_number(1, 1'000'000))
      ->capture_default_str();
  add_choice(command, "data-aware", options.data_aware,
             "Weigh errors by the images (the default), or not");
  add_choice(command, "bias-correction", options.bias_correction,
             "Let biases make up for the mean of the error (the default), or not");
  add_choice(command, "dense-first", options.dense_first,
             "Leave the first layer in dense 8-bit weights, or not (the default)");
  add_choice(command, "dense-last", options.dense_last,
             "Leave the last layer in dense 8-bit weights, or not (the default)");
  add_choice(command, "norm-reestimation", options.norm_reestimation,
             "Restore mean and deviation of every channel on the images, or not (the default)");
}

}  // namespace

Command add_decompose(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::DecomposeOptions& job = options->decompose;
  CLI::App* command =
      program.add_subcommand("decompose", "From an ONNX network to a packed .sd file");
  command->footer(
      "With a target, each layer gets the settings that cost the network least; options on the "
      "command line hold before\n"
      "those of the settings file. Exit status: 0 done, 1 the ratio was not reached, 2 wrong usage "
      "or "
      "input.\n\n"
      "  smartdeal decompose resnet20.onnx -o resnet20.sd --target-ratio 10.9 --calibrate train/\n"
      "  smartdeal decompose resnet20.onnx -o resnet20.sd --algorithm paper");
  add_files(*command, job);
  add_choices(*command, job);
  add_calibration(*command, job);
  command->add_option("--threads", job.threads, "Threads; 0: all cores")
      ->type_name("N")
      ->check(whole_number(0, 1024))
      ->capture_default_str();
  command->add_option("--seed", job.seed, "Of random choices")->type_name("N");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return decompose(*options); };
}

}  // namespace sd::cli
