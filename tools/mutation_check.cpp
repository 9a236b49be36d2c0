// Plants faults into the accelerator and tells which of them the tests notice.
//
//   mutation_check --out FOLDER [--count 240] [--seed 1] [--report FILE.md] [--explanations FILE]
//   mutation_check --out FOLDER --number 17        one mutant, again, with what was said
//
// Killed at any moment it goes on where it stopped. Without --report it judges; with it, it also
// writes the page.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <exception>
#include <filesystem>

#include "mutation/campaign.hpp"
#include "mutation/report.hpp"
#include "regression/workload_run.hpp"
#include "rtl/accelerator/accelerator.hpp"
#include "verilator_tb/model_build.hpp"

namespace {

namespace fs = std::filesystem;
using sd::design::DesignPoint;

constexpr const char* designs_in_words =
    "Designs: 2 x 2 x 4 with Booth-serial MACs, and the same with parallel ones.";

/// Those of the tests of the two sides (`tests/rtl/accelerator`), so that block tests build the
/// very modules of which Yosys makes netlists.
std::vector<DesignPoint> design_points() {
  DesignPoint booth;
  booth.name = "mutation_booth";
  booth.slices = booth.lines = 2;
  booth.macs = 4;
  booth.input_buffer_bytes = 4096;
  booth.weight_buffer_bytes = 8192;
  booth.index_buffer_entries = 512;
  booth.output_buffer_bytes = 2048;
  DesignPoint parallel = booth;
  parallel.name = "mutation_parallel";
  parallel.mac_kind = sd::design::MacKind::parallel;
  parallel.block_segments = 8;
  return {booth, parallel};
}

/// What the quick suite runs, on one chip: programs and networks by chance, errors and resets. 0:
/// all is well; 1 and a last line: not.
int check_chip(int number) {
  using sd::regression::WorkloadKind;
  const DesignPoint design = design_points().at(static_cast<std::size_t>(number));
  sd::tb::ModelOptions options;
  options.checked = true;
  const sd::tb::BuiltModel model =
      sd::tb::build_model(design, sd::tb::default_cache(), {}, {}, options);
  const std::array<sd::regression::Workload, 4> workloads = {{{WorkloadKind::programs, 1, 6},
                                                              {WorkloadKind::networks, 2, 2},
                                                              {WorkloadKind::faults, 3, 8},
                                                              {WorkloadKind::programs, 4, 12}}};
  for (const auto& workload : workloads) {
    const auto result = sd::regression::run_workload(model, design, workload, {}, {}, {});
    if (result.passed) continue;
    fmt::print("{}: {}\n", sd::regression::name_of(workload.kind),
               result.failure.substr(0, result.failure.find('\n')));
    return 1;
  }
  return 0;
}

struct Arguments {
  sd::mutation::CampaignOptions campaign;
  fs::path report, explanations;
  int number = 0;
  int chip = -1;
  int proof_seconds = 60;
  bool survey_only = false;
};

void judge_one(sd::mutation::Campaign& campaign, int number) {
  const auto& mutants = campaign.mutants().mutants;
  if (number < 1 || number > static_cast<int>(mutants.size()))
    throw std::invalid_argument(
        fmt::format("there is no mutant {}: there are {}", number, mutants.size()));
  campaign.judge(mutants[static_cast<std::size_t>(number) - 1]);
}

void write_report(const sd::mutation::Campaign& campaign, const Arguments& arguments) {
  sd::mutation::ReportInput input;
  input.mutants = campaign.mutants().mutants;
  input.outcomes = campaign.outcomes();
  if (!arguments.explanations.empty())
    input.explanations = sd::mutation::read_explanations(arguments.explanations);
  input.seed = arguments.campaign.choose.seed;
  input.designs = designs_in_words;
  input.command = fmt::format(
      "mutation_check --out FOLDER --count {} --seed {} --explanations "
      "docs/results/mutation_survivors.txt --report docs/results/mutation.md",
      arguments.campaign.choose.count, arguments.campaign.choose.seed);
  sd::mutation::write_page(sd::mutation::report(input), arguments.report);
}

int run(Arguments& arguments) {
  if (arguments.chip >= 0) return check_chip(arguments.chip);
  auto& options = arguments.campaign;
  for (const DesignPoint& point : design_points())
    options.designs.push_back(sd::rtl::elaborate_accelerator(point));
  const fs::path self = fs::read_symlink("/proc/self/exe");
  if (options.test_programs.empty())
    for (const char* part : {"compute", "control"})
      options.test_programs.push_back(self.parent_path() /
                                      fmt::format("test_rtl_accelerator_{}", part));
  options.chip_command = {self.string(), "--chip"};
  options.proof_limit = std::chrono::seconds(arguments.proof_seconds);
  options.say = [](const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  };
  sd::mutation::Campaign campaign(options);
  if (arguments.survey_only) {
    campaign.survey();
    return 0;
  }
  if (arguments.number > 0)
    judge_one(campaign, arguments.number);
  else
    campaign.run();
  if (!arguments.report.empty()) write_report(campaign, arguments);
  const double caught = sd::mutation::caught_fraction(campaign.outcomes());
  fmt::print("{:.1f} % of those not proved equivalent are caught\n", 100 * caught);
  return arguments.number > 0 || caught >= 0.95 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  auto& options = arguments.campaign;
  CLI::App app("Plants faults into the accelerator and tells which of them the tests notice");
  app.add_option("--out", options.folder, "Plans, models' survey, verdicts; goes on if it exists");
  app.add_option("--count", options.choose.count, "Mutants, half of them by Yosys")
      ->check(CLI::Range(2, 20000));
  app.add_option("--seed", options.choose.seed, "Chooses the mutants");
  app.add_option("--module", options.choose.generators,
                 "Only these blocks (names of modules without parameters)");
  app.add_option("--number", arguments.number, "Judge this mutant, again if it has a verdict");
  app.add_option("--tests", options.test_programs, "GoogleTest programs of the blocks");
  app.add_option("--report", arguments.report, "Write the page");
  app.add_option("--explanations", arguments.explanations, "`mutant | explanation`, one a line");
  app.add_option("--proof-seconds", arguments.proof_seconds, "For one proof of equivalence");
  app.add_flag("--survey-only", arguments.survey_only, "Build the models and stop");
  app.add_option("--chip", arguments.chip, "(what it runs itself with a mutant alive)")->group("");
  CLI11_PARSE(app, argc, argv);
  try {
    if (arguments.chip < 0 && options.folder.empty())
      throw std::invalid_argument("give --out FOLDER: where plans and verdicts are kept");
    return run(arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "mutation_check: {}\n", error.what());
    return 2;
  }
}
