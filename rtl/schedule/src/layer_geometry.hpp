// The numbers of one on-chip layer that tiling, weight stream and commands share.
#pragma once

#include "rtl/schedule/program.hpp"

namespace sd::schedule {

/// A fully connected layer is one row of `input_width` values in one channel, and one output pixel
/// per filter.
struct LayerGeometry {
  LayerMode mode = LayerMode::window;
  int channels = 0, input_height = 0, input_width = 0;
  int filters = 0, output_height = 0, output_width = 0;
  int kernel_rows = 1;  ///< R
  int steps = 1;        ///< S, or the design's columns
  int stride = 1, pad_top = 0, pad_left = 0;
  int rows = 0;  ///< matrix rows per filter
  int input_pitch = 0, output_pitch = 0;
  bool relu = false;
  bool rebuilds =
      false;  ///< weights go through shift-and-add: a basis per matrix slice, markers in the index
  bool bypasses = false;  ///< a design with rebuild engines, but a layer left dense

  [[nodiscard]] int groups(const design::DesignPoint& design) const {
    return (filters + design.slices - 1) / design.slices;
  }
};

/// Bytes of a feature-map row of `width` values.
[[nodiscard]] inline int pitch_of(int width, const design::DesignPoint& design) {
  const int align = design.row_align_bytes();
  return (width + align - 1) / align * align;
}

/// Only for an operator with weights.
[[nodiscard]] LayerGeometry geometry_of(const pack::PackedModel& model, int operator_index,
                                        const design::DesignPoint& design);

}  // namespace sd::schedule
