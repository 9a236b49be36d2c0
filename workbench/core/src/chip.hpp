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
  std::vector<tb::LayerRun> layers;
};

/// Throws tb::ToolError naming the package if a tool that run_chip needs is missing: to be asked
/// before long work.
void require_tools();

/// Verilates the program's design (or takes it from the cache), runs the images and prices what the
/// counters say. `called` names the chip in progress.
[[nodiscard]] ChipResult run_chip(const std::string& called, const schedule::Program& program,
                                  const integer::Executor& reference,
                                  const std::vector<Example>& images,
                                  const std::filesystem::path& cache, Stages& stages);

}  // namespace sd::core
