#include "sdengine/zoo/zoo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "sdengine/graph/onnx_export.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/zoo/network_size.hpp"

namespace sd::zoo {
namespace {

using graph::Network;
using graph::Operator;
using graph::OperatorKind;

std::string error_of(std::string_view name, const Options& options) {
  try {
    (void)build(name, 1, options);
  } catch (const ZooError& error) {
    return error.what();
  }
  return "no error";
}

/// Zeros in place of weights that were not asked for.
void add_zeros(Network& network) {
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) {
    Operator& op = network.operators[static_cast<std::size_t>(i)];
    op.weights.assign(static_cast<std::size_t>(weight_shape(network, i).count()), 0.0F);
    if (op.has_weights()) op.bias.assign(static_cast<std::size_t>(op.output.channels), 0.0F);
  }
}

// Small images keep the big classifiers small; the shapes of all other weights stay.
TEST(Zoo, EveryNetworkIsValid) {
  for (const Entry& entry : catalogue()) {
    Network network =
        build(entry.name, 1,
              {.classes = 5, .input_size = entry.input_size > 32 ? 32 : 0, .weights = false});
    EXPECT_EQ(network.name, entry.name);
    EXPECT_EQ(network.input_shape().channels, entry.channels);
    EXPECT_EQ(network.operators[static_cast<std::size_t>(network.outputs.at(0))].output.channels,
              5);
    EXPECT_EQ(network.notes.empty(), entry.left_out.empty()) << entry.name;
    add_zeros(network);
    EXPECT_NO_THROW(graph::validate(network)) << entry.name;
    std::int64_t macs = 0;
    for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) macs += network.macs(i);
    EXPECT_EQ(size_of(network).macs, macs) << entry.name;
  }
}

TEST(Zoo, WithWeightsToo) {
  for (const char* name : {"mlp", "lenet5", "lenet5-caffe", "resnet20", "resnet164", "mobilenetv2",
                           "efficientnet-b0"}) {
    const Network network = build(name, 1, {.input_size = 28});
    EXPECT_NO_THROW(graph::validate(network)) << name;
    std::int64_t weights = 0;
    for (const Operator& op : network.operators) {
      weights += static_cast<std::int64_t>(op.weights.size());
    }
    EXPECT_EQ(size_of(network).weights, weights) << name;
  }
}

TEST(Zoo, NetworksSurviveOnnx) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("sd_zoo_" + std::to_string(getpid()) + ".onnx");
  for (const char* name : {"lenet5", "resnet20", "resnet164", "efficientnet-b0"}) {
    const Network network = build(name, 1, {.input_size = 28});
    graph::export_onnx(network, file);
    const Network back = graph::import_onnx(file);
    ASSERT_EQ(back.operators.size(), network.operators.size()) << name;
    for (std::size_t i = 0; i < network.operators.size(); ++i) {
      const Operator &a = network.operators[i], &b = back.operators[i];
      EXPECT_EQ(a.kind, b.kind) << name << " " << a.name;
      EXPECT_EQ(a.inputs, b.inputs) << name << " " << a.name;
      EXPECT_EQ(a.output, b.output) << name << " " << a.name;
      EXPECT_EQ(a.weights, b.weights) << name << " " << a.name;
    }
    EXPECT_EQ(back.outputs, network.outputs) << name;
  }
  std::filesystem::remove(file);
}

TEST(Zoo, WithoutWeightsTheShapesAreThoseOfThePublishedInput) {
  for (const Entry& entry : catalogue()) {
    const Network network = build(entry.name, 1, {.weights = false});
    EXPECT_EQ(network.input_shape(),
              (graph::TensorShape{entry.channels, entry.input_size, entry.input_size}));
    EXPECT_EQ(network.operators[static_cast<std::size_t>(network.outputs.at(0))].output.channels,
              entry.classes);
    for (const Operator& op : network.operators) {
      EXPECT_TRUE(op.weights.empty() && op.bias.empty()) << entry.name << " " << op.name;
    }
  }
}

TEST(Zoo, WeightsComeFromTheSeed) {
  const Network a = build("resnet20", 7), b = build("resnet20", 7), c = build("resnet20", 8);
  for (std::size_t i = 0; i < a.operators.size(); ++i) {
    EXPECT_EQ(a.operators[i].weights, b.operators[i].weights);
    if (!a.operators[i].has_weights()) continue;
    EXPECT_NE(a.operators[i].weights, c.operators[i].weights);
  }
  // Drawn without libm: the same on every machine.
  EXPECT_EQ(build("shapes", 1).operators[1].weights, shapes_network(1).operators[1].weights);
  EXPECT_EQ(shapes_network(1).operators[1].weights[0], 0.671444118F);
}

double relative_variance(const Operator& op) {
  double squares = 0;
  for (const double w : op.weights) squares += w * w;
  const double fan_in = static_cast<double>(op.weights.size()) / op.output.channels;
  return squares / static_cast<double>(op.weights.size()) * fan_in / 2;
}

TEST(Zoo, DeviationIsHesAndLessAtTheEndOfABranch) {
  const Network network = build("resnet56", 3);
  for (const Operator& op : network.operators) {
    if (!op.has_weights()) continue;
    const double expected = op.name.ends_with(".conv2") ? 1.0 / 27 : 1.0;
    const double error = std::sqrt(2.0 / static_cast<double>(op.weights.size()));
    EXPECT_NEAR(relative_variance(op) / expected, 1, 5 * error) << op.name;
  }
}

TEST(Zoo, ABatchNormThatCannotBeFoldedIsADepthwiseConvolution) {
  const Network network = build("resnet164", 3);
  int found = 0;
  for (const Operator& op : network.operators) {
    if (op.kind != OperatorKind::convolution || op.groups == 1) continue;
    ++found;
    EXPECT_EQ(op.groups, op.output.channels);
    EXPECT_TRUE(op.relu);
    EXPECT_THAT(op.weights, testing::Each(1.0F));
  }
  EXPECT_EQ(found, 55);
}

TEST(Zoo, OptionsChangeInputAndClassifier) {
  const Network network = build("vgg19-cifar", 1, {.classes = 100, .weights = false});
  EXPECT_EQ(network.operators.back().output.channels, 100);
  EXPECT_EQ(
      build("resnet18", 1, {.input_size = 64, .weights = false}).operators.back().output.channels,
      1000);
}

TEST(Zoo, ErrorsSayWhatToDo) {
  EXPECT_EQ(error_of("resnet21", {}).substr(0, 74),
            "there is no built-in network 'resnet21'; the names are shapes, mlp, lenet5");
  EXPECT_EQ(error_of("resnet20", {.classes = -1}),
            "a number of classes of -1 was asked for; the allowed range is 1 to 100000");
  EXPECT_EQ(error_of("resnet20", {.input_size = 5000}),
            "an input size of 5000 was asked for; the allowed range is 1 to 4096");
  EXPECT_EQ(error_of("vgg16", {.input_size = 20}),
            "network 'vgg16' cannot be built for an input of 20 x 20 pixels: nothing is left at "
            "'pool5'; choose a larger input size");
  EXPECT_EQ(error_of("vgg11", {.input_size = 1024, .weights = false}),
            "network 'vgg11' would have 2147483648 weights at 'fc6'; the limit is 536870912; "
            "choose a smaller input size or fewer classes");
  EXPECT_EQ(error_of("vgg16-cifar", {.input_size = 4096}),
            "network 'vgg16-cifar' would have 1073741824 values at 'conv1_1'; the limit is "
            "134217728; choose a smaller input size");
}

}  // namespace
}  // namespace sd::zoo
