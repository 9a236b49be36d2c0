// The bottleneck body that ResNet-50 and DeepLab share.
#pragma once

#include "builder.hpp"

namespace sd::zoo {

struct ResNet50Body {
  int stage1 = 0;  ///< operator: 256 channels at a quarter of the input's height and width
  int stage4 = 0;  ///< operator: 2048 channels
};

/// `dilated_last`: the last stage keeps the resolution of the one before (1/16 of the input) and
/// dilates its 3 x 3 convolutions by 2 instead, all but the first.
[[nodiscard]] ResNet50Body resnet50_body(Builder& b, bool dilated_last);

}  // namespace sd::zoo
