// The main job: from a network to a bit-exact run of generated hardware. The command line and the
// desktop run the same code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "energy_model/energy.hpp"
#include "rtl/design/design_point.hpp"
#include "verilator_tb/simulate.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

struct RunOptions {
  std::optional<std::filesystem::path> model;   ///< empty: the built-in network
  std::optional<std::filesystem::path> data;    ///< empty: generated shapes (built-in network only)
  std::optional<std::filesystem::path> design;  ///< empty: the default design point
  int images = 10;                              ///< through the simulated accelerator
  int accuracy_images = 0;                      ///< 0: all of the data set (generated shapes: 1000)
  int calibration_images = 64;
  int threads = 0;              ///< 0: all cores
  double prune_energy = 0.01;   ///< see decompose::Settings
  std::filesystem::path cache;  ///< empty: tb::default_cache()
};

/// One line of the per-layer table.
struct LayerReport {
  int operator_index = 0;
  std::string name, kind;
  bool decomposed = false, on_rtl = false;
  bool simulated = false;  ///< on the RTL, as far as the run came
  bool bit_exact = false;
  std::string off_chip_reason;  ///< where on_rtl is false
  int rows = 0;                 ///< per filter
  double row_sparsity = 0;
  double relative_error = 0;  ///< of Ce * B in float; of the 8-bit weights where not decomposed
  double integer_error = 0;   ///< of the integer weights that the hardware multiplies with
  std::int64_t bits_float = 0, bits_dense = 0, bits_packed = 0;
  std::uint64_t cycles = 0;  ///< of one image, the layer run by itself; 0 where another layer's
                             ///< commands compute it on the way
};

struct Accuracy {
  std::size_t images = 0;
  double float32 = 0, sd_float = 0, sd_integer = 0, dense_integer = 0;  ///< fractions of 1
};

/// One accelerator (SD, or the dense baseline).
struct ChipReport {
  design::DesignPoint design;
  std::size_t images = 0;
  tb::Counters counters;  ///< summed over the images
  double mac_utilisation = 0;
  std::uint64_t dram_read_bytes = 0, dram_write_bytes = 0;
  std::size_t correct = 0;       ///< images that the chip's own outputs classify right
  double cycles_per_second = 0;  ///< simulated cycles per wall second
  double build_seconds = 0;
  bool built_from_cache = false;
  energy::EnergyBreakdown energy_per_image;  ///< pJ
  std::optional<tb::Mismatch> mismatch;
};

struct RunReport {
  std::string model_name, model_source, data_description;
  std::map<std::string, std::string> input_hashes;  ///< model, data set listing, design
  std::vector<std::string> notes;
  std::vector<LayerReport> layers;
  Accuracy accuracy;
  ChipReport sd, baseline;
  bool bit_exact = false;   ///< both chips: every layer of the first image, the outputs of every image
  double energy_ratio = 0;  ///< baseline / SD
  double wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;        ///< of this process
  std::uint64_t tools_peak_memory_bytes = 0;  ///< of the largest tool that it ran; 0 if it ran none
};

/// What happens while the job runs; called from the job's own threads, one call at a time.
struct RunObserver : Observer {
  std::function<void(const std::vector<LayerReport>&)>
      layers;  ///< after decomposition, and again when a column is filled in
};

/// Throws InputError, tb::ToolError (status 2), tb::Cancelled. A mismatch is not an exception: see
/// RunReport::bit_exact.
[[nodiscard]] RunReport run(const RunOptions& options, const RunObserver& observer,
                            std::stop_token stop);

}  // namespace sd::core
