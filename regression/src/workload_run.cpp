#include "regression/workload_run.hpp"

#include <fmt/format.h>

#include "session.hpp"

namespace sd::regression {

namespace {

Ending run_once(const Request& request) {
  switch (request.workload.kind) {
    case WorkloadKind::networks:
      return run_networks(request);
    case WorkloadKind::programs:
      return run_programs(request);
    case WorkloadKind::faults:
      return run_faults(request);
    case WorkloadKind::directed:
      return run_directed(request);
  }
  throw std::invalid_argument("a workload of no kind");
}

}  // namespace

WorkloadResult run_workload(const tb::BuiltModel& model, const design::DesignPoint& design,
                            const Workload& workload, const WorkloadOptions& options,
                            const std::function<void(const WorkloadProgress&)>& progress,
                            std::stop_token stop) {
  constexpr std::uint64_t before = 3000, after = 300;  // cycles around a failure
  Request request{model, design, workload, options, progress, stop, {}};
  Ending ending;
  try {
    ending = run_once(request);
    if (ending.result.passed || options.trace_file.empty()) return ending.result;
    // The simulation is deterministic: the same again, with the waveform around the failure.
    const std::uint64_t at = ending.failure_cycle;
    request.trace = TraceWindow{options.trace_file, at > before ? at - before : 0, at + after};
    (void)run_once(request);
    ending.result.failure += fmt::format("\nwaveform of cycles {} to {}: {}", request.trace->begin,
                                         request.trace->end, options.trace_file.string());
  } catch (const tb::DesignFault& fault) {
    // Before the first repetition: the chip does not come out of reset.
    ending.result.passed = false;
    ending.result.failure =
        fmt::format("design {} ({}): {}", design.name, design::content_hash(design), fault.what());
    ending.result.functional = functional_coverage_model();
  }
  return ending.result;
}

}  // namespace sd::regression
