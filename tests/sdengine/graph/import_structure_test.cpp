// How nodes without weights become operators: reshapes, pooling, ReLU, shortcuts, concat, softmax,
// and nothing at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "model_builder.hpp"

namespace sd::graph {
namespace {

using testing::ElementsAre;

using testing::HasSubstr;

TEST(ImportReshape, EveryWayToFlatten) {
  const auto check = [](const char* what, const std::function<void(ModelBuilder&)>& flatten) {
    ModelBuilder m(13);
    m.input({0, 2, 3, 4});
    flatten(m);
    m.node("Gemm", {"f", m.ramp("w", {24, 5})}, "y");
    EXPECT_EQ(only(m).output, (TensorShape{5, 1, 1})) << what;
  };
  check("Flatten", [](ModelBuilder& m) { m.node("Flatten", {"x"}, "f"); });
  check("constant", [](ModelBuilder& m) { m.node("Reshape", {"x", m.ints("s", {-1, 24})}, "f"); });
  check("copied batch", [](ModelBuilder& m) {
    m.node("Reshape", {"x", m.ints("s", {0, -1})}, "f");
  });
  check("batch from Shape", [](ModelBuilder& m) {
    m.node("Shape", {"x"}, "shape");
    m.node("Gather", {"shape", m.scalar("zero", 0)}, "batch");
    m.node("Unsqueeze", {"batch", m.ints("axes", {0})}, "batch1");
    m.node("Concat", {"batch1", m.ints("open", {-1})}, "target").integer("axis", 0);
    m.node("Reshape", {"x", "target"}, "f");
  });
  check("in steps", [](ModelBuilder& m) {
    m.node("Reshape", {"x", m.ints("s", {1, 6, 4})}, "three");
    m.node("Unsqueeze", {"three", m.ints("axes", {1})}, "four");
    m.node("Squeeze", {"four", "axes"}, "again");
    m.node("Flatten", {"again"}, "f");
  });
}

TEST(ImportReshape, RefusesWhatMovesValues) {
  ModelBuilder batch = image({2, 2, 3, 4});
  batch.node("Reshape", {"x", batch.ints("s", {1, -1})}, "y");
  EXPECT_THAT(batch.error(),
              HasSubstr("gives the shape 1 x 48 to 2 x 2 x 3 x 4, which mixes images of a batch"));
  ModelBuilder order = image({0, 2, 3, 4});
  order.node("Transpose", {"x"}, "y").integers("perm", {0, 2, 3, 1});
  EXPECT_THAT(order.error(), HasSubstr("reorders the dimensions of 1 x 2 x 3 x 4, which is not "
                                       "supported; export the model with channels first"));
  ModelBuilder shuffle = image({0, 4, 3, 3});
  shuffle.node("Reshape", {"x", shuffle.ints("s", {0, 2, 6, 3})}, "r");
  shuffle.node("GlobalAveragePool", {"r"}, "y");
  EXPECT_THAT(shuffle.error(),
              HasSubstr("reads a tensor of shape 1 x 2 x 6 x 3 that was reshaped from 4 x 3 x 3"));
}

TEST(ImportReshape, ATransposeOfOnesIsAllowed) {
  ModelBuilder m = image({0, 4, 1, 1});
  m.node("Transpose", {"x"}, "t").integers("perm", {0, 2, 3, 1});
  m.node("Flatten", {"t"}, "f");
  m.node("Gemm", {"f", m.ramp("w", {4, 2})}, "y");
  EXPECT_EQ(only(m).kind, OperatorKind::fully_connected);
}

TEST(ImportPool, MaxAndAverage) {
  ModelBuilder m = image({0, 2, 5, 7});
  m.node("MaxPool", {"x"}, "y")
      .integers("kernel_shape", {3, 2})
      .integers("strides", {2, 1})
      .integers("pads", {1, 0, 1, 1});
  EXPECT_EQ(only(m).window, (Window{3, 2, 2, 1, 1, 1, 1, 0, 1, 1, false}));
  EXPECT_EQ(only(m).output, (TensorShape{2, 3, 7}));
  m.graph().mutable_node(0)->set_op_type("AveragePool");
  NodeBuilder(*m.graph().mutable_node(0)).integer("count_include_pad", 1);
  EXPECT_EQ(only(m).kind, OperatorKind::average_pool);
  EXPECT_TRUE(only(m).window.count_include_pad);
}

TEST(ImportPool, CeilModeAddsAPadThatHoldsNothing) {
  const auto pool = [](int size, int kernel, int stride, int pad) {
    ModelBuilder m = image({0, 1, size, size});
    m.node("MaxPool", {"x"}, "y")
        .integers("kernel_shape", {kernel, kernel})
        .integers("strides", {stride, stride})
        .integers("pads", {pad, pad, pad, pad})
        .integer("ceil_mode", 1);
    return only(m);
  };
  EXPECT_EQ(pool(6, 3, 2, 0).output.height, 3);
  EXPECT_EQ(pool(6, 3, 2, 0).window.pad_bottom, 1);
  EXPECT_EQ(pool(7, 3, 2, 0).output.height, 3);
  EXPECT_EQ(pool(7, 3, 2, 0).window.pad_bottom, 0);
  // The fourth window would start in the pad after the image: it is dropped.
  EXPECT_EQ(pool(5, 2, 2, 1).output.height, 3);
  ModelBuilder m = image({0, 1, 6, 6});
  m.node("AveragePool", {"x"}, "y")
      .integers("kernel_shape", {3, 3})
      .integers("strides", {2, 2})
      .integer("ceil_mode", 1)
      .integer("count_include_pad", 1);
  EXPECT_THAT(m.error(), HasSubstr("which is not supported together"));
}

TEST(ImportPool, WholePlane) {
  for (const char* type : {"GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceMax"}) {
    ModelBuilder m = image({0, 3, 4, 5});
    NodeBuilder node = m.node(type, {"x"}, "y");
    if (std::string(type).starts_with("Reduce"))
      node.integers("axes", {-1, 2}).integer("keepdims", 0);
    const Operator op = only(m);
    EXPECT_EQ(op.kind, std::string(type).ends_with("Max") || std::string(type) == "GlobalMaxPool"
                           ? OperatorKind::max_pool
                           : OperatorKind::average_pool);
    EXPECT_EQ(op.window.kernel_height, 4);
    EXPECT_EQ(op.window.kernel_width, 5);
    EXPECT_EQ(op.output, (TensorShape{3, 1, 1}));
  }
  ModelBuilder m = image({0, 3, 4, 5});
  m.node("ReduceMean", {"x"}, "y").integers("axes", {1});
  EXPECT_THAT(m.error(), HasSubstr("along other dimensions than height and width"));
}

TEST(ImportPool, EmptyWindowsAreRefused) {
  ModelBuilder m = image({0, 1, 4, 4});
  m.node("MaxPool", {"x"}, "y").integers("kernel_shape", {2, 2}).integers("pads", {2, 0, 0, 0});
  EXPECT_THAT(m.error(), HasSubstr("has pads as large as its 2 x 2 kernel"));
  ModelBuilder none = image({0, 1, 4, 4});
  none.node("MaxPool", {"x"}, "y");
  EXPECT_EQ(none.error(), "node 'MaxPool_y' (MaxPool) has no kernel_shape");
}

TEST(ImportRelu, FusesOnlyWhereNothingElseReads) {
  ModelBuilder m = image({0, 1, 2, 2});
  m.node("Conv", {"x", m.ramp("w", {1, 1, 1, 1})}, "c");
  m.node("Relu", {"c"}, "r");
  m.node("Add", {"c", "r"}, "s");
  m.node("Relu", {"s"}, "y");
  const Network network = m.import();
  ASSERT_EQ(network.operators.size(), 4u);
  EXPECT_FALSE(network.operators[1].relu);
  EXPECT_EQ(network.operators[2].kind, OperatorKind::activation);
  EXPECT_TRUE(network.operators[3].relu);
}

// Asking for a shape does not read values.
TEST(ImportRelu, FusesAcrossShape) {
  ModelBuilder m = image({0, 1, 2, 2});
  m.node("Conv", {"x", m.ramp("w", {1, 1, 1, 1})}, "c");
  m.node("Shape", {"c"}, "shape");
  m.node("Relu", {"c"}, "r");
  m.node("Reshape", {"r", "shape"}, "y");
  EXPECT_TRUE(only(m).relu);
}

TEST(ImportRelu, ClipAndRelu6) {
  const auto clip = [](int opset, bool relu_first, float low, float high) {
    ModelBuilder m = image({0, 1, 2, 2}, opset);
    std::string from = "x";
    if (relu_first) {
      m.node("Relu", {"x"}, "r");
      from = "r";
    }
    if (opset < 11) {
      m.node("Clip", {from}, "y").number("min", low).number("max", high);
    } else {
      m.node("Clip", {from, m.floats("low", {}, {low}), m.floats("high", {}, {high})}, "y");
    }
    return m;
  };
  for (const int opset : {9, 13}) {
    ModelBuilder six = clip(opset, false, 0, 6);
    EXPECT_EQ(only(six).clip_upper, 6.0F);
    EXPECT_TRUE(only(six).relu);
    ModelBuilder open = clip(opset, false, 0, 3.4028235e38F);
    EXPECT_EQ(only(open).clip_upper, std::nullopt);
    ModelBuilder after = clip(opset, true, -1, 4);
    EXPECT_EQ(only(after).clip_upper, 4.0F);
    ModelBuilder signed_range = clip(opset, false, -1, 1);
    EXPECT_EQ(signed_range.error(),
              "node 'Clip_y' (Clip) clips to -1 .. 1; only a lower bound of 0 and a positive upper "
              "bound are supported");
  }
}

TEST(ImportShortcut, SlicesAndPadMerge) {
  ModelBuilder m = image({0, 4, 7, 8});
  const auto bounds = [&](const std::string& axis, std::int64_t step) {
    return std::vector<std::string>{m.ints("b" + axis, {0}), m.ints("e" + axis, {1000}),
                                    m.ints("a" + axis, {std::stoi(axis)}),
                                    m.ints("s" + axis, {step})};
  };
  const auto rows = bounds("2", 2), columns = bounds("3", 3);
  m.node("Slice", {"x", rows[0], rows[1], rows[2], rows[3]}, "s");
  m.node("Pad", {"s", m.ints("p", {0, 1, 0, 0, 0, 2, 0, 0})}, "p1");
  m.node("Slice", {"p1", columns[0], columns[1], columns[2], columns[3]}, "y");
  const Operator op = only(m);
  EXPECT_EQ(op.kind, OperatorKind::subsample_pad);
  EXPECT_EQ(op.subsample, (SubsamplePad{2, 3, 1, 2}));
  EXPECT_EQ(op.output, (TensorShape{7, 4, 3}));
}

TEST(ImportShortcut, FullSlicesAndEmptyPadsVanish) {
  ModelBuilder m = image({0, 2, 4, 4});
  m.node("Slice", {"x", m.ints("b", {0}), m.ints("e", {100}), m.ints("a", {1})}, "s");
  m.node("Pad", {"s", m.ints("p", Ints(8, 0))}, "p1");
  m.node("Relu", {"p1"}, "y");
  EXPECT_EQ(only(m).kind, OperatorKind::activation);
}

TEST(ImportShortcut, RefusesOtherSlicesAndPads) {
  const auto slice = [](std::int64_t begin, std::int64_t end, std::int64_t axis,
                        std::int64_t step) {
    ModelBuilder m = image({0, 4, 8, 8});
    m.node(
        "Slice",
        {"x", m.ints("b", {begin}), m.ints("e", {end}), m.ints("a", {axis}), m.ints("s", {step})},
        "y");
    return m.error();
  };
  const std::string text =
      "takes a part of 1 x 4 x 8 x 8 other than every n-th row and column from the first on";
  EXPECT_THAT(slice(1, 8, 2, 2), HasSubstr(text));
  EXPECT_THAT(slice(0, 6, 2, 2), HasSubstr(text));
  EXPECT_THAT(slice(0, 2, 1, 1), HasSubstr(text));
  EXPECT_THAT(slice(7, -100, 3, -1), HasSubstr(text));
  EXPECT_THAT(slice(3, 3, 3, 1), HasSubstr(text));
  const auto pad = [](const Ints& pads, const char* mode, float fill) {
    ModelBuilder m = image({0, 4, 8, 8});
    m.node("Pad", {"x", m.ints("p", pads), m.floats("v", {}, {fill})}, "y").text("mode", mode);
    return m.error();
  };
  EXPECT_THAT(pad({0, 1, 0, 0, 0, 0, 0, 0}, "reflect", 0),
              HasSubstr("has mode 'reflect'; only 'constant' is supported"));
  EXPECT_THAT(pad({0, 1, 0, 0, 0, 0, 0, 0}, "constant", 1),
              HasSubstr("fills with 1; only zeros are supported"));
  EXPECT_THAT(pad({0, 1, 1, 0, 0, 0, 0, 0}, "constant", 0),
              HasSubstr("only channels alone, or height and width alone"));
  EXPECT_THAT(pad({0, -1, 0, 0, 0, 0, 0, 0}, "constant", 0), HasSubstr("has a pad of -1"));
  EXPECT_THAT(pad({0, 1}, "constant", 0), HasSubstr("has 2 pads for 4 dimensions"));
}

TEST(ImportConcat, JoinsChannels) {
  ModelBuilder m = image({0, 2, 3, 3});
  m.node("Relu", {"x"}, "r");
  m.node("Concat", {"x", "r", "x"}, "y").integer("axis", 1);
  const Network network = m.import();
  EXPECT_EQ(network.operators.back().kind, OperatorKind::concat);
  EXPECT_THAT(network.operators.back().inputs, ElementsAre(0, 1, 0));
  EXPECT_EQ(network.operators.back().output, (TensorShape{6, 3, 3}));
  m.graph().mutable_node(1)->mutable_attribute(0)->set_i(2);
  EXPECT_EQ(m.error(),
            "node 'Concat_y' (Concat) joins along dimension 2; only channels (dimension 1) are "
            "supported");
}

TEST(ImportSoftmax, OnlyOverAllClassesAndLast) {
  ModelBuilder m = image({0, 5, 1, 1});
  m.node("Flatten", {"x"}, "f");
  m.node("Softmax", {"f"}, "y");
  EXPECT_EQ(only(m).kind, OperatorKind::softmax);
  ModelBuilder axis = image({0, 5, 2, 1});
  axis.node("Softmax", {"x"}, "y").integer("axis", 1);
  EXPECT_THAT(axis.error(), HasSubstr("only a softmax over all classes of an image is supported"));
  ModelBuilder old = image({0, 5, 2, 1}, 11);
  old.node("Softmax", {"x"}, "y");
  EXPECT_EQ(only(old).kind, OperatorKind::softmax);
  ModelBuilder inside = image({0, 5, 1, 1});
  inside.node("Softmax", {"x"}, "s").integer("axis", 1);
  inside.node("Relu", {"s"}, "y");
  EXPECT_EQ(inside.error(),
            "node 'Relu_y' (Relu) reads the result of softmax 'Softmax_s', which must be the last "
            "operator");
}

TEST(ImportNothing, IdentityDropoutAndCastVanish) {
  ModelBuilder m = image({3, 2, 2, 2});
  m.node("Identity", {"x"}, "i");
  m.node("Dropout", {"i"}, "d");
  m.node("Cast", {"d"}, "c").integer("to", onnx::TensorProto::FLOAT);
  m.node("Relu", {"c"}, "y");
  EXPECT_EQ(only(m).kind, OperatorKind::activation);
  EXPECT_THAT(m.import().notes,
              testing::Contains("the model's batch of 3 is taken one image at a time"));
  NodeBuilder(*m.graph().mutable_node(2))
      .proto()
      .mutable_attribute(0)
      ->set_i(onnx::TensorProto::INT8);
  EXPECT_THAT(m.error(),
              HasSubstr("converts image data to element type 3; only float32 is supported"));
}

TEST(ImportNothing, NodesThatTheOutputDoesNotNeedAreLeftOut) {
  ModelBuilder m = image({0, 2, 2, 2});
  m.node("Erf", {"x"}, "unused");
  m.node("GlobalAveragePool", {"x"}, "pooled");  // only its shape is asked for
  m.node("Shape", {"pooled"}, "shape");
  m.node("Gather", {"shape", m.scalar("one", 1)}, "two");
  m.node("Reshape", {"x", m.ints("same", {0, 2, 2, 2})}, "r");
  m.node("ConstantOfShape", {"shape"}, "zero")
      .tensor("value", ModelBuilder::tensor({1}, Floats{0.5F}));
  m.node("Add", {"r", "zero"}, "y");
  const Operator op = only(m);
  EXPECT_EQ(op.kind, OperatorKind::convolution);
  EXPECT_THAT(op.bias, ElementsAre(0.5F, 0.5F));
  EXPECT_THAT(m.import().notes,
              testing::Contains(HasSubstr("nodes that no output depends on were left out")));
}

TEST(ImportNothing, EqualNamesAreMadeUnique) {
  ModelBuilder m = image({0, 1, 2, 2});
  m.node("MaxPool", {"x"}, "a").integers("kernel_shape", {1, 1}).proto().set_name("same");
  m.node("MaxPool", {"a"}, "y").integers("kernel_shape", {1, 1}).proto().set_name("same");
  const Network network = m.import();
  EXPECT_EQ(network.operators[1].name, "same");
  EXPECT_EQ(network.operators[2].name, "same#2");
}

}  // namespace
}  // namespace sd::graph
