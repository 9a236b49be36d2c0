// A group of filters with random weights, as integers and as the bytes of the weight stream
// (docs/accelerator.md, "Weight stream").
#pragma once

#include <cstdint>
#include <vector>

#include "program_maps.hpp"
#include "rtl/design/design_point.hpp"

namespace sd::regression {

enum class WeightKind { rebuilt, bypass, plain };

struct GroupShape {
  int filters = 1, rows = 1, steps = 1;
  int slice_rows = 1;  ///< of the matrix slices that share a basis
  WeightKind kind = WeightKind::rebuilt;
};

struct GroupWeights {
  GroupShape shape;
  std::vector<int> weights;  ///< [filters][rows][steps]
  std::vector<int> shifts;   ///< q, [filters]
  std::vector<std::uint8_t> bitmap, words;
  int stored_rows = 0, word_count = 0, markers = 0;
  [[nodiscard]] int entries() const { return stored_rows + markers; }
  [[nodiscard]] int weight(int filter, int row, int step) const {
    return weights[static_cast<std::size_t>((filter * shape.rows + row) * shape.steps + step)];
  }
};

[[nodiscard]] GroupWeights random_group(Dice& dice, const design::DesignPoint& design,
                                        const GroupShape& shape, ValueEvents& events);

/// The group's `slices` records; `stages`: one a filter.
[[nodiscard]] std::vector<std::uint8_t> parameter_bytes(const GroupWeights& group,
                                                        const std::vector<Stage>& stages,
                                                        const design::DesignPoint& design);

}  // namespace sd::regression
