#include "rtl/accelerator/compute/index_selector.hpp"

#include <algorithm>
#include <bit>

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

SelectedRow::SelectedRow(Fields& f, const design::DesignPoint& point)
    : basis(f.field<Bool>("basis")),
      end(f.field<Bool>("end")),
      last(f.field<Bool>("last")),
      weight_word(f.field<UInt>("weight_word", weight_bits(point))),
      input_word(f.field<UInt>("input_word", input_word_bits(point))),
      tile_row(f.field<UInt>("tile_row", 16)),
      column(f.field<SInt>("column", position_bits)),
      segments(f.field<UInt>("segments", point.block_segments)),
      words(f.field<UInt>("words", block_count_bits(point))),
      tail_lanes(f.field<UInt>("tail_lanes", lane_count_bits(point))) {}

IndexSelectorIo::IndexSelectorIo(Ports& p, const design::DesignPoint& point)
    : start(p.input<Bool>("start")),
      idle(p.output<Bool>("idle")),
      command(p.input<ComputeCommand>("command", point)),
      index_read(p.output<Valid<UInt>>("index_read", index_bits(point))),
      index_data(p.input<UInt>("index_data", entry_bits)),
      flag_read(
          output_if<Valid<UInt>>(point.skip_activation_rows, p, "flag_read", flag_bits(point))),
      flags(input_if<UInt>(point.skip_activation_rows, p, "flags", point.block_segments)),
      rows(p.source<SelectedRow>("rows", point)),
      row_dropped(p.output<Bool>("row_dropped")),
      rows_not_stored(p.output<UInt>("rows_not_stored", 16)) {}

namespace {

/// Where in the output a block lies; goes along with each of its entries.
struct Block {
  Bool first, last;
  SInt row;     ///< tile row of the block's first row at r = 0
  SInt column;  ///< of its first byte
  UInt rows;    ///< one bit a row: the block has it
  UInt words, tail_lanes;
  Block(Fields& f, const design::DesignPoint& point)
      : first(f.field<Bool>("first")),
        last(f.field<Bool>("last")),
        row(f.field<SInt>("row", position_bits)),
        column(f.field<SInt>("column", position_bits)),
        rows(f.field<UInt>("rows", point.block_segments)),
        words(f.field<UInt>("words", block_count_bits(point))),
        tail_lanes(f.field<UInt>("tail_lanes", lane_count_bits(point))) {}
};

/// What stage F knows of a row: all but its place in the input buffer and its segments.
struct Found {
  Bool basis, end, last;
  UInt weight_word, map_row, channel_row;
  SInt column;
  UInt words, tail_lanes;
  Found(Fields& f, const design::DesignPoint& point)
      : basis(f.field<Bool>("basis")),
        end(f.field<Bool>("end")),
        last(f.field<Bool>("last")),
        weight_word(f.field<UInt>("weight_word", weight_bits(point))),
        map_row(f.field<UInt>("map_row", 16)),
        channel_row(f.field<UInt>("channel_row", 16)),
        column(f.field<SInt>("column", position_bits)),
        words(f.field<UInt>("words", block_count_bits(point))),
        tail_lanes(f.field<UInt>("tail_lanes", lane_count_bits(point))) {}
};

/// Segments of a block whose block row is in `rows` and whose place in its row is below `words`:
/// segment t is word t mod block_words of row t / block_words.
UInt segments_of(const UInt& rows, const UInt& words, const UInt& block_words, int segments) {
  std::vector<UInt> mask;
  for (int t = 0; t < segments; ++t) {
    Bool here = rows.bit(0) & (words > t);
    for (int pitch = t; pitch >= 1; --pitch)
      here = mux(block_words == pitch, rows.bit(t / pitch) & (words > t % pitch), here);
    mask.push_back(here.as_uint());
  }
  return pack_low_first(mask);
}

UInt fit(const UInt& value, int width) {
  return value.width() > width ? value.truncate(width) : value;
}

}  // namespace

