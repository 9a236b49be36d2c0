#include "rtl/accelerator/compute/vector_unit.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "compute/raster.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/result_writer.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

SInt as_signed(const UInt& value) {
  return cat(u(0, 1), value).as_sint();
}

SInt larger(const SInt& a, const SInt& b) {
  return mux(a > b, a, b);
}

/// The largest of some values, as a tree.
SInt tree_max(const std::vector<SInt>& values) {
  if (values.size() == 1) return values[0];
  std::vector<SInt> half;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2)
    half.push_back(larger(values[i], values[i + 1]));
  if (values.size() % 2 == 1) half.push_back(values.back());
  return tree_max(half);
}

/// The low bits of a product of two 16-bit numbers, as wide as an address.
UInt low_product(const UInt& a, const UInt& b, int width) {
  return (a * b).truncate(width);
}

}  // namespace

VectorUnitIo::VectorUnitIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<VectorCommand>("command", point)),
      done(p.output<Bool>("done")),
      input_read(p.output<Valid<InputRead>>("input_read", point)),
      slot(p.input<UInt>("slot", slot_bits(point))),
      valid(p.output<Bool>("valid")),
      sums(p.output<Vec<SInt>>("sums", point.macs, 32)),
      record(p.output<UInt>("record", 64)),
      lanes(p.output<UInt>("lanes", lane_count_bits(point))),
      relu(p.output<Bool>("relu")),
      output_write(p.output<Valid<UInt>>("output_write", output_bits(point))),
      local_write(p.output<Valid<UInt>>("local_write", input_word_bits(point))),
      local_flag(p.output<UInt>("local_flag", flag_bits(point))),
      first_of_row(p.output<Bool>("first_of_row")),
      outputs(p.output<UInt>("outputs", lane_count_bits(point))),
      hold(p.output<Bool>("hold")),
      operations(p.output<UInt>("operations", lane_count_bits(point))) {}

VectorUnit::VectorUnit(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("vector_unit")
                 .about("Pooling, addition and rescaling of maps, one tap of a "
                        "segment a cycle."),
             point),
      point_(point),
      command_(reg<VectorCommand>("command", no_reset, point)) {
  auto running = reg<Bool>("running", Reset{0});
  auto prepares = reg<Bool>("prepares", Reset{0});  // the cycle of the products
  auto begins = reg<Bool>("begins", Reset{0});
  io.command.ready <<= ~running;
  prepares <<= io.command.fire();
  begins <<= prepares;
  when(io.command.fire(), [&] {
    command_ <<= io.command.bits;
    running <<= true;
  }).elsewhen(io.done, [&] { running <<= false; });

  const Tap tap = walk(prepares, begins);
  const Bool complete = accumulate(tap);
  write_results(begins, complete);
  assert_("walks_a_command", implies(tap.valid, running));
}

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

