// Weights of a layer left dense: in the order of the tensor, and in matrix order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

[[nodiscard]] std::size_t weight_count(const decompose::WeightShape& shape);

/// `dense_weights` as [filters][channels][R][S], the matrices' padding dropped.
[[nodiscard]] std::vector<std::int8_t> without_padding(const PackedLayer& layer);

/// The reverse, for a layer's shape and layout; padding is zero.
[[nodiscard]] std::vector<std::int8_t> with_padding(const std::vector<std::int8_t>& weights,
                                                    const PackedLayer& layer);

}  // namespace sd::pack
