// Whether a packed layer is what the hardware takes.
#pragma once

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// Throws PackError naming the layer and filter if the largest sum of products could leave 32 bits.
void require_accumulators_fit(const graph::Operator& op, const PackedLayer& layer);

/// layout_of(), for numbers that came from elsewhere. Throws PackError naming the layer.
[[nodiscard]] decompose::MatrixLayout checked_layout(const graph::Operator& op,
                                                     const decompose::WeightShape& shape,
                                                     int columns, int slice_rows,
                                                     int filters_per_basis);

/// Throws PackError naming the layer if rank or levels are out of range.
void require_code(const graph::Operator& op, const PackedLayer& layer);

/// Throws PackError naming the layer if a shape, array length or field is out of place.
void require_valid(const graph::Operator& op, const decompose::WeightShape& shape,
                   const PackedLayer& layer);

}  // namespace sd::pack
