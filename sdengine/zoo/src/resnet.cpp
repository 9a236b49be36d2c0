#include "resnet.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "families.hpp"

namespace sd::zoo {
namespace {

constexpr std::array widths{64, 128, 256, 512};

int stem(Builder& b) {
  const int conv1 = b.convolution("conv1", 0, {.filters = 64, .kernel = 7, .stride = 2});
  return b.max_pool("maxpool", conv1, {.size = 3, .stride = 2, .pad = 1});
}

/// The input itself where it has the branch's shape, else a strided 1 x 1 convolution (option B).
int shortcut(Builder& b, const std::string& block, int from, int filters, int stride) {
  if (stride == 1 && b.shape(from).channels == filters) return from;
  return b.convolution(block + ".downsample", from,
                       {.filters = filters, .stride = stride, .relu = false});
}

int basic_block(Builder& b, const std::string& name, int from, int width, int stride, double gain) {
  const int conv1 =
      b.convolution(name + ".conv1", from, {.filters = width, .kernel = 3, .stride = stride});
  const int conv2 = b.convolution(name + ".conv2", conv1,
                                  {.filters = width, .kernel = 3, .relu = false, .gain = gain});
  return b.add(name + ".add", conv2, shortcut(b, name, from, width, stride), true);
}

int bottleneck(Builder& b, const std::string& name, int from, int width, int stride, int dilation,
               double gain) {
  const int conv1 = b.convolution(name + ".conv1", from, {.filters = width});
  const int conv2 =
      b.convolution(name + ".conv2", conv1,
                    {.filters = width, .kernel = 3, .stride = stride, .dilation = dilation});
  const int conv3 =
      b.convolution(name + ".conv3", conv2, {.filters = 4 * width, .relu = false, .gain = gain});
  return b.add(name + ".add", conv3, shortcut(b, name, from, 4 * width, stride), true);
}

graph::Network classifier(Builder& b, int from, int classes) {
  b.fully_connected("fc", b.global_average_pool("avgpool", from), classes);
  return b.finish(imagenet_preprocessing());
}

}  // namespace

ResNet50Body resnet50_body(Builder& b, bool dilated_last) {
  constexpr std::array blocks{3, 4, 6, 3};
  const double gain = 1 / std::sqrt(16.0);
  ResNet50Body body;
  int at = stem(b);
  for (std::size_t stage = 0; stage < widths.size(); ++stage) {
    const bool dilated = dilated_last && stage == 3;
    for (int block = 0; block < blocks[stage]; ++block) {
      const int stride = block == 0 && stage > 0 && !dilated ? 2 : 1;
      const int dilation = block > 0 && dilated ? 2 : 1;
      at = bottleneck(b, fmt::format("layer{}.{}", stage + 1, block), at, widths[stage], stride,
                      dilation, gain);
    }
    if (stage == 0) body.stage1 = at;
  }
  body.stage4 = at;
  return body;
}

graph::Network resnet18(const Request& request) {
  Builder b = request.builder();
  const double gain = 1 / std::sqrt(8.0);
  int at = stem(b);
  for (std::size_t stage = 0; stage < widths.size(); ++stage) {
    for (int block = 0; block < 2; ++block) {
      at = basic_block(b, fmt::format("layer{}.{}", stage + 1, block), at, widths[stage],
                       block == 0 && stage > 0 ? 2 : 1, gain);
    }
  }
  return classifier(b, at, request.classes);
}

graph::Network resnet50(const Request& request) {
  Builder b = request.builder();
  return classifier(b, resnet50_body(b, false).stage4, request.classes);
}

}  // namespace sd::zoo
