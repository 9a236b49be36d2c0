// The output stage that follows from a layer's scales.
#pragma once

#include "sdengine/pack/packed_model.hpp"

namespace sd::pack {

/// stage_for(weight_scale * input_scale / output_scale), computed in double. Throws PackError
/// naming the operator.
[[nodiscard]] OutputStage stage_of_scales(const graph::Operator& op, float weight_scale,
                                          float input_scale, float output_scale);

}  // namespace sd::pack
