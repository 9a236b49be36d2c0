#include "chip.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "energy_counts.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::core {

namespace {

tb::SimulationResult simulate(const std::string& doing, const tb::BuiltModel& built,
                              const schedule::Program& program, const integer::Executor& reference,
                              const std::vector<integer::Tensor>& images, Stages& stages) {
  stages.begin(doing);
  return tb::simulate(
      built, program, reference, images, {},
      [&](const tb::SimulationProgress& p) { stages.update(p.fraction, progress_text(p)); },
      stages.stop());
}

}  // namespace

void require_tools() {
  (void)tb::require_program("verilator", "verilator");
  (void)tb::require_program("g++", "g++");
}

tb::BuiltModel build_chip(const std::string& called, const design::DesignPoint& design,
                          const std::filesystem::path& cache, const tb::ModelOptions& options,
                          Stages& stages) {
  stages.begin(called.empty() ? "generate" : "generate " + called,
               "SystemVerilog of design " + design.name);
  return tb::build_model(
      design, cache.empty() ? tb::default_cache() : cache,
      [&](const std::string& stage, double fraction) { stages.update(fraction, stage); },
      stages.stop(), options);
}

std::string progress_text(const tb::SimulationProgress& p) {
  return fmt::format("image {} of {}, {}, {:.0f} thousand cycles/s", p.image + 1, p.images, p.layer,
                     p.cycles_per_second / 1000);
}

double mac_utilisation(const tb::Counters& counters, const design::DesignPoint& design) {
  const double slots = static_cast<double>(counters.cycles) * design.total_macs();
  return slots > 0 ? static_cast<double>(counters.mac_active) / slots : 0.0;
}

ChipResult run_chip(const std::string& called, const schedule::Program& program,
                    const integer::Executor& reference, const std::vector<Example>& images,
                    const std::filesystem::path& cache, Stages& stages) {
  const design::DesignPoint& design = program.design;
  const tb::BuiltModel built = build_chip(called, design, cache, {}, stages);

  std::vector<integer::Tensor> tensors;
  for (const Example& image : images) tensors.push_back(reference.quantise_input(image.pixels));
  schedule::ScheduleOptions separate;
  separate.separate_runs = true;
  const tb::SimulationResult layers = simulate(
      "compare " + called + " layer by layer", built,
      schedule::build_program(reference.model(), design, separate), reference,
      {tensors.begin(), tensors.begin() + std::min<std::ptrdiff_t>(1, std::ssize(tensors))},
      stages);
  const tb::SimulationResult simulated =
      simulate("simulate " + called, built, program, reference, tensors, stages);

  ChipResult result;
  result.layers = layers.layers;
  ChipReport& report = result.report;
  report.design = design;
  report.images = images.size();
  report.counters = simulated.total;
  report.mac_utilisation = mac_utilisation(simulated.total, design);
  report.dram_read_bytes =
      simulated.total.dram_read_beats * static_cast<std::uint64_t>(design.axi_bytes());
  report.dram_write_bytes =
      simulated.total.dram_write_beats * static_cast<std::uint64_t>(design.axi_bytes());
  report.cycles_per_second =
      simulated.simulation_seconds > 0
          ? static_cast<double>(simulated.total.cycles) / simulated.simulation_seconds
          : 0.0;
  report.build_seconds = built.build_seconds;
  report.built_from_cache = built.from_cache;
  report.energy_per_image = energy_per_image(simulated.total, design, images.size());
  report.mismatch = layers.first_mismatch ? layers.first_mismatch : simulated.first_mismatch;
  for (std::size_t i = 0; i < simulated.predictions.size() && i < images.size(); ++i)
    report.correct += simulated.predictions[i] == images[i].label ? 1 : 0;
  return result;
}

}  // namespace sd::core
