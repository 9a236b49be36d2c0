// Where a graph only post-processes, the network ends, and the rest is kept for exports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_equal.hpp"
#include "model_builder.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// Two heads on one convolution, as detectors have them: scores and, by arithmetic, boxes. The
/// target of one Reshape comes from the shape of the network's data.
ModelBuilder detector(int opset = 11) {
  ModelBuilder m = image({1, 2, 6, 8}, opset);
  m.node("Conv", {"x", m.ramp("w", {3, 2, 3, 3})}, "c").integers("pads", {1, 1, 1, 1});
  m.node("Relu", {"c"}, "r");
  m.node("Conv", {"r", m.ramp("ws", {4, 3, 1, 1})}, "s");
  m.node("Conv", {"r", m.ramp("wb", {2, 3, 1, 1})}, "b");
  m.node("Transpose", {"s"}, "st").integers("perm", {0, 2, 3, 1});
  m.node("Reshape", {"st", m.ints("two", {1, -1, 2})}, "sr");
  m.node("Softmax", {"sr"}, "scores").integer("axis", 2);
  m.node("Shape", {"b"}, "shape");
  m.node("Gather", {"shape", m.scalar("first", 0)}, "batch");
  m.node("Unsqueeze", {"batch"}, "batch1").integers("axes", {0});
  m.node("Concat", {"batch1", m.ints("open", {-1})}, "target").integer("axis", 0);
  m.node("Transpose", {"b"}, "bt").integers("perm", {0, 2, 3, 1});
  m.node("Reshape", {"bt", "target"}, "br");
  m.node("Constant", {}, "scale").tensor("value", ModelBuilder::tensor({1}, Floats{0.1F}));
  m.node("Mul", {"br", "scale"}, "bm");
  m.node("Exp", {"bm"}, "boxes");
  m.output("scores");
  m.output("boxes");
  return m;
}

onnx::GraphProto tail_of(const Network& network) {
  onnx::ModelProto model;
  EXPECT_TRUE(model.ParseFromString(network.postprocessing));
  return model.graph();
}

template <typename Entries>
std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.push_back(entry.name());
  return names;
}

TEST(Cut, DetectorHeadsEndAtTheirConvolutions) {
  const Network network = detector().import();
  ASSERT_EQ(network.operators.size(), 4u);
  EXPECT_THAT(network.outputs, ElementsAre(2, 3));
  EXPECT_EQ(network.output_tensors,
            (std::vector<OutputTensor>{{"s", {1, 4, 6, 8}}, {"b", {1, 2, 6, 8}}}));
  EXPECT_THAT(network.notes,
              Contains("cut after convolution 'Conv_s': from node 'Transpose_st' (Transpose) on, "
                       "the graph only post-processes (Transpose, Reshape, Softmax)"));
  EXPECT_THAT(network.notes,
              Contains("cut after convolution 'Conv_b': from node 'Transpose_bt' (Transpose) on, "
                       "the graph only post-processes (Transpose, Reshape, Mul, Exp)"));
  EXPECT_THAT(network.notes, Contains(HasSubstr("7 nodes after the cut")));
}

TEST(Cut, TheTailIsAModelOfItsOwn) {
  const onnx::GraphProto tail = tail_of(detector().import());
  EXPECT_THAT(names_of(tail.input()), ElementsAre("s", "b"));
  EXPECT_THAT(names_of(tail.output()), ElementsAre("scores", "boxes"));
  // The constant's node goes with it; what the shape gave is a number by now.
  EXPECT_THAT(names_of(tail.node()),
              ElementsAre("Transpose_st", "Reshape_sr", "Softmax_scores", "Transpose_bt",
                          "Reshape_br", "Constant_scale", "Mul_bm", "Exp_boxes"));
  EXPECT_THAT(names_of(tail.initializer()), ElementsAre("two", "target"));
}

