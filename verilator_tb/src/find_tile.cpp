#include "find_tile.hpp"

namespace sd::tb {

TileAndGroup find_tile(const schedule::Program& program, int operator_index, int channel, int row) {
  TileAndGroup found;
  const auto number = program.operators[static_cast<std::size_t>(operator_index)].layer;
  if (!number) return found;
  const schedule::LayerSchedule& layer = program.layers[*number];
  for (std::size_t i = 0; i < layer.tiles.size(); ++i)
    if (layer.tiles[i].first_output_row <= row) found.tile = static_cast<int>(i);
  for (std::size_t i = 0; i < layer.groups.size(); ++i)
    if (layer.groups[i].first_filter <= channel) found.group = static_cast<int>(i);
  return found;
}

}  // namespace sd::tb
