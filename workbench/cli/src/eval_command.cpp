// smartdeal eval
#include <memory>
#include <optional>

#include "commands.hpp"
#include "eval_text.hpp"
#include "job_runner.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "workbench/core/eval_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::EvalOptions eval;
  std::optional<std::string> json;
};

int evaluate(const Options& options) {
  const Output output(options.json);
  const core::EvalReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::evaluate(options.eval, observer, stop);
      });
  output.text(eval_text(report));
  output.json([&] { return core::report_text(report); });
  return 0;
}

}  // namespace

Command add_eval(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::EvalOptions& eval = options->eval;
  CLI::App* command =
      program.add_subcommand("eval", "Accuracy of a network, or of a .sd file, on labelled images");
  command->footer(
      "An ONNX network is measured in float; a .sd file in float with the weights that it "
      "rebuilds, "
      "and in the integers\n"
      "that the accelerator computes, bit for bit.\n\n"
      "  smartdeal eval resnet20.onnx --data test/\n"
      "  smartdeal eval resnet20.sd --data test/ --images 1000 --json report.json");
  command->add_option("model", eval.model, "The network")
      ->type_name("MODEL.onnx|MODEL.sd")
      ->required();
  command
      ->add_option(
          "--data", eval.data,
          "Folder of images, one sub-folder of JPEG or PNG files per class; or IDX or CIFAR "
          "binary files")
      ->type_name("DIR")
      ->required();
  command->add_option("--images", eval.images, "Images to measure on; 0: all of the data")
      ->type_name("N")
      ->check(whole_number(0, 10'000'000))
      ->capture_default_str();
  command->add_option("--threads", eval.threads, "Threads; 0: all cores")
      ->type_name("N")
      ->check(whole_number(0, 1024))
      ->capture_default_str();
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return evaluate(*options); };
}

}  // namespace sd::cli