Bool VectorUnit::accumulate(const Tap& tap) {
  const VectorCommand& command = command_;
  const int macs = point_.macs;

  // The data's cycle: a lane without a tap takes what changes nothing.
  auto data_valid = reg<Bool>("data_valid", Reset{0});
  auto data_first = reg<Bool>("data_first", no_reset);
  auto data_last = reg<Bool>("data_last", no_reset);
  auto data_second = reg<Bool>("data_second", no_reset);
  auto data_there = reg<UInt>("data_there", no_reset, macs);
  data_valid <<= tap.valid;
  when(tap.valid, [&] {
    data_first <<= tap.first;
    data_last <<= tap.last;
    data_second <<= tap.second;
    data_there <<= tap.there;
  });
  io.operations <<= mux(data_valid, popcount(data_there), u(0, lane_count_bits(point_)));

  auto valid = reg<Bool>("tap_valid", Reset{0});
  auto first = reg<Bool>("tap_first", no_reset);
  auto last = reg<Bool>("tap_last", no_reset);
  auto is_second = reg<Bool>("tap_second", no_reset);
  valid <<= data_valid;
  const SInt nothing = name("nothing", mux(command.maximum & ~data_second, s(-128, 8), s(0, 8)));
  std::vector<SInt> taps;
  for (int lane = 0; lane < macs; ++lane)
    taps.push_back(reg<SInt>("tap" + std::to_string(lane), no_reset, 8));
  when(data_valid, [&] {
    first <<= data_first;
    last <<= data_last;
    is_second <<= data_second;
    for (int lane = 0; lane < macs; ++lane)
      taps[static_cast<std::size_t>(lane)] <<=
          mux(data_there.bit(lane), io.slot.bits(lane * 8 + 7, lane * 8).as_sint(), nothing);
  });

  // The sums; across, lane 0 takes what all lanes have.
  const Bool takes_maximum = name("takes_maximum", command.maximum & ~is_second);
  const Bool takes_all = name("takes_all", command.across & ~is_second);
  const SInt multiplier = name(
      "multiplier", as_signed(mux(is_second, command.second_multiplier, command.first_multiplier)));
  const SInt start = name("start", mux(command.maximum, s(-128, 8), s(0, 8)));
  const SInt all_sum = tree_sum(taps);
  const SInt all_maximum = tree_max(taps);
  for (int lane = 0; lane < macs; ++lane) {
    const std::string number = std::to_string(lane);
    const SInt& own = taps[static_cast<std::size_t>(lane)];
    auto sum = reg<SInt>("sum" + number, no_reset, 32);
    const SInt before = name("before" + number, mux(first, start.extend(32), sum));
    const SInt addend = lane == 0 ? name("addend0", mux(takes_all, all_sum, own)) : own;
    const SInt largest = lane == 0 ? name("largest0", mux(takes_all, all_maximum, own)) : own;
    when(valid & takes_maximum, [&] {
      sum <<= larger(before.truncate(8), largest);
    }).elsewhen(valid, [&] { sum <<= wrap(before + addend * multiplier); });
    io.sums[lane] <<= sum;
  }
  auto complete = reg<Bool>("complete", Reset{0});
  complete <<= valid & last;
  return complete;
}

void VectorUnit::write_results(const Bool& begins, const Bool& complete) {
  const VectorCommand& command = command_;

  // Segments are complete in the order of the walk: their places are walked again.
  auto channel = reg<UInt>("out_channel", no_reset, 16);
  auto at = reg<Raster>("out", no_reset);
  auto output_base = reg<UInt>("output_base", no_reset, output_bits(point_));
  auto local_base = reg<UInt>("local_base", no_reset, input_word_bits(point_));
  auto flag_base = reg<UInt>("flag_base", no_reset, flag_bits(point_));
  const RasterStep step(*this, "out", at, command.output_rows, command.output_columns,
                        command.output_pitch, point_.macs);
  const Destination& to = command.destination;
  when(begins,
       [&] {
         channel <<= 0;
         at.restart(command.output_columns);
         output_base <<= to.output_word;
         local_base <<= to.local_word;
         flag_base <<= to.local_flag;
       })
      .elsewhen(complete & step.ends_map,
                [&] {
                  channel <<= wrap(channel + 1);
                  at.restart(command.output_columns);
                  output_base <<= add_address(output_base, to.output_channel_words);
                  local_base <<= add_address(local_base, to.local_channel_words);
                  flag_base <<= add_address(flag_base, to.local_rows);
                })
      .elsewhen(complete, [&] { step.drive(at); });

  const UInt lanes = name("out_lanes", lanes_at(at, point_));
  io.valid <<= complete;
  io.record <<= cat(u(0, 10), command.output_shift, u(0, 1), command.output_multiplier, u(0, 32));
  io.lanes <<= lanes;
  io.relu <<= command.relu;

  auto writer = instance<ResultWriter>("u_writer", point_);
  ResultPlace& place = writer.place.bits;
  writer.place.valid <<= complete;
  place.to_output <<= to.to_output;
  place.to_input <<= to.to_input;
  place.output_word <<= add_address(output_base, at.position);
  place.local_word <<= add_address(local_base, at.position);
  place.flag <<= add_address(flag_base, at.row);
  place.first_of_row <<= at.x == 0;
  place.lanes <<= lanes;
  place.residual <<= false;
  place.last <<= step.ends_map & (channel + 1 == command.channels);
  io.output_write <<= writer.output_write;
  io.local_write <<= writer.local_write;
  io.local_flag <<= writer.local_flag;
  io.first_of_row <<= writer.first_of_row;
  io.outputs <<= writer.outputs;
  io.hold <<= writer.hold;
  io.done <<= writer.done;
  assert_("result_in_range", implies(complete, channel < command.channels));
}

}  // namespace sd::rtl
