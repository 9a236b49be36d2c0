// smartdeal compare
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "commands.hpp"
#include "compare_text.hpp"
#include "job_runner.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "workbench/core/compare_job.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::CompareOptions compare;
  std::optional<std::string> json, markdown;
};

int compare(const Options& options) {
  const Output output(options.json);
  if (options.markdown) core::check_writable(*options.markdown);
  const core::CompareReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::compare_methods(options.compare, observer, stop);
      });
  output.text(compare_text(report));
  output.json([&] { return core::report_text(report); });
  if (options.markdown) core::write_file(*options.markdown, compare_markdown(report));
  return 0;
}

void add_images(CLI::App& command, core::CompareOptions& options) {
  command
      .add_option("--data", options.data,
                  "Labelled images to measure accuracy on: folders of JPEG or PNG files, IDX, or "
                  "CIFAR binary files")
      ->type_name("DIR")
      ->required();
  command.add_option("--images", options.images, "How many of them; 0: all")
      ->type_name("N")
      ->check(whole_number(0, 10'000'000))
      ->capture_default_str();
  command
      .add_option("--calibrate", options.calibrate,
                  "Other images, which errors are weighed by; labels are not looked at")
      ->type_name("DIR")
      ->required();
  command
      .add_option("--calibration-images", options.calibration_images, "How many of them, at most")
      ->type_name("N")
      ->check(whole_number(1, 1'000'000))
      ->capture_default_str();
}

}  // namespace

Command add_compare(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::CompareOptions& job = options->compare;
  CLI::App* command =
      program.add_subcommand("compare", "SD against plain quantisation at equal storage");
  command->footer(
      "For every ratio: SD without and with images, uniform quantisation, sums of powers of two "
      "(both with bits chosen for\n"
      "each layer), and pruning with 8 bits for what is left; the last three with error "
      "compensation on the same images.\n\n"
      "  smartdeal compare resnet20.onnx --data test/ --calibrate train/ --json c.json\n"
      "  smartdeal compare resnet20.onnx --data test/ --calibrate train/ --ratios 8,16 --markdown "
      "c.md");
  command->add_option("model", job.model, "The network")->type_name("MODEL.onnx")->required();
  add_images(*command, job);
  command
      ->add_option("--ratios", job.ratios,
                   "Compression ratios, separated by commas: 32-bit weights / bits, SD's by the "
                   "reference's count with an 8-bit basis (b8)")
      ->type_name("R,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(number(core::least_compared_ratio, core::most_compared_ratio))
      ->capture_default_str();
  command->add_option("--threads", job.threads, "Threads; 0: all cores")
      ->type_name("N")
      ->check(whole_number(0, 1024))
      ->capture_default_str();
  command->add_option("--seed", job.seed, "Of random choices")->type_name("N");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  command->add_option("--markdown", options->markdown, "Write the tables as Markdown")
      ->type_name("FILE");
  return [options] { return compare(*options); };
}

}  // namespace sd::cli
