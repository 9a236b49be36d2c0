#include <fmt/format.h>

#include <array>

#include "families.hpp"

namespace sd::zoo {
namespace {

constexpr std::array filters_of_stage{64, 128, 256, 512, 512};

/// Convolutions of each stage: configurations A, D and E of table 1.
std::array<int, 5> convolutions(int layers) {
  if (layers == 11) return {1, 1, 2, 2, 2};
  if (layers == 16) return {2, 2, 3, 3, 3};
  return {2, 2, 4, 4, 4};
}

/// All convolutions, with a pool after each stage but, for CIFAR's small images, the last.
int features(Builder& b, int layers, bool last_pool) {
  int at = 0;
  for (std::size_t stage = 0; stage < filters_of_stage.size(); ++stage) {
    for (int i = 0; i < convolutions(layers)[stage]; ++i) {
      at = b.convolution(fmt::format("conv{}_{}", stage + 1, i + 1), at,
                         {.filters = filters_of_stage[stage], .kernel = 3});
    }
    if (stage + 1 < filters_of_stage.size() || last_pool) {
      at = b.max_pool(fmt::format("pool{}", stage + 1), at, {});
    }
  }
  return at;
}

}  // namespace

graph::Network vgg(const Request& request, int layers) {
  Builder b = request.builder();
  const int pooled = features(b, layers, true);
  const int fc6 = b.fully_connected("fc6", pooled, 4096, true);
  const int fc7 = b.fully_connected("fc7", fc6, 4096, true);
  b.fully_connected("fc8", fc7, request.classes);
  return b.finish(imagenet_preprocessing());
}

graph::Network vgg_cifar(const Request& request, int layers) {
  Builder b = request.builder();
  const int last = features(b, layers, false);
  b.fully_connected("classifier", b.global_average_pool("pool5", last), request.classes);
  return b.finish(cifar_preprocessing());
}

}  // namespace sd::zoo
