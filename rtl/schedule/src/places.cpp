#include "network_steps.hpp"

namespace sd::schedule {

Rings::Rings(const design::DesignPoint& design)
    : weights(design.weight_words()),
      index(design.index_buffer_entries),
      parameters(design.parameter_records()),
      output(design.output_words(), design.row_align_bytes() / design.macs) {}

std::int64_t flag_of(std::int64_t word, const design::DesignPoint& design) {
  return word / (design.row_align_bytes() / design.macs);
}

std::int64_t load_tile(TileSlots& slots, const TileKey& tile, const std::vector<Map>& maps,
                       const design::DesignPoint& design, Step& step) {
  const auto place = slots.take(tile);
  if (place.held) return place.begin;
  const Map& map = maps[static_cast<std::size_t>(tile.map)];
  const std::int64_t pitch = std::int64_t{map.pitch_words(design)} * design.macs;
  LoadInput load;
  load.address =
      map.address + (std::int64_t{tile.first_channel} * map.height + tile.first_row) * pitch;
  // Whole planes are one piece of memory.
  const bool whole = tile.rows == map.height;
  load.chunk_bytes = tile.rows * pitch * (whole ? tile.channels : 1);
  load.chunks = whole ? 1 : tile.channels;
  load.stride = whole ? 0 : map.height * pitch;
  load.word = place.begin;
  load.row_bytes = pitch;
  load.first_flag = flag_of(place.begin, design);
  step.loads.emplace_back(load);
  return place.begin;
}

void place_results(Destination& to, Step& step, const Map& map, int channel, int channels,
                   int first_row, int rows, const design::DesignPoint& design, Rings& rings) {
  const std::int64_t pitch = map.pitch_words(design);
  if (map.resident) {
    to.to_input = 1;
    to.local_channel_words = map.height * pitch;
    to.local_word = map.word + channel * to.local_channel_words + first_row * pitch;
    to.local_rows = map.height;
    to.local_flag = flag_of(map.word, design) + std::int64_t{channel} * map.height + first_row;
  }
  if (!map.in_dram) return;
  to.to_output = 1;
  to.output_channel_words = rows * pitch;
  to.output_word = rings.output.take(channels * to.output_channel_words).begin;
  Store store;
  const std::int64_t row_bytes = pitch * design.macs;
  store.address = map.address + (std::int64_t{channel} * map.height + first_row) * row_bytes;
  store.chunk_bytes = rows * row_bytes;
  store.chunks = channels;
  store.stride = map.height * row_bytes;
  store.word = to.output_word;
  store.chunk_words = to.output_channel_words;
  step.stores.emplace_back(store);
}

}  // namespace sd::schedule
