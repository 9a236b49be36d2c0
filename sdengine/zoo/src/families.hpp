// One function a family of networks, each in the file of its name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "builder.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::zoo {

/// What build() hands on, checked and with the catalogue's numbers in place of zeros.
struct Request {
  std::string name;
  graph::TensorShape input;
  int classes = 0;
  std::uint64_t seed = 0;
  bool weights = true;

  [[nodiscard]] Builder builder() const { return {name, input, seed, weights}; }
};

[[nodiscard]] graph::Network shapes(const Request& request);
/// 784-300-100-10 of LeCun et al. (1998), with ReLU.
[[nodiscard]] graph::Network mlp(const Request& request);
/// LeCun et al. (1998), with ReLU, whole connections in the second convolution, plain average pools
/// and a linear classifier.
[[nodiscard]] graph::Network lenet5(const Request& request);
/// The 20-50-500 form of the Caffe model zoo, which the compression literature calls LeNet-5.
[[nodiscard]] graph::Network lenet5_caffe(const Request& request);

/// Simonyan and Zisserman (2015), configurations A, D and E for 11, 16 and 19 layers.
[[nodiscard]] graph::Network vgg(const Request& request, int layers);
/// The same convolutions, each with batch norm; a 2 x 2 average after the last and one classifier
/// (as in Liu et al., "Network slimming", 2017).
[[nodiscard]] graph::Network vgg_cifar(const Request& request, int layers);

/// He et al. (2016), two 3 x 3 convolutions a block.
[[nodiscard]] graph::Network resnet18(const Request& request);
/// He et al. (2016), bottlenecks; the stride is at the 3 x 3 convolution, as in torchvision.
[[nodiscard]] graph::Network resnet50(const Request& request);
/// He et al. (2016), section 4.2: 6 n + 2 layers, shortcuts without weights (option A).
[[nodiscard]] graph::Network resnet_cifar(const Request& request, int layers);
/// He et al., "Identity mappings" (2016): 9 n + 2 layers, pre-activation bottlenecks. The batch
/// norm before a block acts on the sum of all branches so far, so that no convolution can take it
/// in: it is a depthwise 1 x 1 convolution here, which is exact. The two inside a block are folded.
[[nodiscard]] graph::Network preactivation_resnet(const Request& request, int layers);

/// Sandler et al. (2018), width 1.
[[nodiscard]] graph::Network mobilenet_v2(const Request& request);
/// Tan and Le (2019). ReLU6 in place of swish; the product of a gate with its feature map is left
/// out: gates end as outputs 1 to 16.
[[nodiscard]] graph::Network efficientnet_b0(const Request& request);
/// Chen et al. (2018) over ResNet-50 with output stride 16 and rates 6, 12, 18. Upsampling is left
/// out: the decoder reads zeros in its place; the pyramid's result is output 1.
[[nodiscard]] graph::Network deeplab_v3_plus(const Request& request);

/// (value / 255 - mean) / deviation of the data sets' training images.
[[nodiscard]] graph::Preprocessing imagenet_preprocessing();
[[nodiscard]] graph::Preprocessing cifar_preprocessing();
[[nodiscard]] graph::Preprocessing mnist_preprocessing();

}  // namespace sd::zoo