IndexSelector::IndexSelector(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("index_selector")
                 .about("Rows of the group that meet a non-zero activation row, block by block."),
             point) {
  const ComputeCommand& command = io.command;
  const int segments = point.block_segments;
  const int lane_bits = std::bit_width(static_cast<unsigned>(point.macs)) - 1;
  const Bool pointwise =
      name("pointwise", command.mode == static_cast<int>(ComputeMode::pointwise));
  const Bool fully_connected =
      name("fully_connected", command.mode == static_cast<int>(ComputeMode::fully_connected));

  // (A) One entry a cycle, then the block's end.
  auto walking = reg<Bool>("walking", Reset{0});
  auto entry = reg<UInt>("entry", no_reset, index_bits(point));
  auto entries_left = reg<UInt>("entries_left", no_reset, 16);
  auto words_left = reg<UInt>("words_left", no_reset, 16);
  auto rows_left = reg<UInt>("rows_left", no_reset, 16);
  auto columns_left = reg<UInt>("columns_left", no_reset, 16);
  auto first = reg<Bool>("first", no_reset);
  auto row = reg<SInt>("row", no_reset, position_bits);
  auto column = reg<SInt>("column", no_reset, position_bits);

  auto b_ready = wire<Bool>("b_ready");
  const Bool a_fire = name("a_fire", walking & b_ready);
  const Bool a_end = name("a_end", entries_left == 0);
  const UInt block_lanes = name("block_lanes", shl(command.block_words, lane_bits));
  const Bool row_ends = name("row_ends", words_left <= command.block_words);
  const Bool map_ends = name("map_ends", row_ends & (rows_left <= command.block_rows));
  const Bool whole = name("whole", columns_left >= block_lanes);
  const UInt columns_after =
      name("columns_after", mux(whole, wrap(columns_left - block_lanes), u(0, 16)));
  const SInt row_start =
      name("row_start", wrap(s(0, position_bits) - command.pad_left.extend(9).as_sint()));
  const auto distance = [&](const UInt& value) { return value.extend(position_bits).as_sint(); };

  io.index_read.valid <<= a_fire & ~a_end;
  io.index_read.bits <<= entry;
  io.rows_not_stored <<=
      mux(a_fire & a_end & (columns_left != 0), command.rows_not_stored, u(0, 16));
  when(io.start,
       [&] {
         walking <<= true;
         first <<= true;
         words_left <<= command.output_pitch;
         rows_left <<= command.output_rows;
         row <<= command.first_row;
         entries_left <<= command.index_entries;
       })
      .elsewhen(a_fire & ~a_end,
                [&] {
                  entry <<= wrap(entry + 1);
                  entries_left <<= wrap(entries_left - 1);
                })
      .elsewhen(a_fire, [&] {
        first <<= false;
        entries_left <<= mux(row_ends | (columns_after != 0), command.index_entries, u(0, 16));
        when(row_ends, [&] {
          words_left <<= command.output_pitch;
          rows_left <<= wrap(rows_left - command.block_rows);
          row <<= wrap(row + distance(command.block_rows * command.stride_y));
          when(map_ends, [&] { walking <<= false; });
        }).otherwise([&] { words_left <<= wrap(words_left - command.block_words); });
      });
  when(io.start | (a_fire & a_end), [&] {
    entry <<= command.index_entry;
    when(io.start | row_ends, [&] {
      columns_left <<= command.output_columns;
      column <<= row_start;
    }).otherwise([&] {
      columns_left <<= columns_after;
      column <<= wrap(column + distance(block_lanes * command.stride_x));
    });
  });

  // (B) The entry has come: find its activation rows, ask for their zero flags.
  auto b_valid = reg<Bool>("b_valid", Reset{0});
  auto b_end = reg<Bool>("b_end", no_reset);
  auto block = reg<Block>("block", no_reset, point);
  auto f_ready = wire<Bool>("f_ready");
  b_ready <<= ~b_valid | f_ready;
  io.idle <<= ~walking & ~b_valid;
  when(b_ready, [&] { b_valid <<= walking; });
  when(a_fire, [&] {
    b_end <<= a_end;
    block.first <<= first;
    block.last <<= map_ends;
    block.row <<= row;
    block.column <<= column;
    std::vector<UInt> rows;
    for (int i = 0; i < segments; ++i)
      rows.push_back(((rows_left > i) & (command.block_rows > i)).as_uint());
    block.rows <<= pack_low_first(rows);
    const UInt begun = shr(wrap(columns_left + (point.macs - 1)), lane_bits);
    block.words <<= mux(whole, command.block_words, fit(begun, block_count_bits(point)));
    const UInt rest = columns_left.bits(lane_bits - 1, 0);
    const UInt tail = mux(whole | (rest == 0), u(point.macs, lane_count_bits(point)), rest);
    block.tail_lanes <<= mux(fully_connected, u(1, lane_count_bits(point)), tail);
  });

  const Bool marker = name("marker", ~b_end & io.index_data.bit(entry_bits - 1));
  const Bool stored = name("stored", ~b_end & ~io.index_data.bit(entry_bits - 1));
  const UInt r = io.index_data.bits(23, 16);
  const UInt c_row = io.index_data.bits(15, 0);
  const SInt input_row = name("input_row", wrap(block.row + r.extend(9).as_sint()));
  std::vector<UInt> inside;
  for (int i = 0; i < segments; ++i) {
    const SInt at_row = input_row + s(i, bits_for(segments) + 1);
    const Bool in_tile = (at_row >= 0) & (at_row < command.tile_rows.extend(17).as_sint());
    inside.push_back((fully_connected | in_tile).as_uint());
  }
  const UInt rows_inside = name("rows_inside", pack_low_first(inside) & block.rows);
  const UInt map_row =
      name("map_row", mux(fully_connected, c_row, wrap(c_row + input_row.bits(15, 0))));

  // The weight stream's place: each entry owns the words that follow those of the entries before
  // it.
  auto weight_word = reg<UInt>("weight_word", no_reset, weight_bits(point));
  const Bool b_fire = name("b_fire", b_valid & f_ready);
  const int basis_words = point.rank * point.columns;
  when(io.start | (b_fire & b_end), [&] { weight_word <<= command.weight_word; });
  if (point.rebuild) {
    when(b_fire & marker, [&] {
      weight_word <<= wrap(weight_word + basis_words);
    }).elsewhen(b_fire & stored, [&] {
      weight_word <<= wrap(weight_word + mux(command.bypass, u(point.columns, 4), u(1, 4)));
    });
  } else {
    when(b_fire & stored, [&] { weight_word <<= wrap(weight_word + 1); });
    assert_("no_marker_without_rebuild", implies(b_valid, ~marker));
  }

  // (F) The flags have come: drop the row, or hand it on.
  auto f_valid = reg<Bool>("f_valid", Reset{0});
  auto f_stored = reg<Bool>("f_stored", no_reset);
  auto f_keep = reg<Bool>("f_keep", no_reset);
  auto f_found = reg<Found>("f_found", no_reset, point);
  auto f_rows = reg<UInt>("f_rows", no_reset, segments);
  when(f_ready, [&] { f_valid <<= b_fire; });
  when(b_fire, [&] {
    f_stored <<= stored;
    f_keep <<= b_end | (marker & (block.first | ~command.keep_basis));
    f_rows <<= rows_inside;
    f_found.basis <<= marker;
    f_found.end <<= b_end;
    f_found.last <<= block.last;
    f_found.weight_word <<= weight_word;
    f_found.map_row <<= map_row;
    f_found.channel_row <<= c_row;
    f_found.column <<= mux(fully_connected, r.extend(9).as_sint(), block.column);
    f_found.words <<= block.words;
    f_found.tail_lanes <<= block.tail_lanes;
  });

  UInt needed = f_rows;
  Bool look_on = b(false);
  if (point.skip_activation_rows) {
    // `flags_asked`: the flags shown are those of this row. `nonzero`: rows that met something in
    // earlier channels. `channel`: the next channel's first row.
    const Bool check = name("check", stored & command.skip_zero_rows & (rows_inside != 0));
    auto f_check = reg<Bool>("f_check", Reset{0});
    auto flags_asked = reg<Bool>("flags_asked", no_reset);
    auto nonzero = reg<UInt>("nonzero", no_reset, segments);
    auto flag_number = reg<UInt>("flag_number", no_reset, flag_bits(point));
    auto channel = reg<UInt>("channel", no_reset, 17);
    auto channels_left = reg<UInt>("channels_left", no_reset, 4);
    const auto number_of = [&](const UInt& value) {
      return value.width() > flag_bits(point) ? value.truncate(flag_bits(point)) : value;
    };
    const UInt first_number =
        name("first_number", number_of(wrap(command.flag_base.extend(17) + map_row)));
    const UInt seen = name("seen", nonzero | mux(flags_asked, *io.flags, u(0, segments)));
    needed = name("needed", mux(f_check, f_rows & seen, f_rows));
    look_on = name("look_on", f_valid & f_check & (channels_left != 0) & (needed != f_rows) &
                                  (channel < command.total_tile_rows));
    const UInt next_number = name("next_number", wrap(flag_number + number_of(command.tile_rows)));
    const Bool exists = ~pointwise | (c_row < command.total_tile_rows);
    const Bool ask = name("ask", b_fire & check & exists);
    io.flag_read->valid <<= look_on | ask;
    io.flag_read->bits <<= mux(look_on, next_number, first_number);
    when(b_fire, [&] {
      f_check <<= check;
      flags_asked <<= ask;
      nonzero <<= 0;
      flag_number <<= first_number;
      channel <<= wrap(c_row.extend(17) + command.tile_rows);
      channels_left <<= mux(pointwise, wrap(command.steps - 1), u(0, 4));
    }).elsewhen(look_on, [&] {
      flags_asked <<= true;
      nonzero <<= seen;
      flag_number <<= next_number;
      channel <<= wrap(channel + command.tile_rows);
      channels_left <<= wrap(channels_left - 1);
    });
  }
  const UInt chosen =
      name("chosen", segments_of(needed, f_found.words, command.block_words, segments));
  const Bool keep = name("keep", f_valid & ~look_on & (f_keep | (f_stored & (chosen != 0))));
  f_ready <<= ~f_valid | (~look_on & (~keep | io.rows.ready));
  io.rows.valid <<= keep;
  io.rows.bits.basis <<= f_found.basis;
  io.rows.bits.end <<= f_found.end;
  io.rows.bits.last <<= f_found.last;
  io.rows.bits.weight_word <<= f_found.weight_word;
  io.rows.bits.tile_row <<= f_found.channel_row;
  io.rows.bits.column <<= f_found.column;
  io.rows.bits.segments <<= chosen;
  io.rows.bits.words <<= f_found.words;
  io.rows.bits.tail_lanes <<= f_found.tail_lanes;
  const int word_bits = input_word_bits(point);
  io.rows.bits.input_word <<= fit(
      wrap(command.input_word +
           fit(fit(f_found.map_row, word_bits) * fit(command.input_pitch, word_bits), word_bits)),
      word_bits);
  io.row_dropped <<= f_valid & f_stored & ~look_on & ~keep;

  assert_("start_only_when_idle", implies(io.start, ~(walking | b_valid)));
  assert_("marker_not_in_bypass", implies(b_valid, ~marker | ~command.bypass));
  assert_("block_in_range",
          implies(walking, (command.block_rows != 0) & (command.block_words != 0) &
                               (command.block_rows * command.block_words <= segments)));
}

}  // namespace sd::rtl
