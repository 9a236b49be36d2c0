// Address and count widths that follow from a design point.
#pragma once

#include <bit>

#include "rtl/design/design_point.hpp"

namespace sd::rtl {

/// Bits that hold every value 0 .. largest; at least one.
[[nodiscard]] constexpr int bits_for(long long largest) {
  int bits = 1;
  while ((largest >> bits) != 0) ++bits;
  return bits;
}

/// Log2 of a power of two.
[[nodiscard]] constexpr int log2_of(int power) {
  return std::bit_width(static_cast<unsigned>(power)) - 1;
}

/// Bits of an address into `depth` words; at least one.
[[nodiscard]] constexpr int address_bits(long long depth) {
  return bits_for(depth - 1);
}

[[nodiscard]] inline int input_word_bits(const design::DesignPoint& p) {
  return address_bits(p.input_words());
}
[[nodiscard]] inline int input_byte_bits(const design::DesignPoint& p) {
  return address_bits(static_cast<long long>(p.input_words()) * p.macs);
}
[[nodiscard]] inline int weight_bits(const design::DesignPoint& p) {
  return address_bits(p.weight_words());
}
[[nodiscard]] inline int index_bits(const design::DesignPoint& p) {
  return address_bits(p.index_buffer_entries);
}
[[nodiscard]] inline int output_bits(const design::DesignPoint& p) {
  return address_bits(p.output_words());
}
[[nodiscard]] inline int record_bits(const design::DesignPoint& p) {
  return address_bits(p.parameter_records());
}
[[nodiscard]] inline int flag_bits(const design::DesignPoint& p) {
  return address_bits(p.zero_flags());
}
[[nodiscard]] inline int slice_count_bits(const design::DesignPoint& p) {
  return bits_for(p.slices);
}
[[nodiscard]] inline int line_number_bits(const design::DesignPoint& p) {
  return bits_for(p.lines - 1);
}
[[nodiscard]] inline int slice_number_bits(const design::DesignPoint& p) {
  return bits_for(p.slices - 1);
}

/// Bits of a step or column number, 0 .. columns-1.
[[nodiscard]] inline int step_bits(const design::DesignPoint& p) {
  return bits_for(p.columns - 1);
}
/// Bits that number the bytes of both weight banks of a line.
[[nodiscard]] inline int run_index_bits(const design::DesignPoint& p) {
  return bits_for(2 * p.columns - 1);
}
/// Bits that number the elements of a basis.
[[nodiscard]] inline int basis_index_bits(const design::DesignPoint& p) {
  return bits_for(p.rank * p.columns - 1);
}
/// Bits of a number of valid lanes, 0 .. macs.
[[nodiscard]] inline int lane_count_bits(const design::DesignPoint& p) {
  return bits_for(p.macs);
}
/// Bits of a number of block rows, words or segments, 0 .. block_segments.
[[nodiscard]] inline int block_count_bits(const design::DesignPoint& p) {
  return bits_for(p.block_segments);
}
/// Bits of the number of a segment in its block.
[[nodiscard]] inline int segment_bits(const design::DesignPoint& p) {
  return bits_for(p.block_segments - 1);
}
/// Bits of one segment's slot on the activation broadcast: a window, the first byte lowest.
[[nodiscard]] inline int slot_bits(const design::DesignPoint& p) {
  return p.window_bytes() * 8;
}

/// Signed bits of a column or row number of the tile: sixteen-bit fields, plus padding and the
/// segment's length.
inline constexpr int position_bits = 18;
/// Bits of an index entry: marker, r, c_row.
inline constexpr int entry_bits = 1 + 8 + 16;

}  // namespace sd::rtl
