// One packed model through one generated accelerator.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "image_reader.hpp"
#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"
#include "stages.hpp"
#include "workbench/core/run_job.hpp"

namespace sd::core {

struct ChipResult {
  ChipReport report;
  std::vector<tb::LayerRun> layers;  ///< of the first image, layer by layer
};

/// Throws tb::ToolError naming the package if a tool that run_chip needs is missing: to be asked
/// before long work.
void require_tools();

/// Takes a design's simulator from the cache or builds it, as the stage "generate CALLED". An empty
/// `cache` is tb::default_cache().
[[nodiscard]] tb::BuiltModel build_chip(const std::string& called,
                                        const design::DesignPoint& design,
                                        const std::filesystem::path& cache,
                                        const tb::ModelOptions& options, Stages& stages);

/// What the stage says of a simulation.
[[nodiscard]] std::string progress_text(const tb::SimulationProgress& progress);

/// Useful MAC cycles of all: 0 to 1.
[[nodiscard]] double mac_utilisation(const tb::Counters& counters,
                                     const design::DesignPoint& design);

/// Verilates the program's design, runs the images as one command list each and prices what the
/// counters say. The first image also runs layer by layer, with every result
/// compared: that is where the layers' cycles come from. `called` names the chip in progress.
[[nodiscard]] ChipResult run_chip(const std::string& called, const schedule::Program& program,
                                  const integer::Executor& reference,
                                  const std::vector<Example>& images,
                                  const std::filesystem::path& cache, Stages& stages);

}  // namespace sd::core
