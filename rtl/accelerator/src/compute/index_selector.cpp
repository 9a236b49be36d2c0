#include "rtl/accelerator/compute/index_selector.hpp"

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
      lanes(f.field<UInt>("lanes", lane_count_bits(point))) {}

IndexSelectorIo::IndexSelectorIo(Ports& p, const design::DesignPoint& point)
    : start(p.input<Bool>("start")),
      command(p.input<ComputeCommand>("command", point)),
      index_read(p.output<Valid<UInt>>("index_read", index_bits(point))),
      index_data(p.input<UInt>("index_data", entry_bits)),
      flag_read(
          output_if<Valid<UInt>>(point.skip_activation_rows, p, "flag_read", flag_bits(point))),
      flag(input_if<Bool>(point.skip_activation_rows, p, "flag")),
      rows(p.source<SelectedRow>("rows", point)),
      row_dropped(p.output<Bool>("row_dropped")),
      rows_not_stored(p.output<UInt>("rows_not_stored", 16)) {}

namespace {

/// Where in the output a segment lies; goes along with each of its entries.
struct Segment {
  Bool first, last;
  SInt row;     ///< tile row at r = 0
  SInt column;  ///< of the segment's first byte
  UInt lanes;
  Segment(Fields& f, const design::DesignPoint& point)
      : first(f.field<Bool>("first")),
        last(f.field<Bool>("last")),
        row(f.field<SInt>("row", position_bits)),
        column(f.field<SInt>("column", position_bits)),
        lanes(f.field<UInt>("lanes", lane_count_bits(point))) {}
};

/// What stage F knows of a row: all but its place in the input buffer.
struct Found {
  Bool basis, end, last;
  UInt weight_word, tile_row;
  SInt column;
  UInt lanes;
  Found(Fields& f, const design::DesignPoint& point)
      : basis(f.field<Bool>("basis")),
        end(f.field<Bool>("end")),
        last(f.field<Bool>("last")),
        weight_word(f.field<UInt>("weight_word", weight_bits(point))),
        tile_row(f.field<UInt>("tile_row", 16)),
        column(f.field<SInt>("column", position_bits)),
        lanes(f.field<UInt>("lanes", lane_count_bits(point))) {}
};

}  // namespace

