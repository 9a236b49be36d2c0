#include <fmt/format.h>

#include "directed.hpp"
#include "workload_seed.hpp"

namespace sd::regression {

namespace {

/// Broken programs of a repetition; a good one behind each shows that nothing is left of it.
constexpr int programs_per_repetition = 8;

}  // namespace

Ending run_directed(const Request& request) {
  DirectedChip at(request);
  if (request.trace)
    at.chip.trace_window(request.trace->file, request.trace->begin, request.trace->end);
  Ending ending;
  ending.result.functional = functional_coverage_model();
  const int repetitions = request.workload.repetitions;
  for (int i = 0; i < repetitions && ending.result.passed; ++i) {
    Dice dice(repetition_seed(request.workload.seed, i));
    std::string wrong;
    try {
      wrong = sweep_registers(at, dice);
      for (int p = 0; p < programs_per_repetition && wrong.empty(); ++p) {
        if (request.stop.stop_requested()) throw tb::Cancelled();
        wrong = run_broken_program(at, dice);
        if (wrong.empty()) wrong = run_placed_program(at, dice);
      }
    } catch (const tb::DesignFault& fault) {
      wrong = fault.what();
    }
    if (request.progress) {
      const double seconds = at.chip.simulation_seconds();
      request.progress({at.chip.cycles(),
                        seconds > 0 ? static_cast<double>(at.chip.cycles()) / seconds : 0,
                        static_cast<double>(i + 1) / repetitions});
    }
    if (wrong.empty()) continue;
    ending.failure_cycle = at.chip.cycles();
    ending.result.passed = false;
    ending.result.failure = fmt::format(
        "directed of seed {}, repetition {} of {}, design {} ({}): {}", request.workload.seed,
        i + 1, repetitions, request.design.name, design::content_hash(request.design), wrong);
  }
  ending.result.cycles = at.chip.cycles();
  ending.result.macs = at.total.macs;
  ending.result.seconds = at.chip.simulation_seconds();
  if (!request.options.code_coverage_file.empty() && !request.trace)
    at.chip.write_coverage(request.options.code_coverage_file);
  return ending;
}

}  // namespace sd::regression
