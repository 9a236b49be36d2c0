// What the packed file says of each layer beside its arrays: a table in columns (docs/format.md,
// "layers").
#pragma once

#include <string>
#include <vector>

#include "sdengine/pack/sd_file.hpp"

namespace sd::pack {

/// True if every multiplier and shift of the layer follows from its scales, as those that pack()
/// makes do: then the file does not hold them.
[[nodiscard]] bool stages_follow(const PackedModel& model, int index);

/// One row per operator with weights, in their order. Throws FileError for an error that is not
/// finite.
[[nodiscard]] std::string layers_to_json(const PackedModel& model);

struct LayerRow {
  int operator_index = 0;
  bool stages_follow = true;
  bool has_float_bias = false;
  PackedLayer layer;  ///< everything but the arrays
};

/// The rows for a network that is consistent; shapes follow from it. Throws FileError naming the
/// column.
[[nodiscard]] std::vector<LayerRow> layers_from_json(const std::string& text,
                                                     const graph::Network& network);

}  // namespace sd::pack
