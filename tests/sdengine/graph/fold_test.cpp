// Constant folding, seen through the bias of a convolution whose bias is computed in the graph.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "model_builder.hpp"

namespace sd::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// What the value `name` comes to, as numbers.
Floats fold(ModelBuilder model, const std::string& name, std::size_t count) {
  model.input({1, 1, 1, 1});
  const auto filters = static_cast<std::int64_t>(count);
  model.floats("zeros", {filters, 1, 1, 1}, Floats(count, 0.0F));
  model.node("Cast", {name}, "as_float").integer("to", onnx::TensorProto::FLOAT);
  model.node("Reshape", {"as_float", model.ints("flat", {-1})}, "bias");
  model.node("Conv", {"x", "zeros", "bias"}, "y");
  return model.import().operators.at(1).bias;
}

/// The shape that `name` has.
Floats shape_of(ModelBuilder model, const std::string& name, std::size_t rank) {
  model.node("Shape", {name}, "its_shape");
  return fold(std::move(model), "its_shape", rank);
}

std::string fold_error(ModelBuilder model, const std::string& name) {
  model.input({1, 1, 1, 1});
  model.floats("zeros", {1, 1, 1, 1}, {0.0F});
  model.node("Cast", {name}, "bias").integer("to", onnx::TensorProto::FLOAT);
  model.node("Conv", {"x", "zeros", "bias"}, "y");
  return model.error();
}

TEST(Fold, ConstantsOfEveryKind) {
  ModelBuilder m;
  m.node("Constant", {}, "t").tensor("value", ModelBuilder::tensor({2}, Ints{3, 4}));
  EXPECT_THAT(fold(m, "t", 2), ElementsAre(3, 4));
  m.node("Constant", {}, "i").integer("value_int", -5);
  EXPECT_THAT(fold(m, "i", 1), ElementsAre(-5));
  m.node("Constant", {}, "f").number("value_float", 0.5F);
  EXPECT_THAT(fold(m, "f", 1), ElementsAre(0.5F));
  m.node("Constant", {}, "is").integers("value_ints", {1, 2, 3});
  EXPECT_THAT(fold(m, "is", 3), ElementsAre(1, 2, 3));
}

TEST(Fold, ElementTypes) {
  ModelBuilder m;
  onnx::TensorProto half;
  half.set_data_type(onnx::TensorProto::FLOAT16);
  half.add_dims(4);
  for (const int bits : {0x3c00, 0xc000, 0x0001, 0x7bff}) half.add_int32_data(bits);
  m.add("half", half);
  EXPECT_THAT(fold(m, "half", 4), ElementsAre(1.0F, -2.0F, 0x1p-24F, 65504.0F));
  onnx::TensorProto bytes;
  bytes.set_data_type(onnx::TensorProto::INT8);
  bytes.add_dims(2);
  bytes.set_raw_data("\xff\x05", 2);
  m.add("bytes", bytes);
  EXPECT_THAT(fold(m, "bytes", 2), ElementsAre(-1, 5));
  onnx::TensorProto doubles;
  doubles.set_data_type(onnx::TensorProto::DOUBLE);
  doubles.add_dims(1);
  doubles.add_double_data(0.25);
  m.add("doubles", doubles);
  EXPECT_THAT(fold(m, "doubles", 1), ElementsAre(0.25F));
}

TEST(Fold, ShapeGatherAndConcatGiveAReshapeTarget) {
  ModelBuilder m;
  m.floats("t", {2, 3, 4}, Floats(24, 1.0F));
  m.node("Shape", {"t"}, "s");
  EXPECT_THAT(fold(m, "s", 3), ElementsAre(2, 3, 4));
  m.node("Gather", {"s", m.scalar("minus_one", -1)}, "last").integer("axis", 0);
  EXPECT_THAT(fold(m, "last", 1), ElementsAre(4));
  EXPECT_EQ(shape_of(m, "s", 1), Floats{3});
  m.node("Unsqueeze", {"last", m.ints("axes", {0})}, "last1");
  m.node("Concat", {m.ints("open", {-1}), "last1"}, "target").integer("axis", 0);
  m.node("Reshape", {"t", "target"}, "r");
  EXPECT_EQ(shape_of(m, "r", 2), (Floats{6, 4}));
  m.node("Size", {"t"}, "n");
  EXPECT_THAT(fold(m, "n", 1), ElementsAre(24));
}