TEST(Cut, AnExportContainsTheTailAgainAndIsReadAsTheSameNetwork) {
  for (const int opset : {9, 11, 12}) {
    SCOPED_TRACE(opset);
    const Network network = detector(opset).import();
    const TemporaryFile file;
    export_onnx(network, file.path());
    const Network again = import_onnx(file.path());
    expect_equal(network, again);
    expect_same_interface(network, again);
    std::ifstream in(file.path(), std::ios::binary);
    onnx::ModelProto model;
    ASSERT_TRUE(model.ParseFromIstream(&in));
    EXPECT_EQ(model.opset_import(0).version(), opset);
    EXPECT_THAT(names_of(model.graph().output()), ElementsAre("scores", "boxes"));
  }
}

TEST(Cut, AnUnsupportedLastNodeIsCutOffAClassifier) {
  ModelBuilder m = image({0, 2, 4, 4});
  m.node("Conv", {"x", m.ramp("w", {3, 2, 1, 1})}, "c");
  m.node("GlobalAveragePool", {"c"}, "p");
  m.node("Flatten", {"p"}, "f");
  m.node("Sigmoid", {"f"}, "y");
  const Network network = m.import();
  EXPECT_EQ(network.operators.size(), 3u);
  EXPECT_EQ(network.output_tensors, (std::vector<OutputTensor>{{"f", {0, 3}}}));
  const TemporaryFile file;
  export_onnx(network, file.path());
  const Network again = import_onnx(file.path());
  expect_equal(network, again);
  expect_same_interface(network, again);
}

TEST(Cut, ASoftmaxThatIsReadEndsTheNetwork) {
  ModelBuilder m = image({0, 3, 1, 1});
  m.node("Flatten", {"x"}, "f");
  m.node("Gemm", {"f", m.ramp("w", {3, 4})}, "g");
  m.node("Softmax", {"g"}, "s");
  m.node("ArgMax", {"s"}, "y").integer("axis", 1);
  const Network network = m.import();
  EXPECT_EQ(network.operators.at(static_cast<std::size_t>(network.output())).kind,
            OperatorKind::softmax);
  EXPECT_THAT(names_of(tail_of(network).node()), ElementsAre("ArgMax_y"));
}

TEST(Cut, OutputsBeforeAndAfterTheCut) {
  ModelBuilder m = image({0, 2, 4, 4});
  m.node("Conv", {"x", m.ramp("w", {3, 2, 1, 1})}, "c");
  m.node("Tanh", {"c"}, "t");
  m.node("Relu", {"c"}, "r");
  m.output("r");
  m.output("t");
  const Network network = m.import();
  EXPECT_EQ(network.operators.at(1).relu, false);  // the tail reads it without
  EXPECT_EQ(network.output_tensors,
            (std::vector<OutputTensor>{{"c", {0, 3, 4, 4}}, {"r", {0, 3, 4, 4}}}));
  const TemporaryFile file;
  export_onnx(network, file.path());
  expect_equal(network, import_onnx(file.path()));
}

TEST(Cut, SeveralOutputsWithoutPostProcessing) {
  ModelBuilder m = image({0, 2, 4, 4});
  m.node("Conv", {"x", m.ramp("w", {3, 2, 1, 1})}, "c");
  m.node("Relu", {"c"}, "r");
  m.node("Flatten", {"r"}, "f");
  m.output("f");
  m.output("r");
  const Network network = m.import();
  EXPECT_THAT(network.outputs, ElementsAre(1, 1));
  EXPECT_TRUE(network.postprocessing.empty());
  EXPECT_THAT([&] { (void)network.output(); },
              testing::ThrowsMessage<ImportError>(
                  "network 'test' has 2 outputs; this needs one with a single output, such as a "
                  "classifier"));
  const TemporaryFile file;
  export_onnx(network, file.path());
  const Network again = import_onnx(file.path());
  expect_equal(network, again);
  expect_same_interface(network, again);
}

