// Packed model x design point -> what the accelerator executes. The schedule decides tiling and data movement once:
// the RTL executes it, the energy model counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "sdengine/pack/packed_model.hpp"

namespace sd::schedule {

/// A group of output channels and the rows that it stores.
struct FilterGroup {
  int first_filter = 0, filters = 0;
  std::vector<int> stored_rows;       ///< ascending; rows non-zero in at least one filter of the group (all rows without skipping)
  std::uint32_t parameters_address = 0, index_address = 0, words_address = 0;  ///< in DRAM
  std::uint32_t index_bytes = 0, words = 0, word_bytes = 0;                    ///< word_bytes: of the whole word stream
  int index_entries = 0;              ///< markers included
};

/// A run of output rows computed from one resident input tile.
struct RowTile {
  int first_output_row = 0, output_rows = 0;
  int first_input_row = 0, input_rows = 0;  ///< rows of the input that the tile holds (inside the map)
};

enum class LayerMode { window = 0, pointwise = 1, fully_connected = 2 };

/// One convolution or fully connected layer on the accelerator. Loop order: row tiles outer, filter groups inner.
struct LayerSchedule {
  int operator_index = 0;
  LayerMode mode = LayerMode::window;
  int pointwise_or_kernel_steps = 1;  ///< steps per row
  std::vector<FilterGroup> groups;
  std::vector<RowTile> tiles;
  int input_pitch = 0, output_pitch = 0;  ///< bytes per feature-map row
  std::uint32_t program_address = 0, commands = 0;
};

/// A feature map in DRAM: [channels][height][pitch] bytes (a fully connected input: [1][1][pitch]).
struct TensorPlacement {
  std::uint32_t address = 0;
  int channels = 0, height = 0, width = 0, pitch = 0;
  [[nodiscard]] std::uint32_t bytes() const { return static_cast<std::uint32_t>(channels) * height * pitch; }
};

/// Why an operator does not run on this accelerator (the integer reference runs it).
struct OffChip {
  int operator_index = 0;
  std::string reason;
};

struct Program {
  design::DesignPoint design;
  std::vector<std::uint8_t> image;                       ///< the DRAM's contents from address 0: commands, weights, room for feature maps
  std::vector<LayerSchedule> layers;                     ///< in network order
  std::vector<OffChip> off_chip;
  std::vector<std::optional<TensorPlacement>> inputs;    ///< per operator: where an on-chip layer reads
  std::vector<std::optional<TensorPlacement>> outputs;   ///< per operator: where an on-chip layer writes
  /// Where coefficient codes lie, for fault tests and debugging.
  [[nodiscard]] std::size_t coefficient_bit(const pack::PackedModel& model, int operator_index, int filter, int row, int j) const;
};

/// Never fails for a valid model: what does not fit goes to `off_chip` with the reason.
[[nodiscard]] Program build_program(const pack::PackedModel& model, const design::DesignPoint& design);

/// Copies a tensor into / out of an image at its placement, adding / dropping the row padding.
void write_tensor(std::vector<std::uint8_t>& image, const TensorPlacement& where, const std::vector<std::int8_t>& values);
[[nodiscard]] std::vector<std::int8_t> read_tensor(const std::vector<std::uint8_t>& image, const TensorPlacement& where);

}  // namespace sd::schedule
