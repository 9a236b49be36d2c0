// Images through the simulated accelerator, every layer compared bit for bit with the integer reference.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/schedule/program.hpp"
#include "sdengine/integer/executor.hpp"
#include "verilator_tb/model_build.hpp"

namespace sd::tb {

/// The accelerator's performance counters, in the order of docs/accelerator.md.
struct Counters {
  std::uint64_t cycles = 0, macs = 0, mac_active = 0, rows_executed = 0, rows_skipped_weight = 0, rows_skipped_activation = 0;
  std::uint64_t dram_read_beats = 0, dram_write_beats = 0;
  std::uint64_t input_buffer_reads = 0, input_buffer_writes = 0, weight_buffer_reads = 0, weight_buffer_writes = 0;
  std::uint64_t index_buffer_reads = 0, index_buffer_writes = 0, output_buffer_reads = 0, output_buffer_writes = 0;
  std::uint64_t weights_rebuilt = 0, outputs = 0, select_stall_cycles = 0, drain_stall_cycles = 0;
  std::uint64_t load_busy_cycles = 0, compute_busy_cycles = 0, store_busy_cycles = 0;
  static constexpr int count = 23;
  [[nodiscard]] static const std::array<const char*, count>& names();
  [[nodiscard]] std::array<std::uint64_t, count> values() const;
  Counters& operator+=(const Counters& other);
};

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
  Counters counters;        ///< summed over images
  std::uint64_t images = 0;
  bool bit_exact = true;
};

struct SimulationResult {
  std::vector<LayerRun> layers;             ///< the on-chip ones
  Counters total;
  std::optional<Mismatch> first_mismatch;
  std::vector<int> predictions;             ///< per image, from the chip's own outputs carried through to the end
  double simulation_seconds = 0;            ///< wall time inside the simulator
  [[nodiscard]] bool bit_exact() const { return !first_mismatch; }
};

struct SimulationOptions {
  int dram_latency_cycles = 32;             ///< first beat of a burst after its address
  std::uint64_t watchdog_cycles = 20'000'000;  ///< per layer
  bool stop_at_mismatch = true;
};

/// Progress: image, layer, cycles so far, cycles per second.
struct SimulationProgress {
  std::size_t image = 0, images = 0;
  std::string layer;
  std::uint64_t cycles = 0;
  double cycles_per_second = 0;
};

/// Runs the images (already quantised) one after the other. On-chip layers read what the chip itself (or, for off-chip
/// operators, the integer reference applied to the chip's own outputs) produced before; each on-chip layer's output is compared with the
/// integer reference's own run of the image. Throws ToolError if the simulation hangs or reports an error status, with the register state.
[[nodiscard]] SimulationResult simulate(const BuiltModel& model, const schedule::Program& program, const integer::Executor& reference,
                                        const std::vector<integer::Tensor>& images, const SimulationOptions& options,
                                        const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop);

}  // namespace sd::tb
