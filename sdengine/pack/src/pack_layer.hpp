// One layer's weights and output stages.
#pragma once

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// `input_scale`, `output_scale`: of the activations. Throws PackError naming the layer.
[[nodiscard]] PackedLayer pack_layer(const graph::Network& network, int index,
                                     const LayerChoice& choice, float input_scale,
                                     float output_scale);

}  // namespace sd::pack
