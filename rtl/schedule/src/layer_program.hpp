// The commands of one layer, with the tokens that let load, compute and store overlap.
#pragma once

#include <vector>

#include "layer_geometry.hpp"
#include "rtl/schedule/command.hpp"
#include "tiling.hpp"

namespace sd::schedule {

struct LayerPlan {
  LayerGeometry geometry;
  Tiling tiling;
  int group_slots = 1;
  std::vector<FilterGroup> groups;
  int matrix_slices = 1, slice_rows = 0;
  TensorPlacement input, output;
};

/// Row tiles outer, filter groups inner; END last. Tokens are balanced: none is left over at the
/// end.
[[nodiscard]] std::vector<Command> layer_program(const LayerPlan& plan,
                                                 const design::DesignPoint& design);

}  // namespace sd::schedule
