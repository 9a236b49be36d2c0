// The zoo's networks against the numbers that their papers and the usual frameworks publish. All by
// shapes: nothing here draws a weight.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "sdengine/zoo/network_size.hpp"
#include "sdengine/zoo/zoo.hpp"

namespace sd::zoo {
namespace {

using graph::Network;
using graph::Operator;
using graph::OperatorKind;

enum class Style { plain, batch_norm, preactivation, efficientnet };

/// Trained numbers a filter besides its weights: none, a bias, or a batch norm's factor and bias.
int numbers_per_filter(const Operator& op, Style style) {
  const std::string_view name = op.name;
  if (op.kind == OperatorKind::fully_connected || style == Style::plain) return 1;
  if (style == Style::efficientnet && name.find(".gate.") != name.npos) return 1;
  if (style != Style::preactivation) return 2;
  // The depthwise 1 x 1 convolution is a batch norm: its factors are its weights.
  if (op.groups > 1) return 1;
  const bool norm_follows =
      name != "conv1" && (name.ends_with(".conv1") || name.ends_with(".conv2"));
  return norm_follows ? 2 : 0;
}

/// As frameworks count them: with batch norm's factors, without its running statistics.
std::int64_t parameters(const Network& network, Style style) {
  std::int64_t sum = 0;
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) {
    const Operator& op = network.operators[static_cast<std::size_t>(i)];
    if (!op.has_weights()) continue;
    sum += weight_shape(network, i).count() +
           std::int64_t{op.output.channels} * numbers_per_filter(op, style);
  }
  return sum;
}

/// Without those of batch norms that stand as operators, which nobody publishes.
std::int64_t published_macs(const Network& network, Style style) {
  std::int64_t sum = size_of(network).macs;
  if (style != Style::preactivation) return sum;
  for (const Operator& op : network.operators) {
    if (op.groups > 1) sum -= static_cast<std::int64_t>(op.output.elements());
  }
  return sum;
}

struct Published {
  const char* name;
  Style style;
  double parameters, parameters_unit;  ///< unit: of the last digit published; 1: exact
  double macs, macs_unit;
};

// lenet5, mlp, lenet5-caffe: sums over the layers of the papers and of Caffe's prototxt (Han et al.
//   2015 have 267K and 431K).
// resnet20 to 110: He et al. 2016, table 6 (0.27, 0.85, 1.7 M); exact: Idelbayev's
//   pytorch_resnet_cifar10. Multiply-accumulates of 56 and 110: Li et al. 2017, table 1.
// vgg16-cifar: Li et al. 2017 (1.5e7; 3.13e8). vgg19-cifar, resnet164: Liu et al. 2017, table 1
//   (20.04 M, 7.97e8; 1.70 M, 4.99e8 operations, two a multiply-accumulate
//   and up to 1 % for batch norm and biases).
// vgg11-cifar: sum over its layers (kuangliu's pytorch-cifar has the same 9.23 M).
// ImageNet: torchvision's documentation (num_params, GFLOPS); the papers have 138 M (VGG-16),
//   3.4 M and 300 M (MobileNetV2), 5.3 M and 0.39 G (EfficientNet-B0).
constexpr Published published[]{
    {"mlp", Style::plain, 266'610, 1, 266'200, 1},
    {"lenet5", Style::plain, 61'706, 1, 416'520, 1},
    {"lenet5-caffe", Style::plain, 431'080, 1, 2'293'000, 1},
    {"resnet20", Style::batch_norm, 269'722, 1, 41e6, 1e6},
    {"resnet56", Style::batch_norm, 853'018, 1, 1.25e8, 1e6},
    {"resnet110", Style::batch_norm, 1'727'962, 1, 2.53e8, 1e6},
    {"resnet164", Style::preactivation, 1.70e6, 1e4, 2.495e8, 5e6},
    {"vgg11-cifar", Style::batch_norm, 9.23e6, 1e4, 153e6, 1e6},
    {"vgg16-cifar", Style::batch_norm, 1.5e7, 1e6, 3.13e8, 1e6},
    {"vgg19-cifar", Style::batch_norm, 20.04e6, 1e4, 3.985e8, 8e6},
    {"vgg11", Style::plain, 132'863'336, 1, 7.609e9, 1e6},
    {"vgg16", Style::plain, 138'357'544, 1, 15.47e9, 1e7},
    {"vgg19", Style::plain, 143'667'240, 1, 19.632e9, 1e6},
    {"resnet18", Style::batch_norm, 11'689'512, 1, 1.814e9, 1e6},
    {"resnet50", Style::batch_norm, 25'557'032, 1, 4.089e9, 1e6},
    {"mobilenetv2", Style::batch_norm, 3'504'872, 1, 0.301e9, 1e6},
    {"efficientnet-b0", Style::efficientnet, 5'288'548, 1, 0.386e9, 1e6},
};

Network shapes_only(std::string_view name) {
  return build(name, 1, {.weights = false});
}

TEST(PublishedSizes, ParametersAndMultiplyAccumulates) {
  for (const Published& p : published) {
    const Network network = shapes_only(p.name);
    EXPECT_NEAR(static_cast<double>(parameters(network, p.style)), p.parameters,
                p.parameters_unit == 1 ? 0 : p.parameters_unit / 2)
        << p.name;
    EXPECT_NEAR(static_cast<double>(published_macs(network, p.style)), p.macs,
                p.macs_unit == 1 ? 0 : p.macs_unit / 2)
        << p.name;
  }
}

TEST(PublishedSizes, EveryNetworkOfTheCatalogueIsHeldToSomeNumber) {
  for (const std::string& name : names()) {
    const bool elsewhere = name == "shapes" || name == "deeplabv3plus-resnet50";
    EXPECT_TRUE(elsewhere || std::any_of(std::begin(published), std::end(published),
                                         [&](const Published& p) { return p.name == name; }))
        << name;
  }
}

int find(const Network& network, std::string_view name) {
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) {
    if (network.operators[static_cast<std::size_t>(i)].name == name) return i;
  }
  ADD_FAILURE() << "no operator " << name;
  return 0;
}

// ResNet-50 without its classifier (25,557,032 - 2,049,000), and the layers that Chen et al. 2017
// (section 3.3: the pyramid, 256 filters each) and 2018 (sections 3.1 and 4.1: 48 low-level
// channels, two 3 x 3 convolutions of 256) name.
TEST(PublishedSizes, DeepLabIsTheBodyThePyramidAndTheDecoder) {
  const Network network = shapes_only("deeplabv3plus-resnet50");
  const std::int64_t pyramid = 2 * 2048 * 256 + 3 * 2048 * 256 * 9 + 5 * 256 * 256 + 6 * 2 * 256;
  const std::int64_t decoder = 256 * 48 + 2 * 48 + (256 + 48) * 256 * 9 + 2 * 256 + 256 * 256 * 9 +
                               2 * 256 + 256 * 21 + 2 * 21;
  EXPECT_EQ(parameters(network, Style::batch_norm), 23'508'032 + pyramid + decoder);

  // 513 pixels: a quarter is 129, a sixteenth 33.
  const auto shape = [&](std::string_view name) {
    return network.operators[static_cast<std::size_t>(find(network, name))].output;
  };
  EXPECT_EQ(shape("layer1.2.add"), (graph::TensorShape{256, 129, 129}));
  EXPECT_EQ(shape("layer4.2.add"), (graph::TensorShape{2048, 33, 33}));
  EXPECT_EQ(shape("aspp.4"), (graph::TensorShape{256, 1, 1}));
  EXPECT_EQ(shape("aspp.concat"), (graph::TensorShape{1280, 33, 33}));
  EXPECT_EQ(shape("decoder.concat"), (graph::TensorShape{304, 129, 129}));
  ASSERT_EQ(network.outputs.size(), 2u);
  EXPECT_EQ(network.outputs[0], find(network, "decoder.classes"));
  EXPECT_EQ(network.outputs[1], find(network, "aspp.project"));
  EXPECT_EQ(shape("decoder.classes"), (graph::TensorShape{21, 129, 129}));
  for (const int rate : {1, 2, 3}) {
    const int branch = find(network, "aspp." + std::to_string(rate));
    EXPECT_EQ(network.operators[static_cast<std::size_t>(branch)].window.dilation_height, 6 * rate);
  }
}

TEST(PublishedSizes, LayersOfTheLiteratureAreThere) {
  // "VGG-19 on CIFAR: 16 convolutions and one classifier".
  const Network vgg = shapes_only("vgg19-cifar");
  EXPECT_EQ(size_of(vgg).layers, 17);
  EXPECT_EQ(size_of(vgg).weights, 20'018'880 + 5'120);
  EXPECT_EQ(weight_shape(vgg, find(vgg, "classifier")), (WeightShape{10, 512, 1, 1}));
  EXPECT_EQ(weight_shape(vgg, find(vgg, "conv3_1")), (WeightShape{256, 128, 3, 3}));
  EXPECT_EQ(weight_shape(vgg, find(vgg, "pool3")), (WeightShape{0, 0, 0, 0}));
  EXPECT_EQ(size_of(shapes_only("resnet20")).layers, 20);
  EXPECT_EQ(size_of(shapes_only("resnet56")).layers, 56);
  EXPECT_EQ(size_of(shapes_only("resnet110")).layers, 110);
  EXPECT_EQ(size_of(shapes_only("resnet18")).layers, 18 + 3);  // three projections
  EXPECT_EQ(size_of(shapes_only("resnet50")).layers, 50 + 4);
  // 163 convolutions, three projections, 54 batch norms before blocks and the last, the classifier.
  EXPECT_EQ(size_of(shapes_only("resnet164")).layers, 163 + 3 + 55 + 1);
  const Network mobile = shapes_only("mobilenetv2");
  EXPECT_EQ(weight_shape(mobile, find(mobile, "stage2.0.depthwise")), (WeightShape{96, 1, 3, 3}));
  const Network efficient = shapes_only("efficientnet-b0");
  EXPECT_EQ(efficient.outputs.size(), 17u);
  EXPECT_EQ(weight_shape(efficient, find(efficient, "stage1.0.gate.reduce")),
            (WeightShape{8, 32, 1, 1}));
  EXPECT_EQ(weight_shape(efficient, find(efficient, "stage3.1.depthwise")),
            (WeightShape{240, 1, 5, 5}));
}

}  // namespace
}  // namespace sd::zoo