TEST(Cut, ActivationsInsideTheNetworkAreErrors) {
  for (const char* type : {"Sigmoid", "HardSwish", "LeakyRelu", "Elu"}) {
    ModelBuilder m = image({0, 2, 4, 4});
    m.node("Conv", {"x", m.ramp("w", {2, 2, 1, 1})}, "c");
    m.node(type, {"c"}, "a");
    m.node("Conv", {"a", m.ramp("v", {2, 2, 1, 1})}, "y");
    EXPECT_EQ(m.error(), std::string("node '") + type + "_a' (" + type +
                             ") is of a type that is not supported; docs/networks.md lists those "
                             "that are");
  }
}

TEST(Cut, NothingIsCutBeforeTheFirstWeights) {
  ModelBuilder m = image({0, 2, 4, 4});
  m.node("Sigmoid", {"x"}, "y");
  EXPECT_THAT(m.error(), HasSubstr("node 'Sigmoid_y' (Sigmoid) is of a type"));
  ModelBuilder late = image({0, 2, 4, 4});
  late.node("Conv", {"x", late.ramp("w", {2, 2, 1, 1})}, "c");
  late.node("Sigmoid", {"c"}, "s");
  late.node("Mul", {"s", "x"}, "y");
  EXPECT_EQ(late.error(),
            "node 'Mul_y' (Mul) only post-processes, but reads 'x', which comes before the first "
            "layer with weights; this is not supported");
}

TEST(Cut, SubgraphsAreRefused) {
  ModelBuilder m = image({0, 2, 4, 4});
  m.node("Conv", {"x", m.ramp("w", {2, 2, 1, 1})}, "c");
  auto* body = m.node("If", {"c"}, "y").proto().add_attribute();
  body->set_name("then_branch");
  body->set_type(onnx::AttributeProto::GRAPH);
  body->mutable_g()->set_name("g");
  EXPECT_THAT(m.error(), HasSubstr("node 'If_y' (If) is of a type that is not supported"));
}

TEST(Cut, ConstantsThatCannotBeComputedHereGoWithTheTail) {
  ModelBuilder m = image({0, 2, 1, 1});
  m.node("Conv", {"x", m.ramp("w", {2, 2, 1, 1})}, "c");
  m.node("Tile", {m.ramp("t", {1, 1, 1, 1}), m.ints("n", {1, 2, 1, 1})}, "anchors");
  m.node("Mul", {"c", "anchors"}, "y");
  const Network network = m.import();
  EXPECT_THAT(names_of(tail_of(network).node()), ElementsAre("Tile_anchors", "Mul_y"));
  EXPECT_THAT(names_of(tail_of(network).initializer()), ElementsAre("t", "n"));
}

TEST(Cut, ADamagedTailIsRefusedOnExport) {
  const TemporaryFile file;
  Network network = detector().import();
  network.postprocessing = "no model";
  EXPECT_THAT([&] { export_onnx(network, file.path()); },
              testing::ThrowsMessage<ImportError>(
                  HasSubstr("post-processing of network 'test' is damaged; import its ONNX file")));
  network = detector().import();
  network.output_tensors[0].name = "other";
  EXPECT_THAT([&] { export_onnx(network, file.path()); },
              testing::ThrowsMessage<ImportError>(
                  HasSubstr("reads other tensors than the network's outputs")));
  network = detector().import();
  network.output_tensors[0].dims = {1, 4, 6, 9};
  EXPECT_THAT([&] { export_onnx(network, file.path()); },
              testing::ThrowsMessage<ImportError>(
                  "output 's' has dimensions that do not fit convolution 'Conv_s'"));
  network = detector().import();
  network.operators[0].name = "scores";  // which the tail defines
  EXPECT_THAT([&] { export_onnx(network, file.path()); },
              testing::ThrowsMessage<ImportError>(HasSubstr("'scores' stands for two tensors")));
}

}  // namespace
}  // namespace sd::graph
