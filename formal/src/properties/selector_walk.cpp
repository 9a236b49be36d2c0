#include "properties/selector_walk.hpp"

#include <fmt/format.h>

namespace sd::formal {

using namespace hcl;

WalkEntry::WalkEntry(Fields& f)
    : marker(f.field<Bool>("marker")), r(f.field<UInt>("r", 2)), c_row(f.field<UInt>("c_row", 3)) {}

WalkPlace::WalkPlace(Fields& f, const design::DesignPoint& point)
    : row(f.field<UInt>("row", 4)),
      word(f.field<UInt>("word", 4)),
      entry(f.field<UInt>("entry", 2)),
      weight_word(f.field<UInt>("weight_word", rtl::weight_bits(point))),
      first_block(f.field<Bool>("first_block")) {}

namespace {

Bool has_mode(const rtl::ComputeCommand& command, rtl::ComputeMode mode) {
  return command.mode == static_cast<int>(mode);
}

/// A field that is below 8.
UInt low(const UInt& field) {
  return field.width() > 3 ? field.bits(2, 0) : field;
}

SInt number(const UInt& value) {
  return rtl::as_signed(value);
}

Bool any(const std::vector<Bool>& terms) {
  Bool sum = b(false);
  for (const Bool& term : terms) sum = sum | term;
  return sum;
}

/// The tile's row that is met by output row `row` + i, or the row of `c_row` itself.
struct Met {
  SInt y;
  Bool needed;  ///< it lies in the tile and, with skipping, is not zero in every step's channel
};

class Walk {
 public:
  Walk(TopModule& m, const design::DesignPoint& point, const rtl::ComputeCommand& command,
       const WalkTile& tile, const WalkPlace& place)
      : m_(m), point_(point), command_(command), tile_(tile), place_(place) {}

  WalkNext next();

 private:
  [[nodiscard]] Bool connected() const {
    return has_mode(command_, rtl::ComputeMode::fully_connected);
  }
  [[nodiscard]] Bool pointwise() const { return has_mode(command_, rtl::ComputeMode::pointwise); }
  /// Output pixels of word `word` of a row, 0 .. macs.
  [[nodiscard]] SInt lanes_of(const UInt& word) const {
    const SInt rest = number(low(command_.output_columns)) - number(word) * s(point_.macs, 8);
    return mux(rest < 0, s(0, 8), mux(rest > point_.macs, s(point_.macs, 8), rest));
  }
  [[nodiscard]] const WalkEntry& entry_at(int k) const {
    return tile_.entries[static_cast<std::size_t>(k)];
  }
  [[nodiscard]] UInt word_of_block(int w) const { return place_.word + u(w, 3); }
  [[nodiscard]] Bool has_products(int w) const {
    return (command_.block_words > w) & (lanes_of(word_of_block(w)) > 0);
  }
  [[nodiscard]] Met met(const WalkEntry& entry, int i) const;
  [[nodiscard]] Bool is_nonzero(const SInt& number) const;
  [[nodiscard]] UInt segments(const WalkEntry& entry) const;
  void fill_row(const rtl::SelectedRow& row, const WalkEntry& entry) const;

