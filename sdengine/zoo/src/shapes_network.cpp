#include "families.hpp"
#include "sdengine/zoo/zoo.hpp"

namespace sd::zoo {

graph::Network shapes(const Request& request) {
  Builder b = request.builder();
  const int conv1 = b.convolution("conv1", 0, {.filters = 16, .kernel = 3});
  const int pool1 = b.max_pool("pool1", conv1, {});
  const int conv2 = b.convolution("conv2", pool1, {.filters = 32, .kernel = 3});
  const int conv3 = b.convolution("conv3", conv2, {.filters = 32, .kernel = 3});
  const int conv4 = b.convolution("conv4", conv3, {.filters = 32, .kernel = 3, .relu = false});
  const int add4 = b.add("add4", conv4, conv2, true);
  const int conv5 = b.convolution("conv5", add4, {.filters = 48, .kernel = 3, .stride = 2});
  const int conv6 = b.convolution("conv6", conv5, {.filters = 48});
  const int conv7 = b.convolution("conv7", conv6, {.filters = 48, .kernel = 3});
  const int pool7 = b.global_average_pool("pool7", conv7);
  b.fully_connected("fc", pool7, request.classes);
  graph::Network network = b.finish({.mean = {0.5F}, .stddev = {0.25F}, .from_model = true});
  if (request.classes == 10) {
    network.class_names = {"arrow",     "circle",     "crescent", "cross", "ellipse",
                           "rectangle", "semicircle", "square",   "star",  "triangle"};
  }
  return network;
}

graph::Network shapes_network(std::uint64_t seed) {
  return build("shapes", seed);
}

}  // namespace sd::zoo
