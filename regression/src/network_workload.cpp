// Random whole networks through the simulator, every value and every counter.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "coverage_samples.hpp"
#include "random_memory.hpp"
#include "regression/network_bench.hpp"
#include "regression/random_network.hpp"
#include "session.hpp"
#include "workload_seed.hpp"

namespace sd::regression {

namespace {

/// Everything that a repetition needs.
struct Trial {
  std::unique_ptr<NetworkBench> bench;
  std::vector<integer::Tensor> images;
  tb::SimulationOptions options;
};

schedule::ScheduleOptions some_schedule(Dice& dice) {
  schedule::ScheduleOptions how;
  how.export_maps = dice.chance(0.6);
  how.keep_on_chip = dice.chance(0.8);
  how.fuse_additions = dice.chance(0.8);
  how.separate_runs = dice.chance(0.15);
  how.search = dice.chance(0.7);
  return how;
}

Trial make_trial(std::uint64_t seed, const design::DesignPoint& design) {
  Dice dice(seed);
  std::mt19937_64 random(dice.seed());
  Trial trial;
  const schedule::ScheduleOptions how = some_schedule(dice);
  NetworkLimits limits;
  limits.operators = dice.pick(2, 12);
  trial.bench = std::make_unique<NetworkBench>(design, random_network(random, design, limits), how);
  for (int images = dice.chance(0.2) ? 2 : 1; images > 0; --images)
    trial.images.push_back(random_values(random, trial.bench->model->network.input_shape()));
  trial.options.memory = random_memory(dice);
  return trial;
}

void sample(tb::FunctionalCoverage& functional, const Trial& trial, const tb::Counters& counted) {
  const schedule::Program& program = trial.bench->program;
  sample_memory(functional, trial.options.memory);
  sample_counters(functional, counted);
  sample_network(functional, program, *trial.bench->model);
  for (const schedule::ProgramRun& run : program.runs)
    sample_commands(functional, program.design,
                    schedule::decode_program(program.image, run.program_address, run.commands));
}

}  // namespace

Ending run_networks(const Request& request) {
  std::vector<Trial> trials;
  std::size_t memory_bytes = 4096;
  for (int i = 0; i < request.workload.repetitions; ++i) {
    if (request.stop.stop_requested()) throw tb::Cancelled();
    trials.push_back(make_trial(repetition_seed(request.workload.seed, i), request.design));
    memory_bytes = std::max(memory_bytes, trials.back().bench->program.image.size());
  }
  Session session(request, memory_bytes);
  for (int i = 0; i < request.workload.repetitions && !session.failed(); ++i) {
    session.begin_repetition(i);
    session.report();
    const Trial& trial = trials[static_cast<std::size_t>(i)];
    const NetworkBench& bench = *trial.bench;
    try {
      const std::uint64_t start = session.chip().cycles();
      const tb::SimulationResult result = tb::simulate(
          session.chip(), session.memory(), bench.program, bench.reference, trial.images,
          trial.options,
          [&](const tb::SimulationProgress&) { session.report(session.chip().cycles() - start); },
          request.stop);
      session.count(result.total);
      sample(session.functional(), trial, result.total);
      const std::string difference = bench.difference(result, trial.images);
      if (!difference.empty())
        session.fail(difference + schedule::listing(bench.program, *bench.model, false),
                     session.chip().cycles());
    } catch (const tb::DesignFault& fault) {
      session.fail(fault.what(), session.chip().cycles());
    }
  }
  const std::uint64_t cycle = session.failure_cycle();
  return {session.finish(), cycle};
}

}  // namespace sd::regression
