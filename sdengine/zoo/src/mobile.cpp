#include <fmt/format.h>

#include <array>
#include <cmath>
#include <span>

#include "families.hpp"

namespace sd::zoo {
namespace {

/// A row of the papers' tables: blocks of inverted residuals.
struct Stage {
  int expansion, filters, blocks, stride, kernel;
};

constexpr std::array mobilenet_stages{
    Stage{1, 16, 1, 1, 3}, Stage{6, 24, 2, 2, 3},  Stage{6, 32, 3, 2, 3}, Stage{6, 64, 4, 2, 3},
    Stage{6, 96, 3, 1, 3}, Stage{6, 160, 3, 2, 3}, Stage{6, 320, 1, 1, 3}};
constexpr std::array efficientnet_stages{
    Stage{1, 16, 1, 1, 3},  Stage{6, 24, 2, 2, 3},  Stage{6, 40, 2, 2, 5}, Stage{6, 80, 3, 2, 3},
    Stage{6, 112, 3, 1, 5}, Stage{6, 192, 4, 2, 5}, Stage{6, 320, 1, 1, 3}};

/// The gate of a squeeze-and-excite block, up to its sigmoid; returns its operator.
int gate(Builder& b, const std::string& name, int from, int squeezed) {
  const int pooled = b.global_average_pool(name + ".squeeze", from);
  const int reduce = b.convolution(name + ".reduce", pooled, {.filters = squeezed});
  return b.convolution(name + ".expand", reduce,
                       {.filters = b.shape(from).channels, .relu = false});
}

/// Both networks: stem, stages, head of 1280 channels. `gates`, where given, collects the
/// squeeze-and-excite gates (a quarter of the block's input channels wide).
int body(Builder& b, std::span<const Stage> stages, std::vector<int>* gates) {
  int branches = 0;
  for (const Stage& stage : stages) branches += stage.blocks - 1;
  const double gain = 1 / std::sqrt(static_cast<double>(branches));

  int at = b.convolution("stem", 0, {.filters = 32, .kernel = 3, .stride = 2, .clip6 = true});
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (int block = 0; block < stages[s].blocks; ++block) {
      const std::string name = fmt::format("stage{}.{}", s + 1, block);
      const int from = at;
      const int narrow = b.shape(from).channels;
      const int wide = narrow * stages[s].expansion;
      if (wide != narrow) {
        at = b.convolution(name + ".expand", at, {.filters = wide, .clip6 = true});
      }
      at = b.convolution(name + ".depthwise", at,
                         {.filters = wide,
                          .kernel = stages[s].kernel,
                          .stride = block == 0 ? stages[s].stride : 1,
                          .groups = wide,
                          .clip6 = true});
      if (gates != nullptr) gates->push_back(gate(b, name + ".gate", at, narrow / 4));
      const bool residual = block > 0;
      at = b.convolution(
          name + ".project", at,
          {.filters = stages[s].filters, .relu = false, .gain = residual ? gain : 1.0});
      if (residual) at = b.add(name + ".add", at, from, false);
    }
  }
  return b.convolution("head", at, {.filters = 1280, .clip6 = true});
}

}  // namespace

graph::Network mobilenet_v2(const Request& request) {
  Builder b = request.builder();
  const int head = body(b, mobilenet_stages, nullptr);
  b.fully_connected("fc", b.global_average_pool("avgpool", head), request.classes);
  return b.finish(imagenet_preprocessing());
}

graph::Network efficientnet_b0(const Request& request) {
  Builder b = request.builder();
  std::vector<int> gates;
  const int head = body(b, efficientnet_stages, &gates);
  const int fc = b.fully_connected("fc", b.global_average_pool("avgpool", head), request.classes);
  gates.insert(gates.begin(), fc);
  return b.finish(imagenet_preprocessing(), std::move(gates));
}

}  // namespace sd::zoo
