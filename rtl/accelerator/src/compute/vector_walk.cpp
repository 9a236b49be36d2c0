// The vector unit's walk over channels, rows, segments and taps.
#include <algorithm>
#include <vector>

#include "compute/raster.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/vector_unit.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// The low bits of a product of two 16-bit numbers, as wide as an address.
UInt low_product(const UInt& a, const UInt& b, int width) {
  return (a * b).truncate(width);
}

}  // namespace

VectorUnit::Tap VectorUnit::walk(const Bool& prepares, const Bool& begins) {
  const VectorCommand& command = command_;
  const int macs = point_.macs, word_bits = input_word_bits(point_);

  // Words from a channel's first row to the first output row's, and from there to the next one's.
  auto to_first_row = reg<UInt>("to_first_row", no_reset, word_bits);
  auto row_step = reg<UInt>("row_step", no_reset, word_bits);
  when(prepares, [&] {
    to_first_row <<= low_product(command.first_row.as_uint(), command.input_pitch, word_bits);
    row_step <<= low_product(command.stride_y.extend(16), command.input_pitch, word_bits);
  });

  // Channels, and the words of each in raster order.
  auto walking = reg<Bool>("walking", Reset{0});
  auto channel = reg<UInt>("channel", no_reset, 16);
  auto channel_word = reg<UInt>("channel_word", no_reset, word_bits);
  auto second_word = reg<UInt>("second_word", no_reset, word_bits);
  auto at = reg<Raster>("at", no_reset);
  const RasterStep step(*this, "at", at, command.output_rows, command.output_columns,
                        command.output_pitch, macs);
  // The window of a segment: where its first tap lies, and the tap that is read now. Counters run
  // down to the last row, and column, of the window.
  auto window_word = reg<UInt>("window_word", no_reset, word_bits);
  auto window_row = reg<SInt>("window_row", no_reset, position_bits);
  auto window_column = reg<SInt>("window_column", no_reset, position_bits);
  auto word = reg<UInt>("word", no_reset, word_bits);
  auto row = reg<SInt>("row", no_reset, position_bits);
  auto column = reg<SInt>("column", no_reset, position_bits);
  auto rows_left = reg<UInt>("rows_left", no_reset, 16);
  auto columns_left = reg<UInt>("columns_left", no_reset, 16);
  auto first = reg<Bool>("first", no_reset);
  auto second = reg<Bool>("second", no_reset);

  // Rows that are not there take a cycle, whatever the window's width; segments without pixels too.
  const UInt advance = name("advance", mux(command.across, u(macs, 16), u(1, 16)));
  const Bool has_pixels = name("has_pixels", at.left != 0);
  const Bool has_row = name("has_row", (row >= 0) & (row < as_signed(command.tile_rows)));
  const Bool ends_window_row = name("ends_window_row", ~has_row | (columns_left <= advance));
  const Bool ends_window = name("ends_window", ~has_pixels | (ends_window_row & (rows_left == 1)));
  const Bool ends_segment =
      name("ends_segment", second | (ends_window & ~(command.two_operands & has_pixels)));
  const Bool ends_channel = name("ends_channel", ends_segment & step.ends_map);
  const Bool ends_command = name("ends_command", ends_channel & (channel + 1 == command.channels));

  const auto open_window = [&](const UInt& at_word, const SInt& at_row, const SInt& at_column) {
    window_word <<= at_word;
    window_row <<= at_row;
    window_column <<= at_column;
    word <<= at_word;
    row <<= at_row;
    column <<= at_column;
    rows_left <<= command.window_rows;
    columns_left <<= command.window_columns;
    first <<= true;
    second <<= false;
  };
  const SInt first_row = command.first_row.extend(position_bits);
  const SInt first_column =
      name("first_column", (-as_signed(command.pad_left)).extend(position_bits));
  const UInt next_channel_word =
      name("next_channel_word", add_address(channel_word, command.input_channel_words));
  const SInt segment_columns =
      name("segment_columns", as_signed(cat(command.stride_x, u(0, log2_of(macs)))));
  when(begins,
       [&] {
         walking <<= true;
         channel <<= 0;
         channel_word <<= command.input_word;
         second_word <<= command.second_word;
         at.restart(command.output_columns);
         open_window(wrap(command.input_word + to_first_row), first_row, first_column);
       })
      .elsewhen(walking & ends_segment,
                [&] {
                  walking <<= ~ends_command;
                  step.drive(at);
                  when(ends_channel,
                       [&] {
                         channel <<= wrap(channel + 1);
                         channel_word <<= next_channel_word;
                         second_word <<= add_address(second_word, command.second_channel_words);
                         at.restart(command.output_columns);
                         open_window(wrap(next_channel_word + to_first_row), first_row,
                                     first_column);
                       })
                      .elsewhen(step.ends_row,
                                [&] {
                                  open_window(wrap(window_word + row_step),
                                              wrap(window_row + as_signed(command.stride_y)),
                                              first_column);
                                })
                      .otherwise([&] {
                        open_window(window_word, window_row, wrap(window_column + segment_columns));
                      });
                })
      .elsewhen(walking & ends_window,
                [&] {
                  first <<= false;
                  second <<= true;
                })
      .elsewhen(walking & ends_window_row,
                [&] {
                  first <<= false;
                  rows_left <<= wrap(rows_left - 1);
                  columns_left <<= command.window_columns;
                  word <<= add_address(word, command.input_pitch);
                  row <<= wrap(row + 1);
                  column <<= window_column;
                })
      .elsewhen(walking, [&] {
        first <<= false;
        columns_left <<= wrap(columns_left - advance);
        column <<= wrap(column + as_signed(advance));
      });

  read_tap(walking & has_pixels & (second | has_row), second, word, column,
           add_address(second_word, at.position));

  // Lanes that the tap is there for. Lanes past the output columns count for nothing, unless they
  // are further columns of a window that one pixel takes.
  const int reach = (macs - 1) * point_.max_stride + 1;
  const UInt from = name("from", clamp(-column, reach));
  const UInt to = name("to", clamp(as_signed(command.input_columns) - column, reach));
  const UInt lanes =
      name("tap_lanes", mux(command.across & has_pixels & ~second, columns_left, at.left));
  std::vector<UInt> there;
  for (int lane = 0; lane < macs; ++lane) {
    Bool inside = (from <= lane) & (to > lane);
    for (int stride = 2; stride <= point_.max_stride; ++stride)
      inside = mux(~command.across & (command.stride_x == stride),
                   (from <= lane * stride) & (to > lane * stride), inside);
    there.push_back(((lanes > lane) & (second | (has_row & inside))).as_uint());
  }
  assert_("window_has_taps", implies(walking, (rows_left != 0) & (columns_left != 0)));
  assert_("channel_in_range", implies(walking, channel < command.channels));
  return {walking, first, ends_segment, second, name("there", pack_low_first(there))};
}

void VectorUnit::read_tap(const Bool& valid, const Bool& second, const UInt& word,
                          const SInt& column, const UInt& second_word) {
  const VectorCommand& command = command_;
  const int byte_bits = input_byte_bits(point_);
  const int sum_bits = std::max(byte_bits, position_bits);
  const auto byte_of = [&](const UInt& of_word) {
    return cat(of_word, u(0, byte_bits - input_word_bits(point_)));
  };
  const UInt tap_address =
      wrap(byte_of(word).extend(sum_bits) + column.extend(sum_bits).as_uint()).truncate(byte_bits);
  InputRead& read = io.input_read.bits;
  io.input_read.valid <<= valid;
  read.byte_address <<= mux(second, byte_of(second_word), tap_address);
  read.column <<= column;
  read.first_segment <<= 0;
  read.segments <<= 1;
  read.row_words <<= 1;
  read.span <<= 1;
  read.stride <<= mux(second | command.across, u(1, 4), command.stride_x);
  read.columns <<= command.input_columns;
  read.gather <<= ~second;
  read.zero <<= false;
  read.raw <<= second;
}

}  // namespace sd::rtl
