#include "cost.hpp"

#include <algorithm>
#include <array>

#include "rtl/schedule/command.hpp"
#include "weight_stream.hpp"

namespace sd::schedule {

namespace {

/// Measured mean over the activations of ResNet-20: non-zero Booth digits of a segment's worst
/// lane.
constexpr double booth_cycles = 2.2;
/// From a command to its first product, and from its last product to its last word.
constexpr std::int64_t command_cycles = 30;

}  // namespace

std::int64_t compute_cycles(const LayerGeometry& g, const FilterGroup& group, int output_rows,
                            const design::DesignPoint& design) {
  const BlockShape block = block_shape(g, design);
  const int pitch = g.output_pitch / design.macs;
  const int useful = (g.output_width + design.macs - 1) / design.macs;  // segments with products
  const std::int64_t blocks = std::int64_t{(output_rows + block.rows - 1) / block.rows} *
                              ((useful + block.words - 1) / block.words);
  const std::int64_t segments = std::int64_t{output_rows} * useful;
  const auto jobs = static_cast<std::int64_t>(group.stored_rows.size());
  const double step = design.mac_kind == design::MacKind::parallel ? 1.0 : booth_cycles;
  const bool gathers = g.mode != LayerMode::window;
  const int beats = (block.rows > 1 ? 1
                                    : (block.words + design.beat_segments(g.stride_x) - 1) /
                                          design.beat_segments(g.stride_x)) *
                    (gathers ? g.steps : 1);
  const int issue = std::max(beats, g.bypasses ? g.steps : 1);
  const auto lines = static_cast<std::int64_t>(static_cast<double>(jobs * segments * g.steps) *
                                               step / design.lines);
  const std::int64_t merges = segments * std::min<std::int64_t>(design.lines, jobs);
  const std::int64_t drain = std::int64_t{output_rows} * pitch * group.filters;
  return std::max({lines, jobs * blocks * issue, merges, drain}) + command_cycles;
}

void predict(const LayerFacts& facts, const design::DesignPoint& design, Tiling& tiling) {
  const LayerGeometry& g = facts.geometry;
  const bool tiles_outer = tiling.order == LoopOrder::tiles_outer;
  const auto tiles = static_cast<std::int64_t>(tiling.tiles.size());
  std::int64_t words = 0, entries = 0, weight_bytes = 0, compute = 0, steps = 0;
  for (const FilterGroup& group : facts.groups) {
    words += group.words;
    entries += group.index_entries;
    weight_bytes += std::int64_t{group.word_bytes} + group.index_bytes + parameter_bytes(design);
    for (const RowTile& tile : tiling.tiles)
      compute += compute_cycles(g, group, tile.output_rows, design);
    steps += tiles;
  }
  const bool kept = words <= design.weight_words() && entries <= design.index_buffer_entries;
  std::int64_t reads = weight_bytes * (tiles_outer && !kept ? tiles : 1);
  std::int64_t first_load = 0;
  if (!facts.input_resident) {
    // Groups of a grouped convolution read different channels: each is read once in either order.
    const bool all_channels = g.conv_groups == 1;
    const bool again = !tiles_outer && all_channels && tiles > tiling.input_slots;
    std::int64_t rows = 0;
    for (const RowTile& tile : tiling.tiles) rows += tile.input_rows;
    reads += rows * g.channels * g.input_pitch *
             (again ? static_cast<std::int64_t>(facts.groups.size()) : 1);
    first_load = std::int64_t{tiling.tiles.front().input_rows} * g.channels * g.input_pitch;
  }
  const std::int64_t map = std::int64_t{g.filters} * g.output_height * g.output_pitch;
  if (facts.has_residual && !facts.residual_resident) reads += map;
  reads += 6 * steps * command_bytes;
  const std::int64_t writes = facts.to_dram ? map : 0;
  const std::int64_t last_store =
      facts.to_dram ? std::int64_t{design.slices} * tiling.tiles.back().output_rows * g.output_pitch
                    : 0;
  const std::int64_t read_cycles = reads / design.axi_bytes(),
                     write_cycles = writes / design.axi_bytes();
  const bool overlaps = tiling.input_slots > 1 || tiles == 1 || facts.input_resident;
  tiling.cycles = (overlaps ? std::max({compute, read_cycles, write_cycles})
                            : std::max(compute + read_cycles, write_cycles)) +
                  (first_load + last_store) / design.axi_bytes();
  tiling.dram_bytes = reads + writes;
}

std::int64_t vector_cycles(const VectorPart& part, const std::vector<Map>& maps,
                           const design::DesignPoint& design) {
  const Map& output = maps[static_cast<std::size_t>(part.output.map)];
  const std::int64_t across = (part.window_columns + design.macs - 1) / design.macs;
  const std::int64_t taps =
      part.window_rows * (part.across ? across : std::int64_t{part.window_columns}) +
      (part.second ? 1 : 0);
  return std::int64_t{part.output.channels} * output.height * output.pitch_words(design) *
             (taps + 1) +
         command_cycles;
}

}  // namespace sd::schedule
