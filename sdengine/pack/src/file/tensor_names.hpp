// Names of the packed file's tensors.
#pragma once

namespace sd::pack::tensor {

inline constexpr const char *activation_scale = "activation_scale", *weight_scale = "weight_scale",
                            *bias = "bias", *float_bias = "float_bias",
                            *stage_multiplier = "stage_multiplier",
                            *elementwise_multiplier = "elementwise_multiplier", *basis = "basis",
                            *dense_weights = "dense_weights", *codes = "codes",
                            *row_index = "row_index", *rebuild_shift = "rebuild_shift",
                            *stage_shift = "stage_shift", *elementwise_shift = "elementwise_shift",
                            *postprocessing = "postprocessing";

}  // namespace sd::pack::tensor
