// After an image has gone wrong: where it first does.
#pragma once

#include "simulated_program.hpp"
#include "stages.hpp"
#include "verilator_tb/investigate.hpp"
#include "workbench/core/simulate_job.hpp"

namespace sd::core {

/// What was simulated.
struct Simulated {
  const tb::BuiltModel& model;
  const schedule::Program& program;
  const integer::Executor& reference;
  const tb::SimulationOptions& how;
};

/// Finds the first wrong write of the image, in the same program or in one that writes more to DRAM
/// (a map that stays on chip is not seen otherwise), and with SimulateOptions::investigate writes a
/// waveform around it. Fills in the report's fault, fault_seen_in and waveform.
void investigate(const Simulated& simulated, const tb::NumberedImage& image,
                 const SimulateOptions& options, Stages& stages, SimulateReport& report);

}  // namespace sd::core
