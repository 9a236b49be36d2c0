// What a design point does with a packed network: the schedule, for people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

struct ScheduleJobOptions {
  std::filesystem::path model;                  ///< .sd
  std::optional<std::filesystem::path> design;  ///< empty: the default design point
  bool export_maps = false;                     ///< every operator's result to DRAM besides
  bool spill = false;                           ///< no map stays in the input buffer
  bool no_fusion = false;                       ///< additions are commands of their own
  bool listing = false;                         ///< ScheduleJobReport::listing
  bool commands = false;                        ///< and there every command disassembled
};

/// An operator of the network but its input.
struct ScheduledLayer {
  std::string name, kind;
  std::string execution;   ///< schedule::to_string(): "array", "vector unit", "fused", ...
  std::string runs_as;     ///< schedule::execution_text()
  std::string reason;      ///< host only: why
  std::string fused_into;  ///< fused only: the layer whose commands compute it
  // The rest only where the operator has commands of its own.
  std::vector<std::string> fused;  ///< names of operators that its commands compute besides
  int run = 0;
  std::size_t groups = 0, rows_stored = 0, tiles = 0;
  int tile_rows = 0;       ///< output rows of the first tile
  std::string loop_order;  ///< "tiles_outer", "groups_outer"; array only
  int block_rows = 0, block_words = 0;
  std::string residence;  ///< "on_chip", "dram"
  std::uint32_t commands = 0;
  std::int64_t dram_bytes = 0, predicted_cycles = 0;
  [[nodiscard]] bool has_commands() const { return commands > 0; }
};

struct ScheduleJobReport {
  std::string model_name, model_source, model_hash, design_hash;
  design::DesignPoint design;
  bool export_maps = false, spill = false, no_fusion = false;
  std::vector<ScheduledLayer> layers;  ///< in network order
  std::size_t runs = 0, image_bytes = 0;
  std::uint64_t commands = 0;  ///< of all runs
  std::int64_t dram_bytes = 0, predicted_cycles = 0;
  std::string listing;
};

/// Throws InputError, tb::Cancelled.
[[nodiscard]] ScheduleJobReport schedule_network(const ScheduleJobOptions& options,
                                                 const Observer& observer, std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const ScheduleJobReport& report);

}  // namespace sd::core
