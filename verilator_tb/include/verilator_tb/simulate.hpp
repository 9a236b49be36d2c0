// Images through the simulated accelerator, every layer compared bit for bit with the integer
// reference.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"
#include "verilator_tb/counters.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {

/// The first value of a layer that differs.
struct Mismatch {
  std::size_t image = 0;
  int operator_index = 0;
  std::string layer;
  int channel = 0, row = 0, column = 0;
  int expected = 0, actual = 0;
  std::size_t differing_values = 0;  ///< in this layer
};

struct LayerRun {
  int operator_index = 0;
  Counters counters;  ///< summed over images
  std::uint64_t images = 0;
  bool bit_exact = true;
};

struct SimulationResult {
  std::vector<LayerRun> layers;  ///< the on-chip ones
  Counters total;
  std::optional<Mismatch> first_mismatch;
  std::vector<int>
      predictions;  ///< per image, from the chip's own outputs carried through to the end
  double simulation_seconds = 0;  ///< wall time inside the simulator
  [[nodiscard]] bool bit_exact() const { return !first_mismatch; }
};

struct SimulationOptions {
  int dram_latency_cycles = 32;                ///< first beat of a burst after its address
  std::uint64_t watchdog_cycles = 20'000'000;  ///< per layer
  bool stop_at_mismatch = true;
  int memory_stalls_per_1024 = 0;    ///< chance of a gap on each AXI channel in each cycle
  std::uint64_t memory_seed = 1;     ///< of those gaps
  std::filesystem::path trace_file;  ///< FST of the whole run (the model must have been built with
                                     ///< ModelOptions::trace)
};

/// Progress: image, layer, cycles so far, cycles per second.
struct SimulationProgress {
  std::size_t image = 0, images = 0;
  std::string layer;
  std::uint64_t cycles = 0;
  double cycles_per_second = 0;
};

/// Runs the images (already quantised) one after the other. On-chip layers read what the chip
/// itself (or, for off-chip operators, the integer reference applied to the chip's own outputs)
/// produced before; each on-chip layer's output is compared with the integer reference's own run of
/// the image. Throws ToolError if the simulation hangs or reports an error status, with the
/// register state.
[[nodiscard]] SimulationResult simulate(
    const BuiltModel& model, const schedule::Program& program, const integer::Executor& reference,
    const std::vector<integer::Tensor>& images, const SimulationOptions& options,
    const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop);

}  // namespace sd::tb
