// How a convolution or fully connected layer is cut into tiles of output rows, and in which order
// tiles and groups of filters are run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "network_plan.hpp"
#include "residence.hpp"
#include "task_shape.hpp"

namespace sd::schedule {

/// What is known of a layer before it is tiled.
struct LayerFacts {
  LayerGeometry geometry;
  std::vector<FilterGroup> groups;
  bool input_resident = false, residual_resident = false, has_residual = false;
  bool to_dram = false;  ///< results go through the output buffer
  Room room;
};

struct Tiling {
  LoopOrder order = LoopOrder::tiles_outer;
  int input_slots = 1;
  std::int64_t input_slot_words = 0, residual_slot_words = 0;
  std::vector<RowTile> tiles;
  std::int64_t cycles = 0, dram_bytes = 0;  ///< predicted
  std::string reason;                       ///< why there is none
};

/// The cheapest of the tilings that fit: cycles first, then bytes. Without `search`, the first that
/// fits.
[[nodiscard]] Tiling choose_tiling(const LayerFacts& facts, const design::DesignPoint& design,
                                   bool search);

/// True if the parts of every group fit the buffers; otherwise the reason.
[[nodiscard]] std::optional<std::string> groups_too_large(const std::vector<FilterGroup>& groups,
                                                          const design::DesignPoint& design);

}  // namespace sd::schedule
