// What a task needs of its inputs: the numbers that residence, tiling and commands share.
#pragma once

#include <vector>

#include "layer_geometry.hpp"
#include "network_plan.hpp"

namespace sd::schedule {

/// One VECTOR's worth of a task: an operator is one part, or several that write different channels
/// (each input of a concatenation, zero channels).
struct VectorPart {
  View input, output;
  std::optional<View> second;  ///< of an addition
  int window_rows = 1, window_columns = 1, stride_x = 1, stride_y = 1, pad_top = 0, pad_left = 0;
  int first_multiplier = 1, second_multiplier = 0, output_multiplier = 1, output_shift = 0;
  bool maximum = false, across = false, relu = false;
};

/// Parts of a vector task, in order.
[[nodiscard]] std::vector<VectorPart> vector_parts(const pack::PackedModel& model,
                                                   const NetworkPlan& plan, const Task& task);

/// Input rows that `output_rows` rows from `first` on meet, inside the map.
[[nodiscard]] RowTile tile_at(const VectorPart& part, int input_height, int first, int output_rows);

/// Words of the input buffer that the least tile of one of a task's maps takes, unless the map is
/// resident.
struct TileNeed {
  int map = -1;
  std::int64_t words = 0;
};
/// What a task needs at a time: of each part of a vector task its own.
using TaskNeeds = std::vector<std::vector<TileNeed>>;
[[nodiscard]] TaskNeeds needs_of(const pack::PackedModel& model, const NetworkPlan& plan,
                                 const Task& task, const design::DesignPoint& design);

/// Words that a task must have besides resident maps.
[[nodiscard]] std::int64_t least_words(const TaskNeeds& needs, const std::vector<Map>& maps);

}  // namespace sd::schedule