TEST(Fold, GatherTakesRowsAlongAnyAxis) {
  ModelBuilder m;
  m.add("t", ModelBuilder::tensor({2, 3}, Ints{1, 2, 3, 4, 5, 6}));
  m.node("Gather", {"t", m.ints("two", {2, 0})}, "columns").integer("axis", 1);
  EXPECT_THAT(fold(m, "columns", 4), ElementsAre(3, 1, 6, 4));
  m.node("Gather", {"t", m.ints("one", {-1})}, "rows");
  EXPECT_THAT(fold(m, "rows", 3), ElementsAre(4, 5, 6));
}

TEST(Fold, SliceFollowsNumpy) {
  ModelBuilder m;
  m.ints("t", {0, 1, 2, 3, 4, 5});
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto slice = [&](std::int64_t start, std::int64_t end, std::int64_t step,
                         std::size_t count) {
    ModelBuilder copy = m;
    copy.node("Slice",
              {"t", copy.ints("b", {start}), copy.ints("e", {end}), copy.ints("a", {0}),
               copy.ints("s", {step})},
              "r");
    return fold(copy, "r", count);
  };
  EXPECT_THAT(slice(0, most, 2, 3), ElementsAre(0, 2, 4));
  EXPECT_THAT(slice(-2, most, 1, 2), ElementsAre(4, 5));
  EXPECT_THAT(slice(1, -1, 1, 4), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(slice(-1, -most, -1, 6), ElementsAre(5, 4, 3, 2, 1, 0));  // frameworks reverse so
  EXPECT_THAT(slice(4, 0, -3, 2), ElementsAre(4, 1));
  EXPECT_THAT(slice(5, most, most, 1), ElementsAre(5));
  EXPECT_THAT(slice(5, -most, -most - 1, 1), ElementsAre(5));
}

TEST(Fold, SliceByAttributesUpToOpsetNine) {
  ModelBuilder m(9);
  m.add("t", ModelBuilder::tensor({2, 3}, Ints{1, 2, 3, 4, 5, 6}));
  m.node("Slice", {"t"}, "r").integers("starts", {1}).integers("ends", {3}).integers("axes", {1});
  EXPECT_THAT(fold(m, "r", 4), ElementsAre(2, 3, 5, 6));
}

TEST(Fold, LayoutNodes) {
  ModelBuilder m;
  m.add("t", ModelBuilder::tensor({2, 3}, Ints{1, 2, 3, 4, 5, 6}));
  m.node("Transpose", {"t"}, "tt");
  EXPECT_THAT(fold(m, "tt", 6), ElementsAre(1, 4, 2, 5, 3, 6));
  m.node("Unsqueeze", {"t", m.ints("axes", {0, -1})}, "u");
  EXPECT_EQ(shape_of(m, "u", 4), (Floats{1, 2, 3, 1}));
  m.node("Squeeze", {"u"}, "s");
  EXPECT_EQ(shape_of(m, "s", 2), (Floats{2, 3}));
  m.node("Flatten", {"u"}, "f").integer("axis", 2);
  EXPECT_EQ(shape_of(m, "f", 2), (Floats{2, 3}));
  m.node("Expand", {m.ints("e", {7, 8}), m.ints("es", {2, 2})}, "ex");
  EXPECT_THAT(fold(m, "ex", 4), ElementsAre(7, 8, 7, 8));
  m.node("Reshape", {"t", m.ints("rs", {0, -1, 1})}, "r");
  EXPECT_EQ(shape_of(m, "r", 3), (Floats{2, 3, 1}));
}

TEST(Fold, CreatesTensors) {
  ModelBuilder m;
  m.node("ConstantOfShape", {m.ints("shape", {3})}, "nil");
  EXPECT_THAT(fold(m, "nil", 3), ElementsAre(0, 0, 0));
  m.node("ConstantOfShape", {"shape"}, "sevens")
      .tensor("value", ModelBuilder::tensor({1}, Ints{7}));
  EXPECT_THAT(fold(m, "sevens", 3), ElementsAre(7, 7, 7));
  m.node("Range", {m.scalar("from", 5), m.scalar("to", -2), m.scalar("by", -3)}, "r");
  EXPECT_THAT(fold(m, "r", 3), ElementsAre(5, 2, -1));
}

TEST(Fold, ArithmeticBroadcastsAndTruncates) {
  ModelBuilder m;
  m.add("a", ModelBuilder::tensor({2, 1}, Ints{7, -7}));
  m.ints("b", {2, 3});
  const auto apply = [&](const char* type) {
    ModelBuilder copy = m;
    copy.node(type, {"a", "b"}, "r");
    return fold(copy, "r", 4);
  };
  EXPECT_THAT(apply("Add"), ElementsAre(9, 10, -5, -4));
  EXPECT_THAT(apply("Sub"), ElementsAre(5, 4, -9, -10));
  EXPECT_THAT(apply("Mul"), ElementsAre(14, 21, -14, -21));
  EXPECT_THAT(apply("Div"), ElementsAre(3, 2, -3, -2));
  EXPECT_THAT(apply("Mod"), ElementsAre(1, 1, 1, 2));
  EXPECT_THAT(apply("Min"), ElementsAre(2, 3, -7, -7));
  EXPECT_THAT(apply("Max"), ElementsAre(7, 7, 2, 3));
  EXPECT_THAT(apply("Greater"), ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(apply("Less"), ElementsAre(0, 0, 1, 1));
}

TEST(Fold, SelectsAndCompares) {
  ModelBuilder m;
  m.ints("a", {1, -1, 3});
  m.node("Equal", {"a", m.scalar("minus_one", -1)}, "open");
  m.node("Where", {"open", m.scalar("ten", 10), "a"}, "r");
  EXPECT_THAT(fold(m, "r", 3), ElementsAre(1, 10, 3));
  m.node("Not", {"open"}, "n");
  EXPECT_THAT(fold(m, "n", 3), ElementsAre(1, 0, 1));
  m.node("ReduceProd", {"a"}, "p").integer("keepdims", 0);
  EXPECT_THAT(fold(m, "p", 1), ElementsAre(-3));
  m.node("Neg", {"a"}, "neg");
  EXPECT_THAT(fold(m, "neg", 3), ElementsAre(-1, 1, -3));
}

TEST(Fold, CastTruncatesTowardsZero) {
  ModelBuilder m;
  m.floats("f", {3}, {1.9F, -1.9F, 300.0F});
  m.node("Cast", {"f"}, "i").integer("to", onnx::TensorProto::INT64);
  EXPECT_THAT(fold(m, "i", 3), ElementsAre(1, -1, 300));
  m.node("Cast", {"f"}, "b").integer("to", onnx::TensorProto::UINT8);
  EXPECT_THAT(fold(m, "b", 3), ElementsAre(1, 255, 44));
  m.node("Floor", {"f"}, "fl");
  EXPECT_THAT(fold(m, "fl", 3), ElementsAre(1, -2, 300));
  m.node("Ceil", {"f"}, "ce");
  EXPECT_THAT(fold(m, "ce", 3), ElementsAre(2, -1, 300));
}

TEST(Fold, WrongArithmeticIsAnErrorThatNamesTheNode) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const auto error = [&](const char* type, std::int64_t a, std::int64_t b) {
    ModelBuilder m;
    m.node(type, {m.ints("a", {a}), m.ints("b", {b})}, "r");
    return fold_error(m, "r");
  };
  EXPECT_EQ(error("Div", 1, 0), "node 'Div_r' (Div) divides an integer by zero");
  EXPECT_EQ(error("Mod", 1, 0), "node 'Mod_r' (Mod) divides an integer by zero");
  EXPECT_THAT(error("Div", -most - 1, -1), HasSubstr("does not fit into 64 bits"));
  EXPECT_THAT(error("Add", most, 1), HasSubstr("does not fit into 64 bits"));
  EXPECT_THAT(error("Sub", -most, 2), HasSubstr("does not fit into 64 bits"));
  EXPECT_THAT(error("Mul", most, 2), HasSubstr("does not fit into 64 bits"));
  EXPECT_THAT(error("Gather", 1, 1), HasSubstr("takes element 1 of 1"));
}

TEST(Fold, ShapesThatDoNotFitAreErrors) {
  ModelBuilder m;
  m.ints("a", {1, 2, 3});
  m.node("Add", {"a", m.ints("b", {1, 2})}, "sum");
  EXPECT_THAT(fold_error(m, "sum"), HasSubstr("joins shapes that do not fit each other, 3 and 2"));
  m.node("Reshape", {"a", m.ints("s", {2, -1})}, "r");
  EXPECT_THAT(fold_error(m, "r"), HasSubstr("cannot give the shape 2 x -1 to 3"));
  m.node("Transpose", {"a"}, "t").integers("perm", {0, 1});
  EXPECT_THAT(fold_error(m, "t"),
              HasSubstr("has a permutation that does not fit a tensor of 1 dimensions"));
  m.node("Unsqueeze", {"a", m.ints("far", {5})}, "u");
  EXPECT_THAT(fold_error(m, "u"), HasSubstr("has axis 5 for a tensor of 2 dimensions"));
  m.node("Concat", {"a", "c"}, "j").integer("axis", 0);
  m.add("c", ModelBuilder::tensor({1, 1}, Ints{1}));
  EXPECT_THAT(fold_error(m, "j"), HasSubstr("joins tensors that do not fit each other"));
  m.node("Slice", {"a", m.ints("z", {0}), m.ints("e", {3}), m.ints("ax", {0}), "z"}, "sl");
  EXPECT_THAT(fold_error(m, "sl"), HasSubstr("has a step of 0"));
}

TEST(Fold, SmallFilesCannotAskForAllOfMemory) {
  ModelBuilder m;
  m.node("ConstantOfShape", {m.ints("huge", {1 << 20, 1 << 20})}, "r");
  EXPECT_THAT(fold_error(m, "r"), HasSubstr("has more than 2147483648 elements"));
  ModelBuilder n;
  n.node("ConstantOfShape", {n.ints("large", {1 << 14, 1 << 14})}, "r");
  EXPECT_THAT(
      fold_error(n, "r"),
      HasSubstr(
          "node 'ConstantOfShape_r' (ConstantOfShape) computes constants that are too large"));
  ModelBuilder r;
  r.node("Range", {r.scalar("from", 0), r.scalar("to", std::int64_t{1} << 39), r.scalar("by", 1)},
         "r");
  EXPECT_THAT(fold_error(r, "r"), HasSubstr("computes constants that are too large"));
}

TEST(Fold, AnUnknownOperatorOnConstantsIsNamed) {
  ModelBuilder m;
  m.node("Erf", {m.floats("a", {1}, {1.0F})}, "r");
  EXPECT_EQ(fold_error(m, "r"),
            "node 'Erf_r' (Erf) is of a type that is not supported; docs/networks.md lists "
            "those that are");
}

}  // namespace
}  // namespace sd::graph
