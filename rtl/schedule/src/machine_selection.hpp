// Which of a group's rows meet which rows of the tile.
#pragma once

#include <cstdint>
#include <vector>

#include "machine_weights.hpp"

namespace sd::schedule {

/// The values of COMPUTE's mode field.
enum class ComputeMode { window = 0, pointwise = 1, fully_connected = 2, dilated = 3 };
[[nodiscard]] inline ComputeMode mode_of(const Compute& c) {
  return static_cast<ComputeMode>(c.mode);
}

/// Where a step reads.
struct TapRow {
  std::int64_t number = 0;  ///< row of the tile
  std::int64_t column = 0;  ///< of output pixel 0; may lie outside the input columns
  bool exists = true;       ///< false: past the tile, reads zeros
};

/// Input row (inside a channel of the tile) that a row of the group meets at an output row.
[[nodiscard]] inline std::int64_t input_row(const Compute& c, const Group::Row& row,
                                            std::int64_t output_row) {
  return c.first_row + output_row * c.stride_y + row.r;
}

/// Of a row that is not in the vertical padding.
[[nodiscard]] TapRow tap_row(const Compute& c, const Group::Row& row, std::int64_t output_row,
                             std::int64_t step);

/// What the index selector finds.
class Selection {
 public:
  /// Reads the zero flags of all rows that the group meets, if they matter, and makes sure that the
  /// rows themselves are there, whatever their flags say. Throws ProgramFault.
  Selection(const Compute& c, const Group& group, const design::DesignPoint& design,
            Buffers& buffers);

  /// True if the row is computed for this output row.
  [[nodiscard]] bool is_live(std::int64_t output_row, std::size_t row) const {
    return live_[static_cast<std::size_t>(output_row) * rows_ + row] != 0;
  }
  /// Places of the input buffer, and flags, that the command reads as its tile.
  [[nodiscard]] const Ranges& tile_reads() const { return tile_reads_; }
  [[nodiscard]] const Ranges& flag_reads() const { return flag_reads_; }

 private:
  void find_needed(const Compute& c, const Group& group);
  void read_needed(const Compute& c, const design::DesignPoint& design, Buffers& buffers);
  void find_live(const Compute& c, const Group& group, const Buffers& buffers);
  void need(const Compute& c, const Group::Row& row, const TapRow& tap);

  bool by_flags_;
  std::size_t rows_;
  std::vector<std::uint8_t> live_;    ///< [output_rows][rows]
  std::vector<std::uint8_t> needed_;  ///< [total_tile_rows]
  Ranges tile_reads_, flag_reads_;
};

}  // namespace sd::schedule
