#include <algorithm>
#include <bit>

#include "rtl/design/design_point.hpp"

namespace sd::design {

int DesignPoint::code_bits() const {
  return std::bit_width(static_cast<unsigned>(2 * levels));
}

int DesignPoint::row_bits() const {
  return rebuild ? std::max(rank * code_bits(), 8) : columns * 8;
}

int DesignPoint::weight_word_bits() const {
  return slices * row_bits();
}

int DesignPoint::weight_words() const {
  return static_cast<int>(std::int64_t{weight_buffer_bytes} * 8 / weight_word_bits());
}

int DesignPoint::row_align_bytes() const {
  return std::max(macs, axi_bytes());
}

int DesignPoint::window_bytes() const {
  return (macs - 1) * max_stride + columns;
}

int DesignPoint::beat_segments(int stride) const {
  if (stride == 1) return block_segments;
  return stride == 2 ? std::max(block_segments / 2, 1) : 1;
}

int DesignPoint::beat_bytes() const {
  int longest = 0;
  for (int stride = 1; stride <= max_stride; ++stride)
    longest = std::max(longest, (beat_segments(stride) * macs - 1) * stride + columns);
  return longest;
}

int DesignPoint::input_banks() const {
  // A read starts at any byte of a word, so its last byte lies up to macs - 1 bytes further. A bus
  // beat must not be wider than all banks together.
  const int words = std::max((beat_bytes() + macs - 1 + macs - 1) / macs, axi_bytes() / macs);
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>(words)));
}

int DesignPoint::input_words() const {
  return input_buffer_bytes / macs;
}

int DesignPoint::output_words() const {
  return output_buffer_bytes / macs;
}

DesignPoint DesignPoint::dense_baseline() const {
  DesignPoint dense = *this;
  dense.rebuild = dense.skip_weight_rows = dense.skip_activation_rows = false;
  if (dense != *this) dense.name += "-dense";
  return dense;
}

}  // namespace sd::design
