#include <fmt/format.h>

#include <array>

#include "families.hpp"
#include "resnet.hpp"

namespace sd::zoo {
namespace {

constexpr int width = 256;  // of the pyramid and of the decoder

/// One value a channel over the whole plane of side `size`, as upsampling of a single pixel does:
/// windows that see that pixel and pads only.
int spread(Builder& b, const std::string& name, int pixel, int size) {
  return b.max_pool(name, pixel, {.size = size, .stride = 1, .pad = size - 1});
}

/// Atrous spatial pyramid pooling at output stride 16.
int pyramid(Builder& b, int from) {
  std::vector<int> branches{b.convolution("aspp.0", from, {.filters = width})};
  for (const int rate : std::array{6, 12, 18}) {
    branches.push_back(b.convolution(fmt::format("aspp.{}", rate / 6), from,
                                     {.filters = width, .kernel = 3, .dilation = rate}));
  }
  const int pooled = b.global_average_pool("aspp.pool", from);
  const int pixel = b.convolution("aspp.4", pooled, {.filters = width});
  branches.push_back(spread(b, "aspp.spread", pixel, b.shape(from).height));
  return b.convolution("aspp.project", b.concat("aspp.concat", branches), {.filters = width});
}

}  // namespace

graph::Network deeplab_v3_plus(const Request& request) {
  Builder b = request.builder();
  const ResNet50Body body = resnet50_body(b, true);
  const int context = pyramid(b, body.stage4);
  const int low = b.convolution("decoder.low_level", body.stage1, {.filters = 48});
  // Upsampled by four, the pyramid's result would stand in the zeros' place.
  const int joined = b.subsample_pad("decoder.concat", low, {.channels_after = width});
  const int conv1 = b.convolution("decoder.conv1", joined, {.filters = width, .kernel = 3});
  const int conv2 = b.convolution("decoder.conv2", conv1, {.filters = width, .kernel = 3});
  const int classes =
      b.convolution("decoder.classes", conv2, {.filters = request.classes, .relu = false});
  return b.finish(imagenet_preprocessing(), {classes, context});
}

}  // namespace sd::zoo
