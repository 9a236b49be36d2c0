#include <fmt/format.h>

#include <array>
#include <cmath>

#include "families.hpp"

namespace sd::zoo {
namespace {

constexpr std::array widths{16, 32, 64};

graph::Network classifier(Builder& b, int from, int classes) {
  b.fully_connected("fc", b.global_average_pool("avgpool", from), classes);
  return b.finish(cifar_preprocessing());
}

/// Option A: every second pixel, and the new channels zero, half of them before and half after.
int option_a(Builder& b, const std::string& block, int from, int width) {
  const int more = width - b.shape(from).channels;
  if (more == 0) return from;
  return b.subsample_pad(block + ".shortcut", from,
                         {.stride_height = 2,
                          .stride_width = 2,
                          .channels_before = more / 2,
                          .channels_after = more - more / 2});
}

int basic_block(Builder& b, const std::string& name, int from, int width, int stride, double gain) {
  const int conv1 =
      b.convolution(name + ".conv1", from, {.filters = width, .kernel = 3, .stride = stride});
  const int conv2 = b.convolution(name + ".conv2", conv1,
                                  {.filters = width, .kernel = 3, .relu = false, .gain = gain});
  return b.add(name + ".add", conv2, option_a(b, name, from, width), true);
}

/// Where the shape changes, the shortcut's projection reads the activated input, as the branch
/// does.
int preactivation_block(Builder& b, const std::string& name, int from, int width, int stride,
                        double gain) {
  const int active = b.batch_norm_relu(name + ".bn1", from);
  const int conv1 = b.convolution(name + ".conv1", active, {.filters = width});
  const int conv2 =
      b.convolution(name + ".conv2", conv1, {.filters = width, .kernel = 3, .stride = stride});
  const int conv3 =
      b.convolution(name + ".conv3", conv2, {.filters = 4 * width, .relu = false, .gain = gain});
  const bool projected = b.shape(from).channels != 4 * width;
  const int shortcut = projected
                           ? b.convolution(name + ".downsample", active,
                                           {.filters = 4 * width, .stride = stride, .relu = false})
                           : from;
  return b.add(name + ".add", conv3, shortcut, false);
}

}  // namespace

graph::Network resnet_cifar(const Request& request, int layers) {
  const int blocks = (layers - 2) / 6;
  const double gain = 1 / std::sqrt(3.0 * blocks);
  Builder b = request.builder();
  int at = b.convolution("conv1", 0, {.filters = 16, .kernel = 3});
  for (std::size_t stage = 0; stage < widths.size(); ++stage) {
    for (int block = 0; block < blocks; ++block) {
      at = basic_block(b, fmt::format("layer{}.{}", stage + 1, block), at, widths[stage],
                       block == 0 && stage > 0 ? 2 : 1, gain);
    }
  }
  return classifier(b, at, request.classes);
}

graph::Network preactivation_resnet(const Request& request, int layers) {
  const int blocks = (layers - 2) / 9;
  const double gain = 1 / std::sqrt(3.0 * blocks);
  Builder b = request.builder();
  int at = b.convolution("conv1", 0, {.filters = 16, .kernel = 3, .relu = false});
  for (std::size_t stage = 0; stage < widths.size(); ++stage) {
    for (int block = 0; block < blocks; ++block) {
      at = preactivation_block(b, fmt::format("layer{}.{}", stage + 1, block), at, widths[stage],
                               block == 0 && stage > 0 ? 2 : 1, gain);
    }
  }
  return classifier(b, b.batch_norm_relu("bn", at), request.classes);
}

}  // namespace sd::zoo
