// smartdeal verify
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include "commands.hpp"
#include "job_runner.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "verify_text.hpp"
#include "workbench/core/verify_job.hpp"

namespace sd::cli {

namespace {

struct Options {
  core::VerifyOptions job;
  std::string suite, soak;
  bool list = false;
  std::optional<std::string> json;
};

/// "8h", "30m", "90s"
double seconds_of(const std::string& text) {
  const std::map<char, double> units = {{'h', 3600}, {'m', 60}, {'s', 1}};
  const std::string digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
  const auto unit = text.empty() ? units.end() : units.find(text.back());
  if (unit == units.end() || digits.empty() || digits.size() > 9 ||
      digits.find_first_not_of("0123456789") != std::string::npos)
    throw core::InputError(fmt::format(
        "--soak {}: not a time; give hours, minutes or seconds as 8h, 30m or 90s", text));
  return std::stod(digits) * unit->second;
}

void read_words(Options& options) {
  core::VerifyOptions& job = options.job;
  if (!options.soak.empty()) {
    job.soak_seconds = seconds_of(options.soak);
    job.suite = regression::Suite::soak;
  }
  for (const regression::Suite suite :
       {regression::Suite::quick, regression::Suite::full, regression::Suite::soak})
    if (options.suite == regression::name_of(suite)) job.suite = suite;
}

int list(const Options& options, const Output& output) {
  const regression::Plan plan = core::verify_plan(options.job);
  output.text(plan_table(plan));
  output.json([&] { return core::plan_text(plan); });
  return 0;
}

int verify(Options& options) {
  const Output output(options.json);
  read_words(options);
  if (options.list) return list(options, output);
  try {
    const core::VerifyReport report =
        run_watched([&](const core::Observer& observer, const std::stop_token& stop) {
          return core::verify(options.job, observer, stop);
        });
    output.text(verify_text(report));
    output.json([&] { return core::report_text(report); });
    return report.passed() ? 0 : 1;
  } catch (const tb::Cancelled&) {
    if (const auto store = core::store_of(options.job); !store.empty())
      fmt::print(stderr,
                 "smartdeal: finished pairs are kept in {}; the same command goes on from there\n",
                 store.string());
    throw;
  }
}

}  // namespace

Command add_verify(CLI::App& program) {
  auto options = std::make_shared<Options>();
  core::VerifyOptions& job = options->job;
  CLI::App* command = program.add_subcommand(
      "verify", "Random networks, programs and faults on many generated accelerators");
  command->footer(
      "A pair is a design point and a workload. Each finished pair is kept at once: a regression "
      "that was stopped or killed\n"
      "goes on where it was by the same command. Exit status: 0 verified, 1 a pair failed or "
      "(suite "
      "full, --require-coverage)\n"
      "a goal of coverage was missed, 2 wrong usage or input.\n\n"
      "  smartdeal verify                                   the quick suite: minutes\n"
      "  smartdeal verify --suite full --seed 7 --jobs 8 --junit results.xml\n"
      "  smartdeal verify --suite full --seed 7 --pair 137 --trace waves    one pair again\n"
      "  smartdeal verify --soak 8h --seed 3                new pairs until the time is over");
  command->add_option("--suite", options->suite, "quick (default) or full; soak with --pair")
      ->type_name("NAME")
      ->check(CLI::IsMember({"quick", "full", "soak"}));
  command->add_option("--seed", job.seed, "Of everything random")
      ->type_name("N")
      ->check(whole_number(0, 2'000'000'000))
      ->capture_default_str();
  command->add_option("--jobs", job.jobs, "Models or pairs at a time; 0: as many as cores")
      ->type_name("N")
      ->check(whole_number(0, 256))
      ->capture_default_str();
  command
      ->add_option("--store", job.store,
                   "Where finished pairs are kept (default verify-SUITE-SEED)")
      ->type_name("DIR");
  command->add_flag("--fresh", job.fresh, "Remove what the store holds and begin anew");
  command->add_option("--pair", job.pair, "Only this pair (nothing is kept without --store)")
      ->type_name("N")
      ->check(whole_number(1, 1'000'000));
  command->add_option("--soak", options->soak, "New random pairs for this time: 8h, 30m, 90s")
      ->type_name("TIME");
  command
      ->add_option("--trace", job.trace, "Waveform of each failure, around its first wrong write")
      ->type_name("DIR");
  command->add_option("--junit", job.junit, "Results as JUnit XML")->type_name("FILE.xml");
  command->add_option("--json", options->json, "Write the report as JSON; - for standard output")
      ->type_name("FILE");
  command
      ->add_option("--exclusions", job.exclusions,
                   "What need not be covered; without, the program's own list")
      ->type_name("FILE");
  command->add_flag("--require-coverage", job.require_coverage,
                    "A missed goal of coverage fails any suite");
  command->add_flag("--list", options->list, "Show the pairs, run nothing");
  return [options] { return verify(*options); };
}

}  // namespace sd::cli
