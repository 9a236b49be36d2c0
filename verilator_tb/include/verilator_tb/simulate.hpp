// Images through the simulated accelerator, every result that comes to DRAM compared bit for bit
// with the integer reference.
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
#include "verilator_tb/accelerator.hpp"
#include "verilator_tb/counters.hpp"
#include "verilator_tb/memory_options.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {

/// The first value of a result that differs.
struct Mismatch {
  std::size_t image = 0;  ///< its number, from SimulationOptions::first_image on
  int operator_index = 0;
  std::string layer;
  int channel = 0, row = 0, column = 0;
  int expected = 0, actual = 0;
  std::size_t differing_values = 0;  ///< in this layer
  int tile = 0, group = 0;           ///< of the layer's schedule that the value belongs to
  std::size_t run = 0;               ///< of the program
};

/// What a result's commands did, over all images.
struct LayerRun {
  int operator_index = 0;
  std::size_t run = 0;  ///< of the program
  /// Its result comes to DRAM (ScheduleOptions::export_maps), or that of the addition that its
  /// commands do on the way out.
  bool compared = false;
  bool bit_exact = true;  ///< as far as it was compared
  std::uint64_t images = 0;
  /// Summed over images; only with ScheduleOptions::separate_runs, and then of operators that have
  /// commands of their own.
  std::optional<Counters> counters;
};

/// Writes of one run that are not what the reference says, as they happened.
struct WrongRun {
  std::size_t run = 0;             ///< of the program
  std::uint64_t begin_cycle = 0;   ///< Accelerator::cycles() before the host starts it
  std::vector<WrongWrite> writes;  ///< the first ones; their regions say nothing
};

struct SimulationResult {
  std::vector<LayerRun> layers;  ///< one per operator on chip, in network order
  Counters total;
  std::size_t images = 0;
  std::optional<Mismatch> first_mismatch;
  /// Per image, from the chip's own values; empty if the network has several outputs.
  std::vector<int> predictions;
  std::vector<int> reference_predictions;  ///< likewise, from the integer reference
  double simulation_seconds = 0;           ///< wall time inside the simulator
  [[nodiscard]] bool bit_exact() const { return !first_mismatch; }
};

struct SimulationOptions {
  /// Its seed is that of the first image; the others follow. Writes are refused outside of what a
  /// run's results may be.
  MemoryOptions memory;
  std::uint64_t watchdog_cycles = 100'000'000;  ///< per run
  bool stop_at_mismatch = true;
  std::size_t first_image = 0;  ///< number of the first image: in messages, and for the seeds
  /// If given, every write is compared in the cycle in which it happens, and the first run with
  /// wrong ones is left here, whether simulate() returns or throws.
  std::optional<WrongRun>* wrong_run = nullptr;
  std::filesystem::path trace_file;  ///< FST of everything (the model must have been built with
                                     ///< ModelOptions::trace)
};

/// Progress: image, the layer whose command was last seen, cycles so far, cycles per second.
struct SimulationProgress {
  std::size_t image = 0, images = 0;
  std::string layer;
  std::uint64_t cycles = 0;
  double cycles_per_second = 0;
  double fraction = 0;      ///< of all images, estimated from commands handed out
  double seconds_left = 0;  ///< likewise; 0 until something is known
};

/// Runs the images (already quantised) one after the other: the program's runs, and between them
/// what is left to the host, on the chip's own values. What runs leave in DRAM is compared with the
/// reference's own run of the image. Throws DesignFault if the simulation hangs or reports an error
/// status, with the register state, and ToolError if the program was made for another design.
[[nodiscard]] SimulationResult simulate(
    const BuiltModel& model, const schedule::Program& program, const integer::Executor& reference,
    const std::vector<integer::Tensor>& images, const SimulationOptions& options,
    const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop);

/// The same on a chip that has run something before, which must not matter. `memory` is the one
/// that it was made with, at least as large as the program's image, which is copied there.
[[nodiscard]] SimulationResult simulate(
    Accelerator& chip, std::vector<std::uint8_t>& memory, const schedule::Program& program,
    const integer::Executor& reference, const std::vector<integer::Tensor>& images,
    const SimulationOptions& options,
    const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop);

}  // namespace sd::tb
