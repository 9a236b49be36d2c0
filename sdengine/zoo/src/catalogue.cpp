#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "families.hpp"
#include "sdengine/zoo/zoo.hpp"

namespace sd::zoo {
namespace {

constexpr int max_classes = 100'000;
constexpr int max_input_size = 4096;

using Make = graph::Network (*)(const Request&);

struct Listed {
  Entry entry;
  Make make;
};

template <int layers, graph::Network family(const Request&, int)>
graph::Network sized(const Request& request) {
  return family(request, layers);
}

const std::vector<Listed>& list() {
  static const std::vector<Listed> networks{
      {{"shapes", "the built-in network of ten generated shapes", 1, 32, 10, ""}, shapes},
      {{"mlp", "784-300-100-10 (LeCun et al. 1998), MNIST", 1, 28, 10, ""}, mlp},
      {{"lenet5", "LeNet-5 (LeCun et al. 1998), MNIST", 1, 28, 10, ""}, lenet5},
      {{"lenet5-caffe", "LeNet-5 as Caffe has it, MNIST", 1, 28, 10, ""}, lenet5_caffe},
      {{"vgg11-cifar", "VGG-11, CIFAR form", 3, 32, 10, ""}, sized<11, vgg_cifar>},
      {{"vgg16-cifar", "VGG-16, CIFAR form", 3, 32, 10, ""}, sized<16, vgg_cifar>},
      {{"vgg19-cifar", "VGG-19, CIFAR form (Liu et al. 2017)", 3, 32, 10, ""},
       sized<19, vgg_cifar>},
      {{"resnet20", "ResNet-20 (He et al. 2016), CIFAR", 3, 32, 10, ""}, sized<20, resnet_cifar>},
      {{"resnet56", "ResNet-56 (He et al. 2016), CIFAR", 3, 32, 10, ""}, sized<56, resnet_cifar>},
      {{"resnet110", "ResNet-110 (He et al. 2016), CIFAR", 3, 32, 10, ""},
       sized<110, resnet_cifar>},
      {{"resnet164", "pre-activation ResNet-164 (He et al. 2016), CIFAR", 3, 32, 10, ""},
       sized<164, preactivation_resnet>},
      {{"vgg11", "VGG-11 (Simonyan and Zisserman 2015), ImageNet", 3, 224, 1000, ""},
       sized<11, vgg>},
      {{"vgg16", "VGG-16 (Simonyan and Zisserman 2015), ImageNet", 3, 224, 1000, ""},
       sized<16, vgg>},
      {{"vgg19", "VGG-19 (Simonyan and Zisserman 2015), ImageNet", 3, 224, 1000, ""},
       sized<19, vgg>},
      {{"resnet18", "ResNet-18 (He et al. 2016), ImageNet", 3, 224, 1000, ""}, resnet18},
      {{"resnet50", "ResNet-50 (He et al. 2016), ImageNet", 3, 224, 1000, ""}, resnet50},
      {{"mobilenetv2", "MobileNetV2 1.0 (Sandler et al. 2018), ImageNet", 3, 224, 1000, ""},
       mobilenet_v2},
      {{"efficientnet-b0", "EfficientNet-B0 (Tan and Le 2019), ImageNet", 3, 224, 1000,
        "swish (ReLU6 in its place, ReLU in the gates) and the product of the 16 "
        "squeeze-and-excite "
        "gates with their feature maps (the gates are outputs of their own)"},
       efficientnet_b0},
      {{"deeplabv3plus-resnet50", "DeepLabV3+ (Chen et al. 2018) over ResNet-50, PASCAL VOC", 3,
        513, 21,
        "both bilinear upsamplings (the decoder reads zeros in place of the pyramid's result, "
        "which "
        "is an output of its own; the class map stays at a quarter of the input's size)"},
       deeplab_v3_plus},
  };
  return networks;
}

const Listed& find(std::string_view name) {
  const auto found = std::find_if(list().begin(), list().end(),
                                  [&](const Listed& listed) { return listed.entry.name == name; });
  if (found == list().end()) {
    throw ZooError(fmt::format("there is no built-in network '{}'; the names are {}", name,
                               fmt::join(names(), ", ")));
  }
  return *found;
}

int chosen(const char* what, int option, int published, int limit) {
  if (option == 0) return published;
  if (option < 1 || option > limit) {
    throw ZooError(
        fmt::format("{} of {} was asked for; the allowed range is 1 to {}", what, option, limit));
  }
  return option;
}

}  // namespace

const std::vector<Entry>& catalogue() {
  static const std::vector<Entry> entries = [] {
    std::vector<Entry> result;
    for (const Listed& listed : list()) result.push_back(listed.entry);
    return result;
  }();
  return entries;
}

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const Entry& entry : catalogue()) result.push_back(entry.name);
  return result;
}

graph::Network build(std::string_view name, std::uint64_t seed, const Options& options) {
  const Listed& listed = find(name);
  const Entry& entry = listed.entry;
  const int size = chosen("an input size", options.input_size, entry.input_size, max_input_size);
  const int classes = chosen("a number of classes", options.classes, entry.classes, max_classes);
  graph::Network network =
      listed.make({entry.name, {entry.channels, size, size}, classes, seed, options.weights});
  if (!entry.left_out.empty()) network.notes.push_back("left out: " + entry.left_out);
  return network;
}

}  // namespace sd::zoo
