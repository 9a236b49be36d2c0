// Ce and B in the file, joined by standard operators: reading the file folds them to the weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_equal.hpp"
#include "model_builder.hpp"
#include "random_factors.hpp"
#include "random_network.hpp"

namespace sd::graph {
namespace {

using testing::HasSubstr;

/// A convolution with this kernel and these groups, then a fully connected layer.
Network two_layers(int channels, int filters, int height, int width, int groups = 1) {
  ModelBuilder m = image({0, channels, 6, 6});
  m.node("Conv", {"x", m.ramp("w", {filters, channels / groups, height, width})}, "c")
      .integer("group", groups);
  m.node("GlobalAveragePool", {"c"}, "p");
  m.node("Flatten", {"p"}, "f");
  m.node("Gemm", {"f", m.ramp("v", {filters, 5})}, "y");
  return m.import();
}

void expect_joined(Network network, const FactorShape& shape) {
  std::vector<FactoredWeights> factored;
  for (int i = 0; i < static_cast<int>(network.operators.size()); ++i) {
    if (network.operators[static_cast<std::size_t>(i)].has_weights())
      factored.push_back(factorise(network, i, shape, static_cast<std::uint64_t>(i)));
  }
  ASSERT_FALSE(factored.empty());
  const TemporaryFile file;
  export_onnx_factored(network, factored, file.path());
  expect_equal(network, import_onnx(file.path()));
}

TEST(FactoredExport, EveryLayoutGivesTheRebuiltWeightsBitByBit) {
  for (const int rank : {1, 3}) {
    for (const int slice_rows : {1, 2, 5, 1000}) {
      for (const int filters_per_basis : {1, 2, 4, 100}) {
        SCOPED_TRACE(testing::Message() << "rank " << rank << ", slices of " << slice_rows << ", "
                                        << filters_per_basis << " filters a basis");
        const FactorShape shape{rank, slice_rows, filters_per_basis, 3, rank == 3};
        expect_joined(two_layers(4, 6, 3, 3), shape);
        expect_joined(two_layers(4, 6, 1, 1), shape);  // channels do not fill the last row
        expect_joined(two_layers(7, 3, 3, 1), shape);  // kernel columns of 1
        expect_joined(two_layers(1, 1, 1, 2), shape);
        expect_joined(two_layers(6, 6, 3, 3, 6), shape);  // depthwise
        expect_joined(two_layers(6, 4, 3, 2, 2), shape);  // grouped
      }
    }
  }
}

TEST(FactoredExport, HoldsCeAndBAndNotTheWeights) {
  Network network = two_layers(4, 6, 3, 3);
  const std::vector<FactoredWeights> factored{factorise(network, 1, {}, 1)};
  const TemporaryFile file;
  export_onnx_factored(network, factored, file.path());
  std::ifstream in(file.path(), std::ios::binary);
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromIstream(&in));
  std::map<std::string, Ints> dims;
  for (const auto& tensor : model.graph().initializer())
    dims[tensor.name()] = {tensor.dims().begin(), tensor.dims().end()};
  EXPECT_EQ(dims["Conv_c.ce"], (Ints{6, 12, 2}));
  EXPECT_EQ(dims["Conv_c.basis"], (Ints{6, 2, 3}));
  EXPECT_EQ(dims["Conv_c.filter_scale"], (Ints{6, 1, 1}));
  EXPECT_FALSE(dims.contains("Conv_c.weight"));
  EXPECT_TRUE(dims.contains("Gemm_y.weight"));  // not factored
  EXPECT_EQ(model.opset_import(0).version(), 13);
}

TEST(FactoredExport, KeepsABatchNormAndThePostProcessing) {
  for (const int opset : {8, 9, 10, 13, 17}) {
    SCOPED_TRACE(opset);
    ModelBuilder m = image({0, 4, 6, 6}, opset);
    m.node("Conv", {"x", m.ramp("w", {6, 4, 3, 3})}, "c");
    m.node("BatchNormalization",
           {"c", m.ramp("g", {6}), m.ramp("b", {6}), m.ramp("m", {6}), m.ramp("v", {6})}, "n");
    m.node("Clip", {"n"}, "r");
    if (opset < 11) {
      NodeBuilder(*m.graph().mutable_node(2)).number("min", 0.0F).number("max", 6.0F);
    } else {
      m.graph().mutable_node(2)->add_input(m.floats("low", {}, {0.0F}));
      m.graph().mutable_node(2)->add_input(m.floats("high", {}, {6.0F}));
    }
    m.node("Sigmoid", {"r"}, "y");
    const ImportOptions keep{.fold_batch_norm = false};
    Network network = m.import(keep);
    ASSERT_TRUE(network.operators.at(1).batch_norm);
    const std::vector<FactoredWeights> factored{factorise(network, 1, {}, 1)};
    const TemporaryFile file;
    export_onnx_factored(network, factored, file.path());
    expect_equal(network, import_onnx(file.path(), keep));
  }
}

std::string error_of(const Network& network, const FactoredWeights& factors) {
  const TemporaryFile file;
  try {
    export_onnx_factored(network, {factors}, file.path());
  } catch (const ImportError& error) {
    return error.what();
  }
  return "no error";
}

TEST(FactoredExport, FactorsThatDoNotFitAreRefused) {
  Network network = two_layers(4, 6, 3, 3);
  const FactoredWeights good = factorise(network, 1, {}, 1);
  EXPECT_EQ(error_of(network, good), "no error");
  const auto spoilt = [&](auto spoil) {
    FactoredWeights f = good;
    spoil(f);
    return error_of(network, f);
  };
  EXPECT_EQ(spoilt([](auto& f) { f.operator_index = 9; }),
            "factors are given for operator 9 of a network of 4");
  EXPECT_THAT(spoilt([](auto& f) { f.operator_index = 2; }),
              HasSubstr("belong to an operator without weights"));
  EXPECT_THAT(spoilt([](auto& f) { f.rank = 0; }), HasSubstr("have a count below 1"));
  EXPECT_EQ(spoilt([](auto& f) { f.rows = 11; }),
            "the factors of convolution 'Conv_c' have 6 filters of 11 x 3; its weights are 6 "
            "filters of 4 x 3 x 3");
  EXPECT_EQ(spoilt([](auto& f) { f.basis.pop_back(); }),
            "the factors of convolution 'Conv_c' hold 144 coefficients, 35 basis elements and 6 "
            "scales; their counts do not fit");
  ModelBuilder old = image({0, 4, 6, 6}, 7);
  old.node("Conv", {"x", old.ramp("w", {6, 4, 3, 3})}, "c");
  old.node("Sigmoid", {"c"}, "y");
  Network seven = old.import();
  EXPECT_THAT(error_of(seven, factorise(seven, 1, {}, 1)),
              HasSubstr("cannot be joined in opset 7, that of the post-processing"));
}

}  // namespace
}  // namespace sd::graph
