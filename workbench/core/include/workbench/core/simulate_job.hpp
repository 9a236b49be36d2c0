// A packed network on the simulated accelerator, bit for bit against the integer reference.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "verilator_tb/investigate.hpp"
#include "verilator_tb/profile.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

struct SimulateOptions {
  std::filesystem::path model;                  ///< .sd
  std::optional<std::filesystem::path> data;    ///< empty: random values from `seed`
  std::optional<std::filesystem::path> design;  ///< empty: the default design point
  int images = 1;
  int first = 0;                       ///< of the data set
  int jobs = 0;                        ///< images at a time; 0: as many as there are cores
  bool layers = false;                 ///< every layer a run of its own, every result compared
  bool profile = false;                ///< SimulateReport::profile
  bool dense = false;                  ///< on the design's dense baseline
  int latency_cycles = 32;             ///< of the DRAM
  int stalls_per_1024 = 0;             ///< random gaps of every AXI channel
  int seed = 1;                        ///< of the gaps and of random images
  long watchdog_cycles = 100'000'000;  ///< per run
  /// Folder that takes the result of every image as soon as it is finished, so that an interrupted
  /// job goes on where it was.
  std::optional<std::filesystem::path> store;
  std::optional<std::filesystem::path> trace;  ///< FST of the whole first image
  std::optional<std::filesystem::path>
      investigate;           ///< FST around the first fault, if there is one
  int window_cycles = 2000;  ///< of `investigate`, before the fault
  /// A bit of this layer's first bias is flipped in the memory image, to see that it is found.
  std::optional<std::string> plant_fault;
  std::vector<tb::MemoryFault> memory_faults;  ///< what goes wrong on purpose in the DRAM
  std::filesystem::path cache;                 ///< empty: tb::default_cache()
};

/// Where the cycles of the MACs went: shares of cycles * MACs that add up to 1.
struct SlotShares {
  double useful = 0;         ///< products (Booth: non-zero digits) of valid lanes: the utilisation
  double not_computing = 0;  ///< no COMPUTE or VECTOR under way: loads, stores, start and end
  double empty_lanes = 0;    ///< a line works, on fewer filters or pixels than it has MACs for
  double no_job = 0;         ///< a line without a job, or waiting to merge; Booth: also lanes that
                             ///< wait for the one with most digits
};

struct SimulatedLayer {
  std::string name, kind;
  std::string runs_as;                       ///< schedule::execution_text()
  std::string off_chip_reason;               ///< not empty: the integer reference ran it
  bool compared = false, bit_exact = false;  ///< as far as the simulation came
  std::optional<tb::Counters> counters;      ///< with SimulateOptions::layers, summed over images
  std::optional<SlotShares> slots;           ///< likewise, of what runs on the array
};

struct ProfiledLayer {
  std::string name;  ///< with the additions that its commands do on the way out: "conv2 + add"
  tb::LayerProfile profile;
};

struct ImagePrediction {
  std::size_t image = 0;     ///< from the data's beginning
  std::optional<int> label;  ///< where the data has the network's classes
  int reference = 0, chip = 0;
};

struct SimulateReport {
  std::string model_name, model_source, model_hash;
  std::string data_description, data_hash;  ///< hash: empty for random images
  design::DesignPoint design;
  std::string design_hash;
  bool by_layer = false;
  std::vector<SimulatedLayer> layers;
  std::size_t images = 0;                ///< simulated
  std::size_t resumed = 0;               ///< of these, found in the store
  std::size_t compared = 0;              ///< results of operators that were compared, in each image
  std::optional<tb::Mismatch> mismatch;  ///< its image counts from the data's beginning
  std::string failure;                   ///< what the accelerator did wrong instead: a hang, ...
  std::optional<tb::FirstFault> fault;   ///< after a mismatch or a failure
  std::string fault_seen_in;           ///< "the same program", "every result written to DRAM", ...
  std::string waveform;                ///< the file, if one was written
  std::vector<ProfiledLayer> profile;  ///< of the first image
  std::vector<ImagePrediction> predictions;
  std::optional<std::size_t> right;            ///< classified right by the chip's own outputs
  std::optional<std::size_t> reference_right;  ///< by the integer reference
  tb::Counters counters;                       ///< summed over the images
  double mac_utilisation = 0;
  std::size_t jobs = 0;
  double cycles_per_second = 0, macs_per_second = 0;  ///< of one simulation
  double simulation_seconds = 0;                      ///< inside simulators, summed over the images
  double build_seconds = 0, wall_seconds = 0;
  bool built_from_cache = false;
  std::vector<std::string> notes;
  [[nodiscard]] bool bit_exact() const { return !mismatch && failure.empty(); }
};

/// Throws InputError, tb::ToolError, tb::Cancelled. What the accelerator does wrong is no
/// exception: see SimulateReport::mismatch and failure.
[[nodiscard]] SimulateReport simulate_network(const SimulateOptions& options,
                                              const Observer& observer, std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const SimulateReport& report);

}  // namespace sd::core
