#include "investigation.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "chip.hpp"

namespace sd::core {

namespace {

struct Variant {
  std::string name;
  std::function<schedule::Program()> program;
};

/// In the order in which they are tried: the first that goes wrong is told.
std::vector<Variant> variants(const Simulated& simulated, const SimulateOptions& options,
                              const SimulateReport& report) {
  const auto with = [&](auto change) {
    return [&simulated, &options, change] {
      schedule::ScheduleOptions wishes = simulated.program.options;
      change(wishes);
      return simulated_program(simulated.reference.model(), simulated.program.design, wishes,
                               options.plant_fault);
    };
  };
  const Variant same = {"the same program", [&] { return simulated.program; }};
  std::vector<Variant> list = {{"the same program, every result written to DRAM besides",
                                with([](schedule::ScheduleOptions& o) { o.export_maps = true; })},
                               {"every layer by itself", with([](schedule::ScheduleOptions& o) {
                                  o.separate_runs = true;
                                })}};
  // A map that is wrong, layer by layer, is seen as it is; so is what makes the accelerator stop.
  const bool first = report.by_layer || !report.failure.empty();
  list.insert(first ? list.begin() : list.end(), same);
  if (report.by_layer) list.resize(1);
  return list;
}

void write_waveform(const schedule::Program& program, const Simulated& simulated,
                    const tb::NumberedImage& image, const SimulateOptions& options, Stages& stages,
                    SimulateReport& report) {
  tb::ModelOptions traced;
  traced.trace = true;
  const tb::BuiltModel model =
      build_chip("with traces", program.design, options.cache, traced, stages);
  stages.begin("trace", options.investigate->string());
  constexpr std::uint64_t after = 100;
  tb::trace_fault(model, program, simulated.reference, image, simulated.how, *report.fault,
                  *options.investigate, static_cast<std::uint64_t>(options.window_cycles), after,
                  stages.stop());
  report.waveform = options.investigate->string();
}

}  // namespace

void investigate(const Simulated& simulated, const tb::NumberedImage& image,
                 const SimulateOptions& options, Stages& stages, SimulateReport& report) {
  for (const Variant& variant : variants(simulated, options, report)) {
    stages.begin("find the first fault", variant.name);
    const schedule::Program program = variant.program();
    report.fault = tb::find_first_fault(simulated.model, program, simulated.reference, image,
                                        simulated.how, stages.stop());
    if (!report.fault) continue;
    report.fault_seen_in = variant.name;
    if (options.investigate) write_waveform(program, simulated, image, options, stages, report);
    return;
  }
  report.notes.push_back(
      "simulated again, the image gives the right values: what went wrong was not the accelerator "
      "alone; please report it with the command that led to it");
}

}  // namespace sd::core