  TopModule& m_;
  const design::DesignPoint& point_;
  const rtl::ComputeCommand& command_;
  const WalkTile& tile_;
  const WalkPlace& place_;
};

Bool Walk::is_nonzero(const SInt& number) const {
  const UInt flag = number.as_uint().bits(2, 0);
  const UInt place = wrap(low(command_.flag_base) + flag);
  return dshr(tile_.flags, place).bit(0);
}

Met Walk::met(const WalkEntry& entry, int i) const {
  const SInt y = command_.first_row.as_uint().bits(3, 0).as_sint() +
                 number(place_.row * low(command_.stride_y)) + number(entry.r) + s(i, 4);
  const Bool in_tile = (y >= 0) & (y < number(low(command_.tile_rows)));
  std::vector<Bool> nonzero{~command_.skip_zero_rows};
  for (int step = 0; step < point_.columns; ++step) {
    const SInt row = number(entry.c_row) + number(low(command_.tile_rows)) * s(step, 4) + y;
    const Bool counts = step == 0 ? b(true) : pointwise() & (command_.steps > step);
    const Bool exists = ~pointwise() | (row < number(command_.total_tile_rows.bits(3, 0)));
    nonzero.push_back(counts & exists & is_nonzero(row));
  }
  return {y, in_tile & any(nonzero)};
}

/// Segment t is word t mod block_words of row t / block_words of the block.
UInt Walk::segments(const WalkEntry& entry) const {
  std::vector<Bool> needed;
  for (int i = 0; i < point_.block_segments; ++i)
    needed.push_back(m_.name(fmt::format("row{}_needed", i), met(entry, i).needed));
  std::vector<UInt> mask;
  for (int t = 0; t < point_.block_segments; ++t) {
    std::vector<Bool> ways{connected() & b(t == 0)};
    for (int words = 1; words <= point_.block_segments; ++words) {
      const int i = t / words;
      ways.push_back(~connected() & (command_.block_words == words) & (command_.block_rows > i) &
                     (place_.row + u(i, 3) < low(command_.output_rows)) & has_products(t % words) &
                     needed[static_cast<std::size_t>(i)]);
    }
    mask.push_back(any(ways).as_uint());
  }
  return rtl::pack_low_first(mask);
}

void Walk::fill_row(const rtl::SelectedRow& row, const WalkEntry& entry) const {
  UInt words = u(0, row.words.width()), lanes = u(0, row.tail_lanes.width());
  for (int w = 0; w < point_.block_segments; ++w) {
    words = mux(has_products(w), u(w + 1, row.words.width()), words);
    lanes = mux(has_products(w),
                lanes_of(word_of_block(w)).as_uint().bits(row.tail_lanes.width() - 1, 0), lanes);
  }
  row.words <<= words;
  row.tail_lanes <<= lanes;
  row.segments <<= segments(entry);
  const SInt y = mux(connected(), s(0, 8), met(entry, 0).y);
  const SInt words_before =
      (number(entry.c_row) + y) * number(low(command_.input_pitch)) + s(1 << 12, 14);
  const int bits = row.input_word.width();
  row.input_word <<= wrap(command_.input_word + words_before.as_uint().bits(bits - 1, 0));
  row.tile_row <<= entry.c_row.extend(16);
  const SInt left = number(place_.word * u(point_.macs, 4) * low(command_.stride_x)) -
                    number(low(command_.pad_left));
  row.column <<= mux(connected(), number(entry.r), left);
}

WalkNext Walk::next() {
  const int weight_bits = rtl::weight_bits(point_);
  const Bool products = m_.name("block_has_products", has_products(0));
  // The first entry from the place on that is not a marker to be passed over in silence.
  Bool found = b(false);
  UInt index = u(0, 2), weight = u(0, weight_bits);
  UInt passed = place_.weight_word | 0;  // and the words of silent ones
  std::vector<Bool> is_next;
  for (int k = 0; k < walk_entries; ++k) {
    const Bool in_turn = products & (place_.entry <= k) & (command_.index_entries > k);
    const Bool silent = entry_at(k).marker & command_.keep_basis & ~place_.first_block;
    const Bool it = m_.name(fmt::format("next_is_{}", k), in_turn & ~silent & ~found);
    is_next.push_back(it);
    index = mux(it, u(k, 2), index);
    weight = mux(it, passed, weight);
    found = found | it;
    passed = mux(in_turn & silent, wrap(passed + u(point_.rank * point_.columns, 4)), passed);
  }
  auto entry = m_.wire<WalkEntry>("next_entry");
  entry <<= mux(is_next[0], entry_at(0), mux(is_next[1], entry_at(1), entry_at(2)));

  auto row = m_.wire<rtl::SelectedRow>("owed", point_);
  fill_row(row, entry);
  const Bool end = m_.name("next_is_end", ~found);
  const Bool stored = found & ~entry.marker;
  const Bool row_ends = place_.word + command_.block_words >= low(command_.output_pitch);
  const Bool rows_end = place_.row + command_.block_rows >= low(command_.output_rows);
  row.basis <<= found & entry.marker;
  row.end <<= end;
  row.last <<= row_ends & rows_end;
  row.weight_word <<= weight;

  auto after = m_.wire<WalkPlace>("after", point_);
  after.first_block <<= place_.first_block & found;
  after.entry <<= mux(end, u(0, 2), wrap(index + u(1, 2)));
  const UInt own_words = mux(entry.marker, u(point_.rank * point_.columns, 4),
                             mux(command_.bypass, u(point_.columns, 4), u(1, 4)));
  after.weight_word <<=
      mux(end, command_.weight_word, wrap(weight + own_words.extend(weight_bits)));
  after.word <<=
      mux(end, mux(row_ends, u(0, 4), wrap(place_.word + command_.block_words)), place_.word);
  after.row <<= mux(end & row_ends, wrap(place_.row + command_.block_rows), place_.row);
  return {row.basis, stored & (row.segments != 0), stored & (row.segments == 0), end, row.last, row,
          after};
}

}  // namespace

WalkNext next_of_walk(TopModule& m, const design::DesignPoint& point,
                      const rtl::ComputeCommand& command, const WalkTile& tile,
                      const WalkPlace& place) {
  return Walk(m, point, command, tile, place).next();
}

void assume_small_command(TopModule& m, const design::DesignPoint& point, const Bool& when,
                          const rtl::ComputeCommand& c, const WalkTile& tile) {
  const auto assume = [&](const std::string& name, const Bool& holds) {
    m.assume_("command_" + name, implies(when, holds));
  };
  const auto below = [](const UInt& field, int limit) { return (field != 0) & (field <= limit); };
  assume("entries", c.index_entries <= walk_entries);
  assume("tile", below(c.tile_rows, 7) & below(c.input_pitch, 7) &
                     (c.total_tile_rows <= walk_flags) & (c.tile_rows <= c.total_tile_rows));
  assume("first_row", (c.first_row >= s(-8, 16)) & (c.first_row < s(8, 16)));
  assume("output", below(c.output_rows, 7) & below(c.output_columns, 7) & below(c.output_pitch, 7) &
                       (c.output_columns <= c.output_pitch * u(point.macs, 4)));
  assume("steps", below(c.steps, point.columns) & (c.pad_left < 8));
  assume("strides", below(c.stride_x, point.max_stride) & below(c.stride_y, point.max_stride));
  assume("block", (c.block_rows != 0) & (c.block_words != 0) &
                      (c.block_rows * c.block_words <= point.block_segments));
  assume("block_of_rows", (c.block_rows == 1) | ((c.block_words == c.output_pitch) &
                                                 (c.output_pitch == c.input_pitch) &
                                                 (c.stride_x == 1) & (c.stride_y == 1)));
  const Bool connected = has_mode(c, rtl::ComputeMode::fully_connected);
  assume("fully_connected",
         implies(connected, (c.block_rows == 1) & (c.block_words == 1) & ~c.skip_zero_rows &
                                (c.output_rows == 1) & (c.output_columns == 1)));
  const Bool pointwise = has_mode(c, rtl::ComputeMode::pointwise);
  for (int k = 0; k < walk_entries; ++k) {
    const WalkEntry& entry = tile.entries[static_cast<std::size_t>(k)];
    const std::string name = fmt::format("entry{}", k);
    assume(name + "_marker", ~(entry.marker & c.bypass));
    // A pointwise row begins at a channel's first row; a kernel row's rows lie in the tile.
    const UInt tile_rows = low(c.tile_rows);
    Bool at_channel = entry.c_row == 0;
    for (int n = 1; n < walk_flags; ++n)
      at_channel = at_channel | (entry.c_row == tile_rows * u(n, 3));
    assume(name + "_channel", implies(pointwise & ~entry.marker, at_channel));
    assume(name + "_in_tile", implies(~pointwise & ~connected & ~entry.marker,
                                      entry.c_row + tile_rows <= c.total_tile_rows));
  }
  Bool whole = b(false);
  for (int n = 1; n <= walk_flags; ++n)
    whole = whole | (c.total_tile_rows == low(c.tile_rows) * u(n, 4));
  assume("whole_channels", implies(pointwise, whole));
}

}  // namespace sd::formal