IndexSelector::IndexSelector(Context& at, const design::DesignPoint& point)
    : Module(
          at,
          ModuleName("index_selector")
              .about("Rows of the group that meet a non-zero activation row, segment by segment."),
          point) {
  const ComputeCommand& command = io.command;
  const Bool pointwise =
      name("pointwise", command.mode == static_cast<int>(ComputeMode::pointwise));
  const Bool fully_connected =
      name("fully_connected", command.mode == static_cast<int>(ComputeMode::fully_connected));

  // (A) One entry a cycle, then the segment's end.
  auto walking = reg<Bool>("walking", Reset{0});
  auto entry = reg<UInt>("entry", no_reset, index_bits(point));
  auto entries_left = reg<UInt>("entries_left", no_reset, 16);
  auto segments_left = reg<UInt>("segments_left", no_reset, 16);
  auto rows_left = reg<UInt>("rows_left", no_reset, 16);
  auto columns_left = reg<UInt>("columns_left", no_reset, 16);
  auto first = reg<Bool>("first", no_reset);
  auto row = reg<SInt>("row", no_reset, position_bits);
  auto column = reg<SInt>("column", no_reset, position_bits);

  auto b_ready = wire<Bool>("b_ready");
  const Bool a_fire = name("a_fire", walking & b_ready);
  const Bool a_end = name("a_end", entries_left == 0);
  const Bool row_ends = name("row_ends", segments_left == 1);
  const UInt columns_after = name(
      "columns_after", mux(columns_left > point.macs, wrap(columns_left - point.macs), u(0, 16)));
  const SInt row_start =
      name("row_start", wrap(s(0, position_bits) - command.pad_left.extend(9).as_sint()));
  const SInt stride = command.stride.extend(5).as_sint();

  io.index_read.valid <<= a_fire & ~a_end;
  io.index_read.bits <<= entry;
  when(io.start,
       [&] {
         walking <<= true;
         first <<= true;
         segments_left <<= command.output_pitch;
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
          segments_left <<= command.output_pitch;
          rows_left <<= wrap(rows_left - 1);
          row <<= wrap(row + stride);
          when(rows_left == 1, [&] { walking <<= false; });
        }).otherwise([&] { segments_left <<= wrap(segments_left - 1); });
      });
  when(io.start | (a_fire & a_end), [&] {
    entry <<= command.index_entry;
    when(io.start | row_ends, [&] {
      columns_left <<= command.output_columns;
      column <<= row_start;
    }).otherwise([&] {
      columns_left <<= columns_after;
      column <<= wrap(
          column +
          (command.stride * u(point.macs, bits_for(point.macs))).extend(position_bits).as_sint());
    });
  });

  // (B) The entry has come: find its activation row, ask for its zero flag.
  auto b_valid = reg<Bool>("b_valid", Reset{0});
  auto b_end = reg<Bool>("b_end", no_reset);
  auto b_segment = reg<Segment>("b_segment", no_reset, point);
  auto f_ready = wire<Bool>("f_ready");
  auto b_done = wire<Bool>("b_done");
  b_ready <<= ~b_valid | (f_ready & b_done);
  when(b_ready, [&] {
    b_valid <<= walking;
    b_end <<= a_end;
    b_segment.first <<= first;
    b_segment.last <<= row_ends & (rows_left == 1);
    b_segment.row <<= row;
    b_segment.column <<= column;
    b_segment.lanes <<= mux(columns_left > point.macs, u(point.macs, lane_count_bits(point)),
                            columns_left.truncate(lane_count_bits(point)));
  });

  const Bool marker = name("marker", ~b_end & io.index_data.bit(entry_bits - 1));
  const Bool stored = name("stored", ~b_end & ~io.index_data.bit(entry_bits - 1));
  const UInt r = io.index_data.bits(19, 16);
  const UInt c_row = io.index_data.bits(15, 0);
  const SInt input_row = name("input_row", wrap(b_segment.row + r.extend(5).as_sint()));
  const Bool in_tile = name(
      "in_tile",
      fully_connected | ((input_row >= 0) & (input_row < command.tile_rows.extend(17).as_sint())));
  const UInt tile_row =
      name("tile_row", mux(fully_connected, u(0, 16), wrap(c_row + input_row.bits(15, 0))));

  auto f_valid = reg<Bool>("f_valid", Reset{0});
  auto f_stored = reg<Bool>("f_stored", no_reset);
  auto f_keep = reg<Bool>("f_keep", no_reset);
  auto f_found = reg<Found>("f_found", no_reset, point);
  Bool f_zero = b(false);
  if (point.skip_activation_rows) {
    const Bool check = name("check", b_valid & stored & in_tile & command.skip_zero_rows);
    auto flag_step = reg<UInt>("flag_step", Reset{0}, 4);
    auto flag_offset = reg<UInt>("flag_offset", Reset{0}, 16);
    const UInt flag_row = name("flag_row", tile_row + flag_offset);
    const Bool exists = ~pointwise | (flag_row < command.total_tile_rows);
    b_done <<= ~(check & pointwise) | (flag_step == wrap(command.steps - 1));
    io.flag_read->valid <<= check & f_ready & exists;
    io.flag_read->bits <<= wrap(command.flag_base.extend(17) + flag_row).truncate(flag_bits(point));

    // The flags before a pointwise row's last one are gathered here; the last one is looked at in
    // stage F.
    auto flag_asked = reg<Bool>("flag_asked", Reset{0});
    auto any_before = reg<Bool>("any_before", Reset{0});
    auto f_check = reg<Bool>("f_check", no_reset);
    auto f_asked = reg<Bool>("f_asked", no_reset);
    auto f_any = reg<Bool>("f_any", no_reset);
    const Bool any_so_far = name("any_so_far", any_before | (flag_asked & *io.flag));
    when(f_ready & b_valid, [&] {
      f_check <<= check;
      f_asked <<= io.flag_read->valid;
      f_any <<= any_so_far;
      when(b_done, [&] {
        flag_step <<= 0;
        flag_offset <<= 0;
        flag_asked <<= false;
        any_before <<= false;
      }).otherwise([&] {
        flag_step <<= wrap(flag_step + 1);
        flag_offset <<= wrap(flag_offset + command.tile_rows);
        flag_asked <<= io.flag_read->valid;
        any_before <<= any_so_far;
      });
    });
    f_zero = f_check & ~(f_any | (f_asked & *io.flag));
  } else {
    b_done <<= true;
  }

  // The weight stream's place: each entry owns the words that follow those of the entries before
  // it.
  auto weight_word = reg<UInt>("weight_word", no_reset, weight_bits(point));
  const Bool b_fire = name("b_fire", b_valid & b_done & f_ready);
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

  // (F) The flag has come: drop the row, or hand it on.
  when(f_ready, [&] {
    f_valid <<= b_fire;
    f_stored <<= stored;
    f_keep <<= b_end | (marker & (b_segment.first | ~command.keep_basis)) | (stored & in_tile);
    f_found.basis <<= marker;
    f_found.end <<= b_end;
    f_found.last <<= b_segment.last;
    f_found.weight_word <<= weight_word;
    f_found.tile_row <<= tile_row;
    f_found.column <<= mux(fully_connected, c_row.extend(17).as_sint(), b_segment.column);
    f_found.lanes <<= mux(fully_connected & (b_segment.lanes != 0), u(1, lane_count_bits(point)),
                          b_segment.lanes);
  });
  const Bool keep = name("keep", f_valid & f_keep & ~f_zero);
  f_ready <<= ~keep | io.rows.ready;
  io.rows.valid <<= keep;
  io.rows.bits.basis <<= f_found.basis;
  io.rows.bits.end <<= f_found.end;
  io.rows.bits.last <<= f_found.last;
  io.rows.bits.weight_word <<= f_found.weight_word;
  io.rows.bits.tile_row <<= f_found.tile_row;
  io.rows.bits.column <<= f_found.column;
  io.rows.bits.lanes <<= f_found.lanes;
  const int word_bits = input_word_bits(point);
  const auto low = [&](const UInt& value) {
    return value.width() > word_bits ? value.truncate(word_bits) : value;
  };
  io.rows.bits.input_word <<=
      low(wrap(command.input_word + low(low(f_found.tile_row) * low(command.input_pitch))));
  io.row_dropped <<= f_valid & f_stored & ~keep;
  io.rows_not_stored <<= mux(keep & io.rows.ready & f_found.end & (f_found.lanes != 0),
                             command.rows_not_stored, u(0, 16));

  assert_("no_start_while_walking", implies(io.start, ~(walking | b_valid | f_valid)));
  assert_("marker_not_in_bypass", implies(b_valid, ~marker | ~command.bypass));
}

}  // namespace sd::rtl
