#include "chip.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "energy_counts.hpp"
#include "verilator_tb/subprocess.hpp"

namespace sd::core {

namespace {

tb::SimulationResult simulate(const std::string& called, const tb::BuiltModel& built,
                              const schedule::Program& program, const integer::Executor& reference,
                              const std::vector<integer::Tensor>& images, Stages& stages) {
  std::vector<std::string> names;
  for (const auto& layer : program.layers)
    names.push_back(
        reference.model().network.operators[static_cast<std::size_t>(layer.operator_index)].name);
  stages.begin("simulate " + called);
  return tb::simulate(
      built, program, reference, images, {},
      [&](const tb::SimulationProgress& p) {
        const auto layer =
            static_cast<double>(std::find(names.begin(), names.end(), p.layer) - names.begin());
        const double fraction =
            (static_cast<double>(p.image) + layer / static_cast<double>(names.size())) /
            static_cast<double>(p.images);
        stages.update(std::min(fraction, 1.0),
                      fmt::format("image {} of {}, {}, {:.0f} thousand cycles/s", p.image + 1,
                                  p.images, p.layer, p.cycles_per_second / 1000));
      },
      stages.stop());
}

double utilisation(const tb::Counters& counters, const design::DesignPoint& design) {
  const double slots = static_cast<double>(counters.cycles) * design.total_macs();
  return slots > 0 ? static_cast<double>(counters.mac_active) / slots : 0.0;
}

}  // namespace

void require_tools() {
  (void)tb::require_program("verilator", "verilator");
  (void)tb::require_program("g++", "g++");
}

ChipResult run_chip(const std::string& called, const schedule::Program& program,
                    const integer::Executor& reference, const std::vector<Example>& images,
                    const std::filesystem::path& cache, Stages& stages) {
  stages.begin("generate " + called, "SystemVerilog of design " + program.design.name);
  const tb::BuiltModel built = tb::build_model(
      program.design, cache,
      [&](const std::string& stage, double fraction) { stages.update(fraction, stage); },
      stages.stop());

  std::vector<integer::Tensor> tensors;
  for (const Example& image : images) tensors.push_back(reference.quantise_input(image.pixels));
  const tb::SimulationResult simulated =
      simulate(called, built, program, reference, tensors, stages);

  ChipResult result;
  result.layers = simulated.layers;
  ChipReport& report = result.report;
  report.design = program.design;
  report.images = images.size();
  report.counters = simulated.total;
  report.mac_utilisation = utilisation(simulated.total, program.design);
  report.dram_read_bytes =
      simulated.total.dram_read_beats * static_cast<std::uint64_t>(program.design.axi_bytes());
  report.dram_write_bytes =
      simulated.total.dram_write_beats * static_cast<std::uint64_t>(program.design.axi_bytes());
  report.cycles_per_second =
      simulated.simulation_seconds > 0
          ? static_cast<double>(simulated.total.cycles) / simulated.simulation_seconds
          : 0.0;
  report.build_seconds = built.build_seconds;
  report.built_from_cache = built.from_cache;
  report.energy_per_image = energy_per_image(simulated.total, program.design, images.size());
  report.mismatch = simulated.first_mismatch;
  for (std::size_t i = 0; i < simulated.predictions.size() && i < images.size(); ++i)
    report.correct += simulated.predictions[i] == images[i].label ? 1 : 0;
  return result;
}

}  // namespace sd::core
