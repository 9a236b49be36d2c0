// Small files that ask for much: refused, and quickly, with little memory.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "model_builder.hpp"

namespace sd::graph {
namespace {

using testing::HasSubstr;

TEST(Hostile, ManyNodesThatShareOneInitializer) {
  ModelBuilder m = image({0, 64, 1, 1});
  m.floats("w", {512, 64, 1, 1}, Floats(512 * 64, 1.0F));
  for (int i = 0; i < 3000; ++i) m.node("Conv", {"x", "w"}, fmt::format("c{}", i));
  std::vector<std::string> all;
  for (int i = 0; i < 3000; ++i) all.push_back(fmt::format("c{}", i));
  m.node("Concat", all, "y").integer("axis", 1);
  EXPECT_THAT(m.error(),
              HasSubstr("takes the weights of all operators far past the size of the file"));
}

TEST(Hostile, ManyEqualNames) {
  ModelBuilder m = image({0, 1, 1, 1});
  std::string from = "x";
  for (int i = 0; i < 5000; ++i) {
    const std::string to = i == 4999 ? "y" : fmt::format("v{}", i);
    m.node("MaxPool", {from}, to).integers("kernel_shape", {1, 1}).proto().set_name("same");
    from = to;
  }
  const Network network = m.import();
  EXPECT_EQ(network.operators.back().name, "same#5000");
}

TEST(Hostile, ManyCuts) {
  ModelBuilder m = image({0, 1, 1, 1});
  m.node("Conv", {"x", m.ramp("w", {1, 1, 1, 1})}, "c");
  for (int i = 0; i < 2000; ++i) {
    const std::string conv = fmt::format("c{}", i), score = fmt::format("s{}", i);
    m.node("Conv", {"c", "w"}, conv);
    m.node("Sigmoid", {conv}, score);
    m.output(score);
  }
  const Network network = m.import();
  EXPECT_EQ(network.outputs.size(), 2000u);
  EXPECT_LT(network.notes.size(), 40u);
}

TEST(Hostile, HugeChannels) {
  ModelBuilder m = image({0, 1 << 26, 1, 1});
  m.node("Relu", {"x"}, "y");
  EXPECT_EQ(m.error(), "the model's input 'x' has 67108864 channels; the limit is 1048576");
}

TEST(Hostile, AGraphThatIsACycle) {
  ModelBuilder m = image({0, 1, 2, 2});
  m.node("Add", {"x", "b"}, "a");
  m.node("Relu", {"a"}, "b");
  m.output("b");
  EXPECT_EQ(m.error(), "node 'Add_a' (Add) reads 'b', which nothing before it produces");
}

TEST(Hostile, ACycleInThePostProcessing) {
  ModelBuilder m = image({0, 1, 2, 2});
  m.node("Conv", {"x", m.ramp("w", {1, 1, 1, 1})}, "c");
  m.node("Sum", {"c", "e", "c"}, "d");
  m.node("Exp", {"d"}, "e");
  m.output("e");
  EXPECT_EQ(m.error(), "node 'Sum_d' (Sum) reads 'e', which nothing before it produces");
}

TEST(Hostile, EmptyTensors) {
  ModelBuilder weights = image({0, 1, 2, 2});
  weights.node("Conv", {"x", weights.floats("w", {0, 1, 1, 1}, {})}, "y");
  EXPECT_THAT(weights.error(), HasSubstr("has 0 filters"));
  ModelBuilder nothing = image({0, 1, 2, 2});
  nothing.node("Slice",
               {"x", nothing.ints("s", {2}), nothing.ints("e", {2}), nothing.ints("a", {2})}, "y");
  EXPECT_THAT(nothing.error(), HasSubstr("takes a part of 1 x 1 x 2 x 2"));
  ModelBuilder dims = image({0, 0, 2, 2});
  dims.node("Relu", {"x"}, "y");
  EXPECT_THAT(dims.error(), HasSubstr("leaves dimension 1 open"));
}

/// Largest memory of this process so far.
std::int64_t peak_kibibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Found by the fuzzer: memory was taken before the payload was compared with the shape.
TEST(Hostile, AShapeThatTheFileDoesNotFill) {
  for (const bool raw : {true, false}) {
    ModelBuilder m = image({0, 1, 2, 2});
    onnx::TensorProto tensor = ModelBuilder::tensor({1 << 29, 1, 1, 1}, Floats(4, 0.0F));
    if (!raw) {
      tensor.clear_raw_data();
      tensor.add_float_data(0.0F);
    }
    m.node("Conv", {"x", m.add("w", tensor)}, "y");
    const std::int64_t before = peak_kibibytes();
    EXPECT_THAT(m.error(), HasSubstr("where its shape asks for"));
    EXPECT_LT(peak_kibibytes() - before, 1 << 18);
  }
}

TEST(Hostile, ConstantsThatGrow) {
  ModelBuilder m = image({0, 1, 2, 2});
  m.node("ConstantOfShape", {m.ints("shape", {1 << 26})}, "much");
  m.node("Add", {"x", "much"}, "y");
  EXPECT_THAT(m.error(), HasSubstr("computes constants that are too large"));
}

}  // namespace
}  // namespace sd::graph
