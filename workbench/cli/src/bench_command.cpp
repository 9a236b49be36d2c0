// smartdeal bench decompose
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <optional>

#include "bench_text.hpp"
#include "commands.hpp"
#include "job_runner.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "workbench/core/bench_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::BenchOptions bench;
  std::optional<std::string> json;
};

int bench(const Options& options) {
  const Output output(options.json);
  const core::BenchReport report =
      run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
        return core::bench_decompose(options.bench, observer, stop);
      });
  output.text(bench_text(report));
  output.json([&] { return core::report_text(report); });
  return report.same_for_all_threads ? 0 : 1;
}

}  // namespace

Command add_bench(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::BenchOptions& bench_options = options->bench;
  CLI::App* group = program.add_subcommand("bench", "Time a part of the workbench on this machine");
  group->require_subcommand(1);
  CLI::App* command = group->add_subcommand(
      "decompose", "Time decomposition next to the paper's public Python code");
  std::vector<std::string> names;
  for (const core::BenchChoice& choice : core::bench_choices()) names.push_back(choice.name);
  command->footer(
      "Decomposes random weights of the shapes of ResNet-56 and VGG-19 (CIFAR): with the paper's "
      "algorithm at the settings of\n"
      "the public code, and with ours in its quickest form. With several numbers of threads, "
      "results must be the same "
      "for all. Exit status: 0\n"
      "done, 1 results differ, 2 wrong usage.\n\n"
      "  smartdeal bench decompose --cases vgg19/exact --threads 1,2");
  command
      ->add_option(
          "--cases", bench_options.cases,
          fmt::format("Which, separated by commas; otherwise all: {}", fmt::join(names, ", ")))
      ->type_name("CASE,...")
      ->delimiter(',')
      ->expected(1, -1);
  command
      ->add_option("--threads", bench_options.threads,
                   "Numbers of threads, separated by commas; each case runs with each")
      ->type_name("N,...")
      ->delimiter(',')
      ->expected(1, -1)
      ->check(whole_number(1, 1024))
      ->capture_default_str();
  command->add_option("--seed", bench_options.seed, "Of the random weights")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  return [options] { return bench(*options); };
}

}  // namespace sd::cli
