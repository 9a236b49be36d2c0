// Packed model x design point -> what the accelerator executes: one command list for the whole
// network, and the memory image that it works on. The schedule decides tiling and data movement
// once: the RTL executes it, the energy model counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::schedule {

/// A group of output channels and the rows that it stores.
struct FilterGroup {
  int first_filter = 0, filters = 0;
  int first_channel = 0, channels = 0;  ///< input channels that its rows cover (fewer than all with
                                        ///< grouped convolution)
  std::vector<int> stored_rows;  ///< ascending, of the rows of those channels: non-zero in at least
                                 ///< one filter of the group (all rows without skipping)
  std::uint32_t parameters_address = 0, index_address = 0, words_address = 0;  ///< in DRAM
  std::uint32_t index_bytes = 0, words = 0,
                word_bytes = 0;  ///< word_bytes: of the whole word stream
  int index_entries = 0;         ///< markers included
};

/// A run of output rows computed from one resident input tile.
struct RowTile {
  int first_output_row = 0, output_rows = 0;
  int first_input_row = 0,
      input_rows = 0;  ///< rows of the input that the tile holds (inside the map)
};

/// How an operator is executed.
enum class Execution {
  array,       ///< COMPUTE: convolution, fully connected
  vector,      ///< VECTOR: pooling, addition, rescaling, subsampling
  fused,       ///< an addition that the COMPUTEs of its producer do on the way out
  addressing,  ///< nothing moves: a concatenation whose inputs were written side by side, an
               ///< operator that passes values on
  host,        ///< between two runs (`off_chip` says why)
};
/// "array", "vector unit", "fused", "addressing", "host": the words of listings and reports.
[[nodiscard]] std::string_view to_string(Execution execution);

/// Where an operator's result lives while the program runs.
enum class Residence { on_chip, dram };

enum class LoopOrder { tiles_outer, groups_outer };

struct LayerSchedule {
  int operator_index = 0;
  Execution execution = Execution::array;
  std::vector<int> fused;  ///< operators that the same commands compute besides (additions)
  Residence residence = Residence::dram;  ///< of the result
  LoopOrder loop_order = LoopOrder::tiles_outer;
  std::vector<FilterGroup> groups;  ///< array only
  std::vector<RowTile> tiles;
  int block_rows = 1, block_words = 1;  ///< array only
  int run = 0;
  std::uint32_t first_command = 0, commands = 0;  ///< in the run's list; commands of neighbouring
                                                  ///< layers may alternate (ProgramRun::layer_of)
  std::int64_t dram_bytes = 0;  ///< what its commands read and write, their own fetch included
  std::int64_t predicted_cycles = 0;  ///< estimate that the search minimises
};

/// A feature map in DRAM: [channels][height][pitch] bytes.
struct TensorPlacement {
  std::uint32_t address = 0;
  int channels = 0, height = 0, width = 0, pitch = 0;
  [[nodiscard]] std::uint32_t bytes() const {
    return static_cast<std::uint32_t>(channels) * static_cast<std::uint32_t>(height) *
           static_cast<std::uint32_t>(pitch);
  }
};

/// Why an operator does not run on this accelerator (the integer reference runs it).
struct OffChip {
  int operator_index = 0;
  std::string reason;
};

/// How an operator of the network comes to its result.
struct OperatorExecution {
  Execution execution = Execution::host;
  /// Whose commands compute it, in Program::layers: its own (array, vector), its producer's
  /// (fused); none where nothing is done for it (addressing, host).
  std::optional<std::size_t> layer;
};

/// One start of the accelerator. A network without off-chip operators is one run.
struct ProgramRun {
  std::uint32_t program_address = 0, commands = 0;
  std::vector<int> layer_of;   ///< per command its layer in Program::layers; -1 for END
  std::vector<int> operators;  ///< that it computes, in network order
  std::vector<int> reads;   ///< operators whose results must lie in DRAM before it (the image: 0)
  std::vector<int> writes;  ///< operators whose results it leaves in DRAM
};

struct ScheduleOptions {
  /// Every operator's result is written to DRAM besides, so that each layer can be compared. Costs
  /// DRAM traffic; values and everything else stay as they are.
  bool export_maps = false;
  /// Every layer is a run of its own, so that counters tell of each. No map stays on chip.
  bool separate_runs = false;
  bool keep_on_chip = true;    ///< maps stay in the input buffer where they fit
  bool fuse_additions = true;  ///< additions are done by the COMPUTEs of a producer
  bool search = true;  ///< tile sizes, loop orders and residences by predicted cost; otherwise the
                       ///< first that fits
};

struct Program {
  design::DesignPoint design;
  ScheduleOptions options;
  std::vector<std::uint8_t>
      image;  ///< the DRAM's contents from address 0: commands, weights, room for feature maps
  std::vector<LayerSchedule> layers;  ///< one per operator on chip, in network order
  std::vector<OffChip> off_chip;
  std::vector<OperatorExecution> operators;  ///< of the network; 0, the image, is the host's
  std::vector<ProgramRun> runs;
  /// Per operator: where its result lies in DRAM (outputs of the network, what the host reads or
  /// writes, what was spilled, everything with `export_maps`); the image's for operator 0.
  std::vector<std::optional<TensorPlacement>> maps;
  /// Where coefficient codes lie, for fault tests and debugging.
  [[nodiscard]] std::size_t coefficient_bit(const pack::PackedModel& model, int operator_index,
                                            int filter, int row, int j) const;
};

/// Never fails for a valid model: what does not fit goes to `off_chip` with the reason.
[[nodiscard]] Program build_program(const pack::PackedModel& model,
                                    const design::DesignPoint& design,
                                    const ScheduleOptions& options = {});

/// Copies a tensor into / out of an image at its placement, adding / dropping the row padding.
void write_tensor(std::vector<std::uint8_t>& image, const TensorPlacement& where,
                  const std::vector<std::int8_t>& values);
[[nodiscard]] std::vector<std::int8_t> read_tensor(const std::vector<std::uint8_t>& image,
                                                   const TensorPlacement& where);

/// One phrase for people: "array", "vector unit", "fused into conv2", "addressing", "host: REASON".
[[nodiscard]] std::string execution_text(const Program& program, const pack::PackedModel& model,
                                         int operator_index);

/// For people: per layer how it runs, tiles, groups, residence, predicted bytes and cycles; with
/// `commands`, every command of every run disassembled under its layer.
[[nodiscard]] std::string listing(const Program& program, const pack::PackedModel& model,
                                  bool commands);

}  // namespace sd::schedule
