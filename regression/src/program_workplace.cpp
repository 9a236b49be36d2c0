#include "program_workplace.hpp"

#include <algorithm>

namespace sd::regression {

using namespace schedule;

int Space::take(Dice& dice, int count, int align) {
  const int places = (static_cast<int>(used_.size()) - count) / align + 1;
  if (count > static_cast<int>(used_.size()) || places <= 0) return -1;
  const int start = dice.chance(0.5) ? dice.pick(0, places - 1) : 0;
  for (int i = 0; i < places; ++i) {
    const int first = (start + i) % places * align;
    if (!is_free(first, count)) continue;
    std::fill_n(used_.begin() + first, count, true);
    return first;
  }
  return -1;
}

bool Space::is_free(int first, int count) const {
  return std::none_of(used_.begin() + first, used_.begin() + first + count,
                      [](bool u) { return u; });
}

void Space::give_back(int first, int count) {
  std::fill_n(used_.begin() + first, count, false);
}

Workplace::Workplace(const design::DesignPoint& point, std::uint64_t seed,
                     const ProgramOptions& some_options)
    : design(point),
      options(some_options),
      dice(seed),
      builder(dice, design),
      words_(design.input_words()),
      flags_(design.zero_flags()) {}

int Workplace::whole_beats(int pitch) const {
  const int unit = std::max(1, design.axi_bytes() / design.macs);
  return (pitch + unit - 1) / unit * unit;
}

Map Workplace::new_map() {
  return random_map(dice, dice.pick(1, options.largest_channels),
                    dice.pick(1, options.largest_side), dice.pick(1, options.largest_side));
}

std::vector<std::uint8_t> Workplace::bytes_of(const Map& map, int pitch) const {
  const int row_bytes = pitch * design.macs;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(map.channels * map.height * row_bytes));
  for (int c = 0; c < map.channels; ++c)
    for (int y = 0; y < map.height; ++y)
      for (int x = 0; x < map.width; ++x)
        bytes[static_cast<std::size_t>((c * map.height + y) * row_bytes + x)] =
            static_cast<std::uint8_t>(map.at(c, y, x));
  return bytes;
}

StoredMap Workplace::put_in_dram(const Map& map, int pitch) {
  auto bytes = bytes_of(map, pitch);
  if (dice.chance(0.2)) {  // what lies past the width must not matter
    const auto row = static_cast<std::size_t>(pitch * design.macs);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      if (i % row >= static_cast<std::size_t>(map.width))
        bytes[i] = static_cast<std::uint8_t>(dice.pick(0, 255));
  }
  return {map, builder.add_data(bytes), pitch, false};
}

StoredMap Workplace::any_stored() {
  if (!stored.empty() && dice.chance(0.5))
    return stored[static_cast<std::size_t>(dice.pick(0, static_cast<int>(stored.size()) - 1))];
  const Map map = new_map();
  const int pitch = whole_beats(words_for(map.width) + (dice.chance(0.2) ? 1 : 0));
  return put_in_dram(map, pitch);
}

std::optional<HeldMap> Workplace::place(const Map& map, int first_row, int rows, int pitch) {
  HeldMap result{map, first_row, rows, -1, pitch, -1, true};
  for (const double drop : {0.0, 0.5, 1.0}) {
    drop_some(drop);
    result.word = words_.take(dice, result.words(), whole_beats(1));
    if (result.word < 0) continue;
    result.flag = flags_.take(dice, map.channels * rows, 1);
    if (result.flag >= 0) return result;
    words_.give_back(result.word, result.words());
  }
  return std::nullopt;
}

void Workplace::release(const HeldMap& map) {
  words_.give_back(map.word, map.words());
  flags_.give_back(map.flag, map.map.channels * map.rows);
}

void Workplace::keep(HeldMap map) {
  held.push_back(std::move(map));
}

void Workplace::forget(const HeldMap& map) {
  std::erase_if(held, [&](const HeldMap& h) { return h.word == map.word; });
}

