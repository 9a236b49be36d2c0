// Frameworks' own exports, where the shared development material is at hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "expect_equal.hpp"
#include "model_builder.hpp"
#include "sdengine/graph/batch_norm.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {
namespace {

std::filesystem::path shared_model(const std::string& name) {
  const char* folder = std::getenv("SD_SHARED");
  const std::filesystem::path shared = folder != nullptr ? folder : SD_SOURCE_DIR "/../shared";
  return shared / "models" / name;
}

#define SKIP_WITHOUT(file)                                                                     \
  if (!std::filesystem::exists(file)) {                                                        \
    GTEST_SKIP() << "needs " << (file) << " (set SD_SHARED to the folder of shared material)"; \
  }

std::map<OperatorKind, int> count_kinds(const Network& network) {
  std::map<OperatorKind, int> counts;
  for (const Operator& op : network.operators) ++counts[op.kind];
  return counts;
}

// Strided Slice and Pad shortcuts, with pads computed by ConstantOfShape, Concat, Reshape, Slice,
// Transpose and Cast.
TEST(SharedModels, ResNet20) {
  const auto file = shared_model("resnet20_cifar10.onnx");
  SKIP_WITHOUT(file);
  const Network network = import_onnx(file);
  EXPECT_EQ(network.input_shape(), (TensorShape{3, 32, 32}));
  EXPECT_EQ(count_kinds(network), (std::map<OperatorKind, int>{{OperatorKind::input, 1},
                                                               {OperatorKind::convolution, 19},
                                                               {OperatorKind::fully_connected, 1},
                                                               {OperatorKind::add, 9},
                                                               {OperatorKind::average_pool, 1},
                                                               {OperatorKind::subsample_pad, 2}}));
  std::int64_t macs = 0;
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) macs += network.macs(i);
  EXPECT_EQ(macs, 40551040);
  std::vector<SubsamplePad> shortcuts;
  for (const Operator& op : network.operators) {
    if (op.kind == OperatorKind::subsample_pad) shortcuts.push_back(op.subsample);
  }
  EXPECT_EQ(shortcuts, (std::vector<SubsamplePad>{{2, 2, 8, 8}, {2, 2, 16, 16}}));

  const TemporaryFile copy;
  export_onnx(network, copy.path());
  const Network again = import_onnx(copy.path());
  ASSERT_EQ(again.operators.size(), network.operators.size());
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    EXPECT_EQ(again.operators[i].name, network.operators[i].name);
    EXPECT_EQ(again.operators[i].weights, network.operators[i].weights);
  }
}

// The framework folded the same batch norms itself, in the same order of operators, up to rounding.
TEST(SharedModels, ResNet20BatchNormFoldsAsTheFrameworkDid) {
  const auto with_nodes = shared_model("resnet20_cifar10_bn.onnx"),
             folded = shared_model("resnet20_cifar10.onnx");
  SKIP_WITHOUT(with_nodes);
  SKIP_WITHOUT(folded);
  const Network a = import_onnx(with_nodes), b = import_onnx(folded);
  ASSERT_EQ(a.operators.size(), b.operators.size());
  for (std::size_t i = 0; i < a.operators.size(); ++i) {
    const Operator &x = a.operators[i], &y = b.operators[i];
    ASSERT_EQ(x.kind, y.kind);
    ASSERT_EQ(x.weights.size(), y.weights.size());
    for (std::size_t k = 0; k < x.weights.size(); ++k) {
      ASSERT_NEAR(x.weights[k], y.weights[k], 1e-5F * (1 + std::abs(y.weights[k]))) << x.name;
    }
    for (std::size_t k = 0; k < x.bias.size(); ++k)
      ASSERT_NEAR(x.bias[k], y.bias[k], 1e-4F) << x.name;
  }
}

// Depthwise, dilated and strided convolutions, concat, and eight heads whose boxes and scores are
// post-processing.
TEST(SharedModels, ADetectorIsCutAndExportedAgain) {
  const auto file = shared_model("rfb320.onnx");
  SKIP_WITHOUT(file);
  const Network network = import_onnx(file);
  EXPECT_EQ(count_kinds(network), (std::map<OperatorKind, int>{{OperatorKind::input, 1},
                                                               {OperatorKind::convolution, 52},
                                                               {OperatorKind::add, 1},
                                                               {OperatorKind::concat, 1}}));
  std::vector<TensorShape> heads;
  for (const int output : network.outputs)
    heads.push_back(network.operators[static_cast<std::size_t>(output)].output);
  EXPECT_EQ(heads, (std::vector<TensorShape>{{6, 30, 40},
                                             {12, 30, 40},
                                             {4, 15, 20},
                                             {8, 15, 20},
                                             {4, 8, 10},
                                             {8, 8, 10},
                                             {6, 4, 5},
                                             {12, 4, 5}}));
  EXPECT_THAT(network.notes,
              testing::Contains(
                  "cut after convolution '317': from node '318' (Transpose) on, the graph only "
                  "post-processes (Transpose, Reshape, Concat, Softmax)"));
  const TemporaryFile copy;
  export_onnx(network, copy.path());
  const Network again = import_onnx(copy.path());
  expect_equal(network, again);
  expect_same_interface(network, again);
}

// The decomposition reference works on the weights before folding.
TEST(SharedModels, BatchNormIsKeptOnRequestAndFoldsToTheSame) {
  const auto file = shared_model("resnet20_cifar10_bn.onnx");
  SKIP_WITHOUT(file);
  Network kept = import_onnx(file, {.fold_batch_norm = false});
  const auto norms = std::count_if(kept.operators.begin(), kept.operators.end(),
                                   [](const Operator& op) { return op.batch_norm.has_value(); });
  EXPECT_EQ(norms, 19);
  fold_batch_norm(kept);
  expect_equal(kept, import_onnx(file));
}

}  // namespace
}  // namespace sd::graph
