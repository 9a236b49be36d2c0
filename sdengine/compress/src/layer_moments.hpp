// What a layer's inputs look like, for the fit of its weights.
#pragma once

#include <vector>

#include "sdengine/decompose/second_moment.hpp"
#include "walk.hpp"

namespace sd::compress {

/// Of a sample of output positions of every image.
struct LayerMoments {
  std::vector<decompose::SecondMoment> inputs;  ///< centred, one for each group
  /// [filters][channels][R][S], mean over the samples of x * r about the means: x the input patch,
  /// r what the filter's output lacks of the original network's, with the original weights.
  std::vector<float> missing;
};

/// wanted - found, image by image.
[[nodiscard]] Tensors missing_outputs(const Tensors& wanted, const Tensors& found);

/// `inputs` are the images' inputs of operator `index` as the layer will meet them; `missing`, the
/// difference [image][output element] that its outputs have to make up, may be empty (none).
[[nodiscard]] LayerMoments measure_moments(const graph::Network& network, int index,
                                           const Tensors& inputs, const Tensors& missing);

}  // namespace sd::compress
