// A COMPUTE command with all its data, and what docs/numerics.md and docs/accelerator.md say must
// come of it: worked out from the definition of a convolution, without any notion of lines, jobs or
// cycles.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::test {

enum class Mode { window = 0, pointwise = 1, fully_connected = 2 };

/// What a test chooses. The tile's data follows from the seed.
struct TileShape {
  Mode mode = Mode::window;
  int channels = 3;
  int tile_rows = 5, input_columns = 7;
  int kernel_rows = 3, steps = 3;  ///< R and S; for the other modes R = 1, S = columns
  int stride = 1, pad_left = 1;
  int first_row = -1;  ///< tile row of output row 0 at r = 0
  int output_rows = 3, output_columns = 7;
  int output_pitch_words = 0;  ///< 0: the least that holds the columns
  int matrix_slice_rows = 0;   ///< 0: one slice of the matrix
  int active_slices = 0;       ///< 0: all
  bool relu = false, bypass = false, skip = true;
  double stored = 0.6;     ///< share of the rows that are stored
  double zero_rows = 0.3;  ///< share of the activation rows that are zero
  int seed = 1;
};

struct IndexEntry {
  bool marker;
  int c_row, r;
};

struct Tile {
  TileShape shape;
  int input_word = 0, input_pitch = 0, weight_word = 0, index_entry = 0, record = 0, flag_base = 0;
  int output_word = 0, output_pitch = 0, output_channel_words = 0, active_slices = 0,
      rows_not_stored = 0;
  bool keep_basis = false;
  std::vector<std::int8_t> input;  ///< [channels][tile_rows][pitch bytes]
  std::vector<bool> row_nonzero;   ///< [channels * tile_rows]
  std::vector<IndexEntry> entries;
  std::vector<std::vector<std::uint32_t>> weight_words;  ///< weight_word_bits() each
  std::vector<std::uint64_t> records;
  std::vector<std::vector<std::int8_t>> output;  ///< [active][output_rows * output_pitch * macs]
  std::map<std::string, std::uint64_t>
      counters;  ///< by the names of ComputeEvents, those that time does not change
};

/// Random data for a shape, placed at `offset` (small) from the start of every buffer, and the
/// expected results.
[[nodiscard]] Tile make_tile(const design::DesignPoint& point, const TileShape& shape,
                             int offset = 0);

}  // namespace sd::test