void Workplace::drop_some(double probability) {
  for (std::size_t i = held.size(); i-- > 0;) {
    if (std::find(pinned.begin(), pinned.end(), held[i].word) != pinned.end() ||
        !dice.chance(probability))
      continue;
    prove(held[i]);
    release(held[i]);
    held.erase(held.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Workplace::load(const StoredMap& from, const HeldMap& to) {
  const int row_bytes = from.pitch * design.macs, channel_bytes = from.map.height * row_bytes,
            channels = from.map.channels;
  const int first_channels = dice.chance(0.2) ? dice.pick(1, channels) : channels;
  for (int c = 0; c < channels;) {
    const int count = c == 0 ? first_channels : channels - c;
    LoadInput l;
    l.address = from.address + c * channel_bytes + to.first_row * row_bytes;
    l.chunk_bytes = to.rows * row_bytes;
    l.chunks = count;
    l.stride = channel_bytes;
    if (to.rows == from.map.height && dice.chance(0.5)) {
      l.chunk_bytes = count * channel_bytes, l.chunks = 1, l.stride = 0;
      // What lies past the width of the last row may stay away.
      if (row_bytes - design.axi_bytes() >= from.map.width && dice.chance(0.3))
        l.chunk_bytes -= design.axi_bytes();
    } else if (to.rows == from.map.height && dice.chance(0.3)) {
      l.chunk_bytes = row_bytes, l.chunks = count * to.rows, l.stride = row_bytes;
    }
    l.word = to.word + c * to.channel_words();
    l.row_bytes = row_bytes;
    l.first_flag = to.flag + c * to.rows;
    builder.add(l);
    c += count;
  }
  if (from.by_program) ++contents.store_to_load;
}

std::optional<HeldMap> Workplace::load_whole(const StoredMap& from) {
  auto result = place(from.map, 0, from.map.height, from.pitch);
  if (result) load(from, *result);
  return result;
}

std::optional<HeldMap> Workplace::companion(int channels, int height, int width, int pitch) {
  for (const HeldMap& h : held)
    if (h.map.channels == channels && h.map.height == height && h.map.width == width &&
        h.pitch == pitch && h.rows == height && dice.chance(0.7))
      return h;
  if (pitch != whole_beats(pitch)) return std::nullopt;
  auto result = load_whole(put_in_dram(random_map(dice, channels, height, width), pitch));
  if (result) keep(*result);
  return result;
}

void Workplace::store(const StoredMap& to, int first_channel, int channels, int first_row, int rows,
                      int output_word, int output_channel_words) {
  const int row_bytes = to.pitch * design.macs;
  Store s;
  s.address = to.address + (first_channel * to.map.height + first_row) * row_bytes;
  s.chunk_bytes = rows * row_bytes;
  s.chunks = channels;
  s.stride = to.map.height * row_bytes;
  s.word = output_word;
  s.chunk_words = output_channel_words;
  builder.add(s);
}

void Workplace::prove(HeldMap& h) {
  if (h.proven) return;
  h.proven = true;
  const int pitch = whole_beats(words_for(h.map.width));
  StoredMap to{h.map, 0, pitch, true};
  to.address = builder.add_room(bytes_of(h.map, pitch), "a map that stayed in the input buffer");
  // As many rows and channels at a time as the output buffer takes.
  const int rows = std::min(h.rows, design.output_words() / pitch);
  for (int y = 0; y < h.rows; y += rows) {
    const int some_rows = std::min(rows, h.rows - y);
    const int channels = std::max(1, design.output_words() / (some_rows * pitch));
    for (int c = 0; c < h.map.channels; c += channels) {
      Vector v;
      v.channels = std::min(channels, h.map.channels - c);
      v.input_word = h.word + c * h.channel_words();
      v.input_channel_words = h.channel_words();
      v.input_pitch = h.pitch;
      v.tile_rows = h.rows;
      v.first_row = y;
      v.input_columns = v.output_columns = h.map.width;
      v.output_rows = some_rows;
      v.output_pitch = pitch;
      v.stride_x = v.stride_y = v.window_rows = v.window_columns = 1;
      v.first_multiplier = v.output_multiplier = 1;
      v.to_output = 1;
      v.output_channel_words = some_rows * pitch;
      v.output_word =
          anywhere(design.output_words(), static_cast<int>(v.channels * v.output_channel_words));
      builder.add(v);
      ++contents.vectors;
      store(to, c, static_cast<int>(v.channels), y, some_rows, static_cast<int>(v.output_word),
            static_cast<int>(v.output_channel_words));
    }
  }
}

void Workplace::prove_all() {
  for (HeldMap& h : held) prove(h);
}

}  // namespace sd::regression
