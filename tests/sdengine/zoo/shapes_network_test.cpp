#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "sdengine/zoo/zoo.hpp"

namespace sd::zoo {
namespace {

using graph::Operator;
using graph::OperatorKind;

TEST(ShapesNetwork, IsValidAndHasTenClasses) {
  const graph::Network network = shapes_network(1);
  EXPECT_NO_THROW(graph::validate(network));
  EXPECT_EQ(network.input_shape(), (graph::TensorShape{1, 32, 32}));
  EXPECT_EQ(network.operators.at(static_cast<std::size_t>(network.output())).output,
            (graph::TensorShape{10, 1, 1}));
  EXPECT_EQ(network.class_names.size(), 10u);
}

TEST(ShapesNetwork, HoldsOneOfEachThingAndStaysSmall) {
  const graph::Network network = shapes_network(1);
  std::set<OperatorKind> kinds;
  bool strided = false, pointwise = false;
  std::size_t parameters = 0;
  std::int64_t macs = 0;
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) {
    const Operator& op = network.operators[static_cast<std::size_t>(i)];
    kinds.insert(op.kind);
    if (op.kind == OperatorKind::convolution) {
      strided = strided || op.window.stride_height == 2;
      pointwise = pointwise || op.window.kernel_height == 1;
    }
    parameters += op.weights.size() + op.bias.size();
    macs += network.macs(i);
  }
  EXPECT_THAT(kinds, testing::ElementsAre(OperatorKind::input, OperatorKind::convolution,
                                          OperatorKind::fully_connected, OperatorKind::add,
                                          OperatorKind::max_pool, OperatorKind::average_pool));
  EXPECT_TRUE(strided);
  EXPECT_TRUE(pointwise);
  EXPECT_LT(parameters, 70000u);
  EXPECT_GT(parameters, 50000u);
  EXPECT_EQ(macs, 147456 + 1179648 + 2 * 2359296 + 884736 + 147456 + 1327104 + 480);
}

TEST(ShapesNetwork, WeightsHaveHeVarianceAndComeFromTheSeed) {
  const graph::Network a = shapes_network(1), b = shapes_network(1), c = shapes_network(2);
  for (std::size_t i = 0; i < a.operators.size(); ++i) {
    const Operator& op = a.operators[i];
    if (!op.has_weights()) continue;
    EXPECT_EQ(op.weights, b.operators[i].weights) << op.name;
    EXPECT_NE(op.weights, c.operators[i].weights) << op.name;
    EXPECT_THAT(op.bias, testing::Each(0.0F));
    double sum = 0, squares = 0;
    for (const double w : op.weights) {
      sum += w;
      squares += w * w;
    }
    const auto count = static_cast<double>(op.weights.size());
    const double fan_in = count / op.output.channels;
    // Five standard errors.
    EXPECT_NEAR(sum / count, 0, 5 * std::sqrt(2 / fan_in / count)) << op.name;
    EXPECT_NEAR(squares / count * fan_in / 2, 1, 5 * std::sqrt(2 / count)) << op.name;
  }
  // Drawn without libm: the same on every machine.
  EXPECT_EQ(a.operators[1].weights[0], 0.671444118F);
}

}  // namespace
}  // namespace sd::zoo
