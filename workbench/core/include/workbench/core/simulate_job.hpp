// A packed network on the simulated accelerator, bit for bit against the integer reference.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "verilator_tb/simulate.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

struct SimulateOptions {
  std::filesystem::path model;                  ///< .sd
  std::optional<std::filesystem::path> data;    ///< empty: random values from `seed`
  std::optional<std::filesystem::path> design;  ///< empty: the default design point
  int images = 1;
  int first = 0;                       ///< of the data set
  bool layers = false;                 ///< every layer a run of its own, every result compared
  bool dense = false;                  ///< on the design's dense baseline
  int latency_cycles = 32;             ///< of the DRAM
  int stalls_per_1024 = 0;             ///< random gaps of every AXI channel
  int seed = 1;                        ///< of the gaps and of random images
  long watchdog_cycles = 100'000'000;  ///< per run
  std::optional<std::filesystem::path> trace;  ///< FST of the first image
  std::filesystem::path cache;                 ///< empty: tb::default_cache()
};

struct SimulatedLayer {
  std::string name, kind;
  std::string off_chip_reason;               ///< not empty: the integer reference ran it
  bool compared = false, bit_exact = false;  ///< as far as the simulation came
  std::optional<tb::Counters> counters;      ///< with SimulateOptions::layers, summed over images
};

struct SimulateReport {
  std::string model_name, model_source, model_hash;
  std::string data_description, data_hash;  ///< hash: empty for random images
  design::DesignPoint design;
  std::string design_hash;
  bool by_layer = false;
  std::vector<SimulatedLayer> layers;
  std::size_t images = 0;                ///< simulated
  std::size_t compared = 0;              ///< results of operators that were compared, in each image
  std::optional<tb::Mismatch> mismatch;  ///< its image counts from the data's beginning
  std::optional<std::size_t> right;      ///< classified right by the chip's own outputs
  tb::Counters counters;                 ///< summed over the images
  double mac_utilisation = 0, cycles_per_second = 0, macs_per_second = 0;
  double simulation_seconds = 0, build_seconds = 0, wall_seconds = 0;
  bool built_from_cache = false;
  std::vector<std::string> notes;
  [[nodiscard]] bool bit_exact() const { return !mismatch; }
};

/// Throws InputError, tb::ToolError (a hang, an error that the accelerator reports), tb::Cancelled.
/// A mismatch is not an exception: see SimulateReport::mismatch.
[[nodiscard]] SimulateReport simulate_network(const SimulateOptions& options,
                                              const Observer& observer, std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const SimulateReport& report);

}  // namespace sd::core
