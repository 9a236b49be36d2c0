// The numbers of one convolution or fully connected layer that support, tiling, weight stream and
// commands share.
#pragma once

#include "rtl/schedule/program.hpp"

namespace sd::schedule {

/// The values of COMPUTE's mode field.
enum class LayerMode { window = 0, pointwise = 1, fully_connected = 2, dilated = 3 };

/// A fully connected layer whose input is one pixel per channel is pointwise.
struct LayerGeometry {
  LayerMode mode = LayerMode::window;
  int channels = 0, input_height = 0, input_width = 0;
  int filters = 0, output_height = 0, output_width = 0;
  int kernel_rows = 1;  ///< R
  int steps = 1;        ///< S, or the columns of a row
  int stride_x = 1, stride_y = 1, dilation_x = 1, dilation_y = 1, pad_top = 0, pad_left = 0;
  int conv_groups = 1;  ///< groups of the convolution
  int rows = 0;         ///< matrix rows per filter
  int matrix_slices = 1, slice_rows = 0;
  int input_pitch = 0, output_pitch = 0;  ///< bytes
  bool relu = false;
  bool rebuilds =
      false;  ///< weights go through shift-and-add: a basis per matrix slice, markers in the index
  bool bypasses = false;  ///< a design with rebuild engines, but a layer left dense

  [[nodiscard]] int filters_per_group() const { return filters / conv_groups; }
  [[nodiscard]] int channels_per_group() const { return channels / conv_groups; }
  /// True if one group of slices may serve filters of several groups of the convolution: then the
  /// rows of those groups follow each other in one list.
  [[nodiscard]] bool may_span_groups() const {
    return matrix_slices == 1 && (mode == LayerMode::window || mode == LayerMode::dilated ||
                                  channels_per_group() % steps == 0);
  }
  /// Output rows -> input rows that they meet, inside the map: first, count.
  [[nodiscard]] RowTile tile_at(int first_output_row, int output_rows) const;
};

/// Output rows -> the input rows that they meet, inside the map: `reach` rows for each of them,
/// from `first * stride - pad_top` on. A tile that meets nothing but padding still holds a row.
[[nodiscard]] RowTile rows_met(int first_output_row, int output_rows, int stride, int pad_top,
                               int reach, int input_height);

/// Bytes of a feature-map row of `width` values.
[[nodiscard]] inline int pitch_of(int width, const design::DesignPoint& design) {
  const int align = design.row_align_bytes();
  return (width + align - 1) / align * align;
}

/// Only for an operator with weights.
[[nodiscard]] LayerGeometry geometry_of(const pack::PackedModel& model, int operator_index,
                                        const design::DesignPoint& design);

/// Segments of a block (docs/accelerator.md, "Blocks").
struct BlockShape {
  int rows = 1, words = 1;
};
[[nodiscard]] BlockShape block_shape(const LayerGeometry& g, const design::DesignPoint& design);

}  // namespace sd::schedule
