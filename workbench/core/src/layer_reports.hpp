// Filling in the per-layer table as the job learns more.
#pragma once

#include <vector>

#include "rtl/schedule/program.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "workbench/core/run_job.hpp"

namespace sd::core {

/// Bits and the error of the integer weights.
void add_packing(std::vector<LayerReport>& layers, const pack::PackedModel& model);
/// Which layers run on the accelerator, and why the others do not.
void add_placement(std::vector<LayerReport>& layers, const schedule::Program& program);
/// Cycles, and whether the outputs were right.
void add_simulation(std::vector<LayerReport>& layers, const std::vector<tb::LayerRun>& runs);

}  // namespace sd::core
