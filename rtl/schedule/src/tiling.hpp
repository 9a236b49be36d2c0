// How a layer is cut so that its tiles and groups fit the buffers.
#pragma once

#include <string>
#include <vector>

#include "layer_geometry.hpp"

namespace sd::schedule {

/// A buffer in two slots is filled in one while the other is in use; in one slot it must wait.
struct Tiling {
  std::vector<RowTile> tiles;
  int input_slots = 1, output_slots = 1;
  std::string reason;  ///< not empty: nothing fits, and why
};

/// Row tiles as high as the buffers allow, cut evenly. One tile for the whole map if it fits; else
/// two slots where one output row fits them, one slot where not.
[[nodiscard]] Tiling tile_rows(const LayerGeometry& geometry, const design::DesignPoint& design);

/// Rows of the input that the output rows `first .. first + rows - 1` need, inside the map (one row
/// at least).
[[nodiscard]] RowTile tile_at(const LayerGeometry& geometry, int first, int rows);

struct GroupSlots {
  int slots = 0;
  std::string reason;  ///< not empty: a group does not fit
};

/// Slots for the weights and the index of one group. `words` and `entries`: of the largest group.
[[nodiscard]] GroupSlots group_slots(std::uint32_t words, int entries,
                                     const design::DesignPoint& design);

/// First buffer word, flag, ... of a slot.
[[nodiscard]] int input_slot_word(int slot, const design::DesignPoint& design);
[[nodiscard]] int input_slot_flag(int slot, const design::DesignPoint& design);
[[nodiscard]] int output_slot_word(int slot, const design::DesignPoint& design);
[[nodiscard]] int weight_slot_word(int slot, const design::DesignPoint& design);
[[nodiscard]] int index_slot_entry(int slot, const design::DesignPoint& design);
[[nodiscard]] int parameter_slot_record(int slot, const design::DesignPoint& design);

}  // namespace sd::schedule
