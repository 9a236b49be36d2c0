// How nodes with constants become operators: convolutions, matrix products, batch norm, arithmetic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "model_builder.hpp"

namespace sd::graph {
namespace {

using testing::ElementsAre;

using testing::HasSubstr;

TEST(ImportConv, ReadsEveryAttribute) {
  ModelBuilder m = image({0, 4, 9, 11});
  m.node("Conv", {"x", m.ramp("w", {6, 2, 3, 2}), m.ramp("b", {6})}, "y")
      .integers("kernel_shape", {3, 2})
      .integers("strides", {2, 3})
      .integers("dilations", {1, 2})
      .integers("pads", {1, 2, 3, 4})
      .integer("group", 2);
  const Operator op = only(m);
  EXPECT_EQ(op.kind, OperatorKind::convolution);
  EXPECT_EQ(op.name, "Conv_y");
  EXPECT_EQ(op.window, (Window{3, 2, 2, 3, 1, 2, 1, 2, 3, 4, false}));
  EXPECT_EQ(op.groups, 2);
  EXPECT_EQ(op.output, (TensorShape{6, (9 + 4 - 3) / 2 + 1, (11 + 6 - 3) / 3 + 1}));
  EXPECT_EQ(op.weights.size(), 72u);
  EXPECT_FLOAT_EQ(op.weights[71], 7.2F);
  EXPECT_FLOAT_EQ(op.bias[5], 0.6F);
  EXPECT_EQ(m.import().macs(1), 72 * 6 * 5);
}

TEST(ImportConv, WithoutBiasHasZeros) {
  ModelBuilder m = image({0, 1, 3, 3});
  m.node("Conv", {"x", m.ramp("w", {2, 1, 1, 1})}, "y");
  EXPECT_THAT(only(m).bias, ElementsAre(0, 0));
}

TEST(ImportConv, AutoPad) {
  const auto window = [](const char* mode, int size, int kernel, int stride) {
    ModelBuilder m = image({0, 1, size, size});
    m.node("Conv", {"x", m.ramp("w", {1, 1, kernel, kernel})}, "y")
        .text("auto_pad", mode)
        .integers("strides", {stride, stride});
    return only(m);
  };
  EXPECT_EQ(window("SAME_UPPER", 5, 3, 1).output.height, 5);
  const Operator upper = window("SAME_UPPER", 6, 3, 2), lower = window("SAME_LOWER", 6, 3, 2);
  EXPECT_EQ(upper.output.height, 3);
  EXPECT_EQ(upper.window.pad_top, 0);
  EXPECT_EQ(upper.window.pad_bottom, 1);
  EXPECT_EQ(lower.window.pad_left, 1);
  EXPECT_EQ(lower.window.pad_right, 0);
  EXPECT_EQ(window("VALID", 6, 3, 2).output.width, 2);
}

TEST(ImportConv, OneDimensionBecomesTheWidth) {
  ModelBuilder m = image({0, 2, 10});
  m.node("Conv", {"x", m.ramp("w", {3, 2, 5})}, "c")
      .integers("pads", {2, 1})
      .integers("strides", {2});
  m.node("Relu", {"c"}, "r");
  m.node("MaxPool", {"r"}, "p").integers("kernel_shape", {2}).integers("strides", {2});
  m.node("Flatten", {"p"}, "f");
  m.node("Gemm", {"f", m.ramp("g", {6, 4})}, "y");
  const Network network = m.import();
  EXPECT_EQ(network.operators[0].output, (TensorShape{2, 1, 10}));
  EXPECT_EQ(network.operators[1].output, (TensorShape{3, 1, 5}));
  EXPECT_EQ(network.operators[1].window, (Window{1, 5, 1, 2, 1, 1, 0, 2, 0, 1, false}));
  EXPECT_EQ(network.operators[2].output, (TensorShape{3, 1, 2}));
  EXPECT_EQ(network.operators[3].output, (TensorShape{4, 1, 1}));
}

TEST(ImportConv, APadOfThePlaneBecomesItsPad) {
  ModelBuilder m = image({0, 1, 4, 4});
  m.node("Pad", {"x", m.ints("p", {0, 0, 1, 2, 0, 0, 3, 4})}, "padded");
  m.node("Conv", {"padded", m.ramp("w", {1, 1, 2, 2})}, "y").integers("pads", {1, 0, 0, 0});
  const Operator op = only(m);
  EXPECT_EQ(op.window, (Window{2, 2, 1, 1, 1, 1, 2, 2, 3, 4, false}));
  EXPECT_EQ(op.output, (TensorShape{1, 8, 9}));
  ModelBuilder alone = image({0, 1, 4, 4});
  alone.node("Pad", {"x", alone.ints("p", {0, 0, 1, 1, 0, 0, 1, 1})}, "padded");
  alone.node("Relu", {"padded"}, "y");
  EXPECT_EQ(alone.error(),
            "node 'Pad_padded' (Pad) pads height and width, which is only supported in front of a "
            "convolution");
}

TEST(ImportConv, SaysWhatDoesNotFit) {
  const auto error = [](const Ints& weights, const std::function<void(NodeBuilder&)>& change) {
    ModelBuilder m = image({0, 4, 5, 5});
    NodeBuilder node = m.node("Conv", {"x", m.ramp("w", weights), m.ramp("b", {2})}, "y");
    change(node);
    return m.error();
  };
  const auto nothing = [](NodeBuilder&) {};
  EXPECT_THAT(error({2, 3, 1, 1}, nothing),
              HasSubstr("has weights for 1 x 3 channels; its input has 4"));
  EXPECT_THAT(error({3, 4, 1, 1}, nothing), HasSubstr("has 2 biases for 3 filters"));
  EXPECT_THAT(error({2, 4, 1, 1, 1}, nothing),
              HasSubstr("only 1-D and 2-D convolutions are supported"));
  EXPECT_THAT(error({2, 4, 9, 9}, nothing),
              HasSubstr("kernel that does not fit its 4 x 5 x 5 input"));
  EXPECT_THAT(error({2, 4, 3, 3},
                    [](NodeBuilder& n) {
                      n.integers("strides", {0, 1});
                    }),
              HasSubstr("has strides 0; it must be at least 1"));
  EXPECT_THAT(error({2, 4, 3, 3},
                    [](NodeBuilder& n) {
                      n.integers("pads", {-1, 0, 0, 0});
                    }),
              HasSubstr("has a pad of -1"));
  EXPECT_THAT(error({2, 4, 3, 3},
                    [](NodeBuilder& n) {
                      n.integers("pads", {1, 1});
                    }),
              HasSubstr("has 2 pads for 2 dimensions"));
  EXPECT_THAT(error({2, 4, 3, 3},
                    [](NodeBuilder& n) {
                      n.integers("kernel_shape", {5, 5});
                    }),
              HasSubstr("says that its kernel is 5 x 5"));
  EXPECT_THAT(error({2, 4, 3, 3}, [](NodeBuilder& n) { n.text("group", "two"); }),
              HasSubstr("has an attribute 'group' of the wrong type"));
  EXPECT_THAT(error({2, 2, 3, 3}, [](NodeBuilder& n) { n.integer("group", 3); }),
              HasSubstr("has weights for 3 x 2 channels"));
  EXPECT_THAT(error({2, 4, 3, 3}, [](NodeBuilder& n) { n.text("auto_pad", "SOME"); }),
              HasSubstr("has an auto_pad that does not exist"));
}

TEST(ImportConv, WeightsMustBeFinite) {
  ModelBuilder m = image({0, 1, 1, 1});
  m.node("Conv", {"x", m.floats("w", {1, 1, 1, 1}, {NAN})}, "y");
  EXPECT_THAT(m.error(),
              HasSubstr("convolution 'Conv_y' has weights that are infinite or not a number"));
}

TEST(ImportBatchNorm, FoldsIntoTheConvolution) {
  ModelBuilder m = image({0, 1, 1, 1});
  m.node("Conv", {"x", m.floats("w", {2, 1, 1, 1}, {1, 2}), m.floats("b", {2}, {3, 4})}, "c");
  m.node("BatchNormalization",
         {"c", m.floats("gamma", {2}, {2, 3}), m.floats("beta", {2}, {10, 20}),
          m.floats("mean", {2}, {1, -1}), m.floats("var", {2}, {0.75F, 3.75F})},
         "n")
      .number("epsilon", 0.25F);
  m.node("Relu", {"n"}, "y");
  const Operator op = only(m);
  EXPECT_THAT(op.weights, ElementsAre(2.0F, 3.0F));  // gamma / sqrt(var + eps) = 2, 1.5
  EXPECT_THAT(op.bias, ElementsAre((3 - 1) * 2.0F + 10, (4 + 1) * 1.5F + 20));
  EXPECT_TRUE(op.relu);
}

TEST(ImportBatchNorm, BecomesADepthwiseConvolutionWhereItCannotFold) {
  ModelBuilder m = image({0, 2, 3, 3});
  const std::vector<std::string> parameters{
      m.floats("one", {2}, {1, 2}), m.floats("beta", {2}, {5, 6}), m.floats("mean", {2}, {0, 0}),
      m.floats("var", {2}, {1, 1})};
  m.node("BatchNormalization", {"x", parameters[0], parameters[1], parameters[2], parameters[3]},
         "y")
      .number("epsilon", 0.0F);
  const Operator op = only(m);
  EXPECT_EQ(op.groups, 2);
  EXPECT_THAT(op.weights, ElementsAre(1, 2));
  EXPECT_THAT(op.bias, ElementsAre(5, 6));
  EXPECT_THAT(m.import().notes,
              testing::Contains(HasSubstr("it became a depthwise 1 x 1 convolution")));
}

// A convolution whose result is read twice must not change.
TEST(ImportBatchNorm, LeavesASharedConvolutionAlone) {
  ModelBuilder m = image({0, 1, 1, 1});
  m.node("Conv", {"x", m.floats("w", {1, 1, 1, 1}, {2})}, "c");
  m.node("Identity", {"c"}, "alias");
  m.node("Mul", {"alias", m.floats("k", {}, {3})}, "scaled");
  m.node("Add", {"c", "scaled"}, "y");
  const Network network = m.import();
  ASSERT_EQ(network.operators.size(), 4u);
  EXPECT_THAT(network.operators[1].weights, ElementsAre(2));
  EXPECT_THAT(network.operators[2].weights, ElementsAre(3));
}

TEST(ImportBatchNorm, SaysWhatDoesNotFit) {
  ModelBuilder m = image({0, 2, 3, 3});
  m.node("BatchNormalization",
         {"x", m.ramp("a", {2}), m.ramp("b", {3}), m.ramp("c", {2}), m.ramp("d", {2})}, "y");
  EXPECT_THAT(m.error(), HasSubstr("needs 2 constant numbers as input 2"));
  m.graph().mutable_node(0)->set_input(2, "a");
  m.graph().mutable_node(0)->set_input(4, m.floats("negative", {2}, {1, -1}));
  EXPECT_THAT(m.error(), HasSubstr("has a variance of -1 in channel 1"));
}

TEST(ImportArithmetic, ConstantsFoldIntoWeights) {
  ModelBuilder m = image({0, 3, 1, 1});
  m.node("Flatten", {"x"}, "f");
  m.node("MatMul", {"f", m.floats("w", {3, 2}, {1, 2, 3, 4, 5, 6})}, "p");
  m.node("Add", {"p", m.floats("b", {2}, {10, 20})}, "s");
  m.node("Mul", {m.floats("k", {1, 2}, {2, 4}), "s"}, "t");
  m.node("Sub", {m.floats("one", {}, {1}), "t"}, "u");
  m.node("Div", {"u", m.floats("two", {1}, {2})}, "y");
  const Operator op = only(m);  // (1 - k * (Wx + b)) / 2
  EXPECT_EQ(op.kind, OperatorKind::fully_connected);
  EXPECT_THAT(op.weights, ElementsAre(-1, -3, -5, -4, -8, -12));
  EXPECT_THAT(op.bias, ElementsAre(-9.5F, -39.5F));
}

TEST(ImportArithmetic, OnlyWhatIsOnePerChannel) {
  ModelBuilder m = image({0, 2, 3, 3});
  m.node("Mul", {"x", m.ramp("k", {3})}, "y");
  EXPECT_EQ(m.error(),
            "node 'Mul_y' (Mul) joins 1 x 2 x 3 x 3 with a constant of shape 3; only one number, "
            "or one per channel, is supported");
  ModelBuilder both = image({0, 2, 3, 3});
  both.node("Mul", {"x", "x"}, "y");
  EXPECT_THAT(both.error(),
              HasSubstr("joins two tensors that depend on the image; only Add is supported there"));
  ModelBuilder divide = image({0, 2, 3, 3});
  divide.node("Div", {divide.floats("one", {}, {1}), "x"}, "y");
  EXPECT_THAT(divide.error(), HasSubstr("divides a constant by image data"));
  ModelBuilder zero = image({0, 2, 3, 3});
  zero.node("Div", {"x", zero.floats("zero", {}, {0})}, "y");
  EXPECT_THAT(zero.error(), HasSubstr("infinite or not a number"));
}

TEST(ImportAdd, NeedsEqualShapes) {
  ModelBuilder m = image({0, 2, 3, 3});
  m.node("GlobalAveragePool", {"x"}, "g");
  m.node("Add", {"x", "g"}, "y");
  EXPECT_THAT(
      m.error(),
      HasSubstr("adds 1 x 2 x 3 x 3 and 1 x 2 x 1 x 1; only tensors of equal shape are supported"));
}

TEST(ImportGemm, TransposesScalesAndBroadcasts) {
  ModelBuilder m = image({0, 2, 1, 1});
  m.node("Flatten", {"x"}, "f");
  m.node("Gemm", {"f", m.floats("w", {2, 3}, {1, 2, 3, 4, 5, 6}), m.floats("b", {1}, {7})}, "y")
      .number("alpha", 2.0F)
      .number("beta", 3.0F);
  const Operator op = only(m);
  EXPECT_THAT(op.weights, ElementsAre(2, 8, 4, 10, 6, 12));
  EXPECT_THAT(op.bias, ElementsAre(21, 21, 21));
  EXPECT_EQ(op.output, (TensorShape{3, 1, 1}));
}

TEST(ImportGemm, SaysWhatDoesNotFit) {
  ModelBuilder m = image({0, 2, 2, 1});
  m.node("Gemm", {"x", m.ramp("w", {2, 3})}, "y");
  EXPECT_THAT(m.error(), HasSubstr("only [batch, features] is supported (Flatten it)"));
  ModelBuilder size = image({0, 2, 2, 1});
  size.node("Flatten", {"x"}, "f");
  size.node("Gemm", {"f", size.ramp("w", {3, 3})}, "y").integer("transB", 1);
  EXPECT_THAT(size.error(), HasSubstr("has weights of shape 3 x 3 for 4 input features"));
  ModelBuilder bias = image({0, 3, 1, 1});
  bias.node("Flatten", {"x"}, "f");
  bias.node("Gemm", {"f", bias.ramp("w", {3, 4}), bias.ramp("b", {3})}, "y");
  EXPECT_THAT(bias.error(), HasSubstr("has a bias of shape 3 for 4 outputs"));
}

}  // namespace
}  // namespace sd::graph
