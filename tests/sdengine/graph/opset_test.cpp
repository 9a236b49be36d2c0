// The same network as opsets 7, 9, 11, 13 and 17 write it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_equal.hpp"
#include "model_builder.hpp"

namespace sd::graph {
namespace {

/// Nodes whose attributes became inputs, or inputs attributes, between opsets 7 and 17.
class Writer {
 public:
  explicit Writer(int opset) : opset_(opset), m_(image({0, 3, 8, 8}, opset)) {}

  void clip(const std::string& from, const std::string& to, float low, float high) {
    if (opset_ < 11) {
      m_.node("Clip", {from}, to).number("min", low).number("max", high);
    } else {
      m_.node("Clip",
              {from, m_.floats(to + ".low", {}, {low}), m_.floats(to + ".high", {}, {high})}, to);
    }
  }
  void pad(const std::string& from, const std::string& to, const Ints& pads) {
    if (opset_ < 11) {
      m_.node("Pad", {from}, to).integers("pads", pads).text("mode", "constant");
    } else {
      m_.node("Pad", {from, m_.ints(to + ".pads", pads)}, to);
    }
  }
  /// Every second row and column. Before opset 10 Slice has no steps.
  void every_second(const std::string& from, const std::string& to) {
    if (opset_ < 10) {
      m_.node("MaxPool", {from}, to).integers("kernel_shape", {1, 1}).integers("strides", {2, 2});
    } else {
      m_.node("Slice",
              {from, m_.ints(to + ".starts", {0, 0}), m_.ints(to + ".ends", {9999, 9999}),
               m_.ints(to + ".axes", {2, 3}), m_.ints(to + ".steps", {2, 2})},
              to);
    }
  }
  /// All of it: numbers that say so.
  void whole(const std::string& from, const std::string& to) {
    if (opset_ < 10) {
      m_.node("Slice", {from}, to)
          .integers("starts", {0})
          .integers("ends", {INT64_MAX})
          .integers("axes", {1});
    } else {
      m_.node("Slice",
              {from, m_.ints(to + ".starts", {0}), m_.ints(to + ".ends", {INT64_MAX}),
               m_.ints(to + ".axes", {-3})},
              to);
    }
  }
  void dropout(const std::string& from, const std::string& to) {
    if (opset_ < 12) {
      m_.node("Dropout", {from}, to).number("ratio", 0.3F);
    } else {
      m_.node("Dropout", {from, m_.floats(to + ".ratio", {}, {0.3F})}, to);
    }
  }
  void axes_node(const char* type, const std::string& from, const std::string& to,
                 const Ints& axes) {
    if (opset_ < 13) {
      m_.node(type, {from}, to).integers("axes", axes);
    } else {
      m_.node(type, {from, m_.ints(to + ".axes", axes)}, to);
    }
  }
  void batch_norm(const std::string& from, const std::string& to) {
    NodeBuilder node = m_.node("BatchNormalization",
                               {from, m_.ramp(to + ".g", {4}), m_.ramp(to + ".b", {4}),
                                m_.ramp(to + ".m", {4}), m_.ramp(to + ".v", {4})},
                               to);
    if (opset_ < 9) node.integer("spatial", 1);
    if (opset_ >= 14) node.integer("training_mode", 0);
  }

  Network network() {
    m_.node("Conv", {"x", m_.ramp("w", {4, 3, 3, 3})}, "c").integers("pads", {1, 1, 1, 1});
    batch_norm("c", "n");
    clip("n", "r", 0.0F, 6.0F);
    every_second("r", "s");
    pad("s", "p", {0, 2, 0, 0, 0, 1, 0, 0});
    whole("p", "q");
    m_.node("GlobalAveragePool", {"q"}, "g");
    axes_node("Squeeze", "g", "g3", {3});
    axes_node("Unsqueeze", "g3", "g4", {3});
    m_.node("Flatten", {"g4"}, "f");
    dropout("f", "d");
    m_.node("MatMul", {"d", m_.ramp("v", {7, 5})}, "l");
    m_.node("Add", {"l", m_.ramp("vb", {5})}, "z");
    m_.node("Softmax", {"z"}, "y").integer("axis", 1);
    return m_.import();
  }

 private:
  int opset_;
  ModelBuilder m_;
};

TEST(Opsets, TenToSeventeenGiveTheSameNetwork) {
  const Network first = Writer(10).network();
  ASSERT_EQ(first.operators.size(), 6u);
  EXPECT_EQ(first.operators[1].clip_upper, 6.0F);
  EXPECT_EQ(first.operators[2].subsample, (SubsamplePad{2, 2, 2, 1}));
  EXPECT_EQ(first.operators[5].kind, OperatorKind::softmax);
  for (const int opset : {11, 12, 13, 14, 15, 16, 17}) {
    SCOPED_TRACE(opset);
    // The strided Slice and the Pad are one operator, named after the first.
    expect_equal(first, Writer(opset).network());
  }
}

TEST(Opsets, SevenToNineHaveNoStepsInSlice) {
  const Network first = Writer(7).network();
  ASSERT_EQ(first.operators.size(), 7u);
  EXPECT_EQ(first.operators[2].kind, OperatorKind::max_pool);
  EXPECT_EQ(first.operators[3].subsample, (SubsamplePad{1, 1, 2, 1}));
  for (const int opset : {8, 9}) {
    SCOPED_TRACE(opset);
    expect_equal(first, Writer(opset).network());
  }
}

TEST(Opsets, SixAndEighteenAreRefused) {
  EXPECT_EQ(image({0, 1, 2, 2}, 6).error(),
            "this is not an ONNX model: it holds no graph; export it again");
  for (const int opset : {6, 18}) {
    ModelBuilder m = image({0, 1, 2, 2}, opset);
    m.node("Relu", {"x"}, "y");
    EXPECT_EQ(m.error(), "the model uses ONNX opset " + std::to_string(opset) +
                             "; export it again with an opset from 7 to 17");
  }
}

}  // namespace
}  // namespace sd::graph
