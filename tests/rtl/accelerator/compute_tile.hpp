// A COMPUTE command with its group's data: rows, index entries, weight words, records.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl/design/design_point.hpp"

namespace sd::test {

enum class Mode { window = 0, pointwise = 1, fully_connected = 2, dilated = 3 };

/// Where results go, in the words of the command.
struct Target {
  bool to_output = true, to_input = false;
  int output_word = 0, output_channel_words = 0;
  int local_word = 0, local_channel_words = 0, local_flag = 0, local_rows = 0;
};

/// What a test chooses. The group's data follows from the seed.
struct TileShape {
  Mode mode = Mode::window;
  int channels = 3;
  int tile_rows = 5, input_columns = 7;
  int input_pitch_words = 0;       ///< 0: the least that holds the columns, aligned to bus beats
  int kernel_rows = 3, steps = 3;  ///< R and S; pointwise and fully connected: R = 1, S = columns
  int stride_x = 1, stride_y = 1, dilation = 1, pad_left = 1;
  int first_row = -1;  ///< tile row of output row 0 at r = 0
  int output_rows = 3, output_columns = 7;
  int output_pitch_words = 0;  ///< 0: the least that holds the columns
  int block_rows = 1, block_words = 1;
  int matrix_slice_rows = 0;  ///< 0: one slice of the matrix
  int active_slices = 0;      ///< 0: all
  bool relu = false, bypass = false, skip = true, fence = true;
  bool to_output = true, to_input = false, residual = false;
  double stored = 0.6;  ///< share of the rows that are stored
  int seed = 1;
};

/// Where a tile lies in the buffers.
struct Places {
  int input_word = 0, first_flag = 0, weight_word = 0, index_entry = 0, record = 0;
  int output_word = 0, local_word = 0, local_flag = 0, residual_word = 0;
};

struct IndexEntry {
  bool marker;
  int c_row, r;
};

/// A stored row: its entry, and its weights as rebuilt.
struct StoredRow {
  int c_row, r;
  std::vector<std::vector<int>> weights;  ///< [filter][step]
};

struct Tile {
  TileShape shape;
  Places at;
  Target target;
  int input_pitch = 0, output_pitch = 0, active_slices = 0, rows_not_stored = 0, markers = 0;
  int residual_channel_words = 0, residual_shift = 0, own_multiplier = 0, residual_multiplier = 0;
  bool keep_basis = false, residual_relu = false;
  std::vector<StoredRow> rows;
  std::vector<IndexEntry> entries;
  std::vector<std::vector<std::uint32_t>> weight_words;  ///< weight_word_bits() each
  std::vector<std::uint64_t> records;
  /// Words of the input map, of a map of results.
  [[nodiscard]] int input_words() const { return shape.channels * shape.tile_rows * input_pitch; }
  [[nodiscard]] int output_words() const { return shape.output_rows * output_pitch; }
};

/// Makes the shape legal where its mode leaves no choice, and the rest from the seed.
[[nodiscard]] Tile make_tile(const design::DesignPoint& point, const TileShape& shape,
                             const Places& places = {});

/// A VECTOR command.
struct VectorShape {
  int channels = 2, tile_rows = 4, input_columns = 7, input_pitch = 2, input_channel_words = 8;
  int first_row = 0, pad_left = 0, output_rows = 2, output_columns = 3, output_pitch = 1;
  int stride_x = 2, stride_y = 2, window_rows = 2, window_columns = 2;
  int input_word = 0, second_word = 0, second_channel_words = 0;
  int first_multiplier = 1, second_multiplier = 1, output_multiplier = 1, output_shift = 0;
  bool maximum = false, two_operands = false, across = false, relu = false;
  Target target;
};

}  // namespace sd::test
