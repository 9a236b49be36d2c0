#include "tiling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cost.hpp"

namespace sd::schedule {

namespace {

constexpr std::int64_t field_16 = 65535;

/// The most channels that one group of filters reads.
int channels_read(const std::vector<FilterGroup>& groups) {
  int channels = 0;
  for (const FilterGroup& group : groups) channels = std::max(channels, group.channels);
  return channels;
}

std::vector<RowTile> cut(const LayerGeometry& g, int rows) {
  std::vector<RowTile> tiles;
  for (int first = 0; first < g.output_height; first += rows)
    tiles.push_back(g.tile_at(first, std::min(rows, g.output_height - first)));
  return tiles;
}

int most_input_rows(const std::vector<RowTile>& tiles) {
  int rows = 0;
  for (const RowTile& tile : tiles) rows = std::max(rows, tile.input_rows);
  return rows;
}

class Candidates {
 public:
  Candidates(const LayerFacts& facts, const design::DesignPoint& design)
      : facts_(facts), g_(facts.geometry), design_(design) {
    channels_ = channels_read(facts.groups);
    filters_ = std::min(g_.filters, design.slices);
    input_pitch_ = g_.input_pitch / design.macs;
    output_pitch_ = g_.output_pitch / design.macs;
  }

  /// The tiling into tiles of at most `rows` output rows, or nothing if it does not fit.
  [[nodiscard]] std::optional<Tiling> tiling(int rows, int slots, LoopOrder order) const {
    Tiling tiling;
    tiling.order = order;
    // Even tiles: 9 rows of at most 8 are 5 and 4.
    const int count = (g_.output_height + rows - 1) / rows;
    tiling.tiles = cut(g_, (g_.output_height + count - 1) / count);
    if (tiling.tiles.size() == 1) slots = 1;
    tiling.input_slots = slots;
    const int tile_rows = facts_.input_resident ? g_.input_height : most_input_rows(tiling.tiles);
    // Both the number of rows and the step over `steps` channels are 16-bit fields.
    if (std::int64_t{tile_rows} * std::max(channels_, g_.steps) > field_16) return std::nullopt;
    if (!facts_.input_resident)
      tiling.input_slot_words = std::int64_t{tile_rows} * channels_ * input_pitch_;
    const std::int64_t output = std::int64_t{tiling.tiles.front().output_rows} * output_pitch_;
    if (facts_.has_residual && !facts_.residual_resident)
      tiling.residual_slot_words = output * filters_;
    if (slots * (tiling.input_slot_words + tiling.residual_slot_words) > facts_.room.words)
      return std::nullopt;
    // A ring gives whole pieces: two of more than half cannot be there at a time, one always can.
    if (output > field_16 || (facts_.to_dram && output * filters_ > design_.output_words()))
      return std::nullopt;
    return tiling;
  }

  [[nodiscard]] std::string reason() const {
    const RowTile one = g_.tile_at(0, 1);
    if (std::int64_t{one.input_rows} * channels_ > field_16)
      return fmt::format("one output row needs {} rows of {} channels; the command counts up to {}",
                         one.input_rows, channels_, field_16);
    if (facts_.to_dram && std::int64_t{output_pitch_} * filters_ > design_.output_words())
      return fmt::format("one output row of {} channels takes {} bytes; the output buffer has {}",
                         filters_, std::int64_t{output_pitch_} * filters_ * design_.macs,
                         design_.output_buffer_bytes);
    return fmt::format(
        "the {} input rows for one output row take {} bytes; the input buffer has {}",
        one.input_rows * channels_, std::int64_t{one.input_rows} * channels_ * g_.input_pitch,
        design_.input_buffer_bytes);
  }

  [[nodiscard]] int rows() const { return g_.output_height; }

 private:
  const LayerFacts& facts_;
  const LayerGeometry& g_;
  const design::DesignPoint& design_;
  int channels_ = 0, filters_ = 0, input_pitch_ = 0, output_pitch_ = 0;
};

}  // namespace

Tiling choose_tiling(const LayerFacts& facts, const design::DesignPoint& design, bool search) {
  const Candidates candidates(facts, design);
  std::optional<Tiling> best;
  for (int rows = candidates.rows(); rows >= 1; rows = rows > 8 ? rows - rows / 8 : rows - 1)
    for (const int slots : {2, 1})
      for (const LoopOrder order : {LoopOrder::tiles_outer, LoopOrder::groups_outer}) {
        auto candidate = candidates.tiling(rows, slots, order);
        if (!candidate) continue;
        predict(facts, design, *candidate);
        if (!search) return *candidate;
        if (!best || std::pair(candidate->cycles, candidate->dram_bytes) <
                         std::pair(best->cycles, best->dram_bytes))
          best = std::move(candidate);
      }
  if (best) return *best;
  Tiling none;
  none.reason = candidates.reason();
  return none;
}

std::optional<std::string> groups_too_large(const std::vector<FilterGroup>& groups,
                                            const design::DesignPoint& design) {
  for (const FilterGroup& group : groups) {
    if (group.words > static_cast<std::uint32_t>(design.weight_words()))
      return fmt::format("a group of {} filters takes {} weight words; the weight buffer has {}",
                         group.filters, group.words, design.weight_words());
    if (group.index_entries > design.index_buffer_entries || group.index_entries > field_16)
      return fmt::format("a group of {} filters takes {} index entries; the index buffer has {}",
                         group.filters, group.index_entries, design.index_buffer_entries);
  }
  return std::nullopt;
}

}  // namespace sd::schedule
