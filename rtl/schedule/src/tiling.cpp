#include "tiling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sd::schedule {

namespace {

constexpr std::int64_t field_16 = 65535;

/// Input rows that `rows` neighbouring output rows need at most.
int input_rows_for(const LayerGeometry& g, int rows) {
  return std::min(g.input_height, (rows - 1) * g.stride + g.kernel_rows);
}

/// Rows that a slot of the input buffer holds, of the smallest pitch: as many as it has flags.
int input_slot_rows(int slots, const design::DesignPoint& design) {
  return design.zero_flags() / slots;
}

bool input_fits(const LayerGeometry& g, int rows, int slots, const design::DesignPoint& design) {
  const std::int64_t tile_rows = input_rows_for(g, rows);
  const std::int64_t all_rows = tile_rows * g.channels;
  const std::int64_t row_step =
      g.mode == LayerMode::pointwise ? tile_rows * design.columns : tile_rows;
  return all_rows * (g.input_pitch / design.row_align_bytes()) <= input_slot_rows(slots, design) &&
         all_rows <= field_16 && row_step <= field_16;
}

std::int64_t output_words(const LayerGeometry& g, int rows, const design::DesignPoint& design) {
  return std::int64_t{rows} * (g.output_pitch / design.macs) * std::min(g.filters, design.slices);
}

bool output_fits(const LayerGeometry& g, int rows, int slots, const design::DesignPoint& design) {
  return output_words(g, rows, design) <= design.output_words() / slots &&
         std::int64_t{rows} * (g.output_pitch / design.macs) <= field_16;
}

/// The most output rows of a tile, or 0.
int most_rows(const LayerGeometry& g, int input_slots, int output_slots,
              const design::DesignPoint& design) {
  int fitting = 0, failing = g.output_height + 1;
  while (failing - fitting > 1) {
    const int rows = fitting + (failing - fitting) / 2;
    (input_fits(g, rows, input_slots, design) && output_fits(g, rows, output_slots, design)
         ? fitting
         : failing) = rows;
  }
  return fitting;
}

}  // namespace

RowTile tile_at(const LayerGeometry& g, int first, int rows) {
  const int top = first * g.stride - g.pad_top;
  const int begin = std::clamp(top, 0, g.input_height - 1);
  const int end =
      std::clamp(top + (rows - 1) * g.stride + g.kernel_rows, begin + 1, g.input_height);
  return {first, rows, begin, end - begin};
}

Tiling tile_rows(const LayerGeometry& g, const design::DesignPoint& design) {
  Tiling tiling;
  const int one_output = g.groups(design) == 1 ? 1 : 2;
  int rows = 0;
  // In the order of preference. A single tile needs no second slot, nor does the output of a single
  // command.
  const std::array<std::array<int, 2>, 5> choices{
      {{1, one_output}, {2, 2}, {1, 2}, {2, 1}, {1, 1}}};
  for (std::size_t i = 0; i < choices.size() && rows == 0; ++i) {
    tiling.input_slots = choices[i][0];
    tiling.output_slots = choices[i][1];
    rows = most_rows(g, tiling.input_slots, tiling.output_slots, design);
    if (i == 0 && rows < g.output_height) rows = 0;
  }
  if (rows == 0) {
    if (!input_fits(g, 1, 1, design))
      tiling.reason =
          fmt::format("the {} input rows for one output row take {} bytes; the input buffer has {}",
                      input_rows_for(g, 1) * g.channels,
                      std::int64_t{input_rows_for(g, 1)} * g.channels * g.input_pitch,
                      design.input_buffer_bytes);
    else
      tiling.reason =
          fmt::format("one output row of {} channels takes {} bytes; the output buffer has {}",
                      std::min(g.filters, design.slices), output_words(g, 1, design) * design.macs,
                      design.output_buffer_bytes);
    return tiling;
  }
  const int tiles = (g.output_height + rows - 1) / rows;
  const int even = (g.output_height + tiles - 1) / tiles;
  for (int first = 0; first < g.output_height; first += even)
    tiling.tiles.push_back(tile_at(g, first, std::min(even, g.output_height - first)));
  return tiling;
}

GroupSlots group_slots(std::uint32_t words, int entries, const design::DesignPoint& design) {
  for (const int slots : {2, 1})
    if (words <= static_cast<std::uint32_t>(design.weight_words() / slots) &&
        entries <= design.index_buffer_entries / slots && entries <= field_16)
      return {slots, ""};
  if (words > static_cast<std::uint32_t>(design.weight_words()))
    return {0, fmt::format("a group of {} filters takes {} weight words; the weight buffer has {}",
                           design.slices, words, design.weight_words())};
  return {0, fmt::format("a group of {} filters takes {} index entries; the index buffer has {}",
                         design.slices, entries, design.index_buffer_entries)};
}

int input_slot_flag(int slot, const design::DesignPoint& design) {
  return slot * input_slot_rows(2, design);
}

int input_slot_word(int slot, const design::DesignPoint& design) {
  return input_slot_flag(slot, design) * (design.row_align_bytes() / design.macs);
}

int output_slot_word(int slot, const design::DesignPoint& design) {
  const int row_words = design.row_align_bytes() / design.macs;  // a slot starts on a beat
  return slot * (design.output_words() / 2 / row_words * row_words);
}

int weight_slot_word(int slot, const design::DesignPoint& design) {
  return slot * (design.weight_words() / 2);
}

int index_slot_entry(int slot, const design::DesignPoint& design) {
  return slot * (design.index_buffer_entries / 2);
}

int parameter_slot_record(int slot, const design::DesignPoint& design) {
  return slot * design.slices;
}

}  // namespace sd::schedule
