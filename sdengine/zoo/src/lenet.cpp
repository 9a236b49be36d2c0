#include "families.hpp"

namespace sd::zoo {

graph::Network mlp(const Request& request) {
  Builder b = request.builder();
  const int fc1 = b.fully_connected("fc1", 0, 300, true);
  const int fc2 = b.fully_connected("fc2", fc1, 100, true);
  b.fully_connected("fc3", fc2, request.classes);
  return b.finish(mnist_preprocessing());
}

graph::Network lenet5(const Request& request) {
  Builder b = request.builder();
  // The paper centres 28 x 28 digits in 32 x 32 pixels: a pad of 2.
  const int c1 = b.convolution("c1", 0, {.filters = 6, .kernel = 5, .pad = 2});
  const int s2 = b.average_pool("s2", c1, {});
  const int c3 = b.convolution("c3", s2, {.filters = 16, .kernel = 5, .pad = 0});
  const int s4 = b.average_pool("s4", c3, {});
  const int c5 = b.fully_connected("c5", s4, 120, true);
  const int f6 = b.fully_connected("f6", c5, 84, true);
  b.fully_connected("output", f6, request.classes);
  return b.finish(mnist_preprocessing());
}

graph::Network lenet5_caffe(const Request& request) {
  Builder b = request.builder();
  const int conv1 =
      b.convolution("conv1", 0, {.filters = 20, .kernel = 5, .pad = 0, .relu = false});
  const int pool1 = b.max_pool("pool1", conv1, {});
  const int conv2 =
      b.convolution("conv2", pool1, {.filters = 50, .kernel = 5, .pad = 0, .relu = false});
  const int pool2 = b.max_pool("pool2", conv2, {});
  const int ip1 = b.fully_connected("ip1", pool2, 500, true);
  b.fully_connected("ip2", ip1, request.classes);
  return b.finish(mnist_preprocessing());
}

}  // namespace sd::zoo
