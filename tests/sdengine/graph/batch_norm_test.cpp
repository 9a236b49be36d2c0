// Batch norm as data: kept, folded, unfolded.
#include "sdengine/graph/batch_norm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_equal.hpp"
#include "model_builder.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {
namespace {

using testing::HasSubstr;

const ImportOptions keep{.fold_batch_norm = false};

/// Convolution and fully connected layer, each with bias and batch norm.
ModelBuilder model(int opset = 13) {
  ModelBuilder m = image({0, 2, 3, 3}, opset);
  const auto norm = [&](const std::string& from, const std::string& to, const Ints& dims) {
    m.node("BatchNormalization",
           {from, m.floats(to + ".g", dims, {0.5F, -2.0F}), m.floats(to + ".b", dims, {1.0F, 3.0F}),
            m.floats(to + ".m", dims, {0.25F, -1.0F}), m.floats(to + ".v", dims, {4.0F, 0.25F})},
           to)
        .number("epsilon", 0.001F);
  };
  m.node("Conv", {"x", m.ramp("w", {2, 2, 3, 3}), m.floats("wb", {2}, {0.5F, -0.5F})}, "c");
  norm("c", "n", {2});
  m.node("Relu", {"n"}, "r");
  m.node("Flatten", {"r"}, "f");
  m.node("Gemm", {"f", m.ramp("g", {2, 2}), m.floats("gb", {2}, {1.0F, 2.0F})}, "l");
  norm("l", "y", {2});
  return m;
}

TEST(BatchNorm, KeptBesideTheRawWeights) {
  const Network network = model().import(keep);
  ASSERT_EQ(network.operators.size(), 3u);
  const Operator& conv = network.operators[1];
  ASSERT_TRUE(conv.batch_norm);
  EXPECT_FLOAT_EQ(conv.weights[0], 0.1F);
  EXPECT_THAT(conv.bias, testing::ElementsAre(0.5F, -0.5F));
  EXPECT_THAT(conv.batch_norm->gamma, testing::ElementsAre(0.5F, -2.0F));
  EXPECT_THAT(conv.batch_norm->variance, testing::ElementsAre(4.0F, 0.25F));
  EXPECT_EQ(conv.batch_norm->epsilon, 0.001F);
  EXPECT_TRUE(conv.relu);
  EXPECT_TRUE(network.operators[2].batch_norm);
}

TEST(BatchNorm, FoldingWhatWasKeptIsTheDefaultImport) {
  Network network = model().import(keep);
  fold_batch_norm(network);
  expect_equal(network, model().import());
}

TEST(BatchNorm, SurvivesAnExport) {
  const Network network = model().import(keep);
  const TemporaryFile file;
  export_onnx(network, file.path());
  expect_equal(network, import_onnx(file.path(), keep));
}

TEST(BatchNorm, OnlyWhereNothingElseReadsTheLayer) {
  ModelBuilder m = image({0, 2, 3, 3});
  m.node("Conv", {"x", m.ramp("w", {2, 2, 1, 1})}, "c");
  m.node("BatchNormalization",
         {"c", m.ramp("g", {2}), m.ramp("b", {2}), m.ramp("m", {2}), m.ramp("v", {2})}, "n");
  m.node("Add", {"c", "n"}, "y");
  const Network network = m.import(keep);
  EXPECT_FALSE(network.operators.at(1).batch_norm);
  EXPECT_EQ(network.operators.at(2).groups, 2);  // a depthwise convolution of its own
}

TEST(BatchNorm, WhatFollowsItScalesIt) {
  ModelBuilder m = image({0, 2, 3, 3});
  m.node("Conv", {"x", m.ramp("w", {2, 2, 1, 1})}, "c");
  m.node("BatchNormalization",
         {"c", m.ramp("g", {2}), m.ramp("b", {2}), m.ramp("m", {2}), m.ramp("v", {2})}, "n");
  m.node("Mul", {"n", m.floats("k", {1, 2, 1, 1}, {2.0F, 4.0F})}, "k2");
  m.node("Add", {"k2", m.floats("a", {}, {1.0F})}, "y");
  const Network kept = m.import(keep);
  const Operator& op = kept.operators.at(1);
  EXPECT_FLOAT_EQ(op.weights[0], 0.1F);
  EXPECT_THAT(op.batch_norm->gamma, testing::ElementsAre(0.2F, 0.8F));
  EXPECT_THAT(op.batch_norm->beta, testing::ElementsAre(1.2F, 1.8F));
}

TEST(BatchNorm, UnfoldingIsTheOppositeOfFolding) {
  const Network raw = model().import(keep);
  Operator op = raw.operators[1];
  fold_batch_norm(op);
  EXPECT_FALSE(op.batch_norm);
  unfold_batch_norm(op, *raw.operators[1].batch_norm);
  EXPECT_EQ(op.batch_norm, raw.operators[1].batch_norm);
  for (std::size_t i = 0; i < op.weights.size(); ++i)
    EXPECT_NEAR(op.weights[i], raw.operators[1].weights[i], 1e-6F);
  for (std::size_t i = 0; i < op.bias.size(); ++i)
    EXPECT_NEAR(op.bias[i], raw.operators[1].bias[i], 1e-6F);
}

TEST(BatchNorm, UnfoldingRefusesWhatItCannotDo) {
  const Network raw = model().import(keep);
  Operator op = raw.operators[1];
  const BatchNorm norm = *op.batch_norm;
  const auto error = [&](const Operator& from, const BatchNorm& to) {
    Operator copy = from;
    try {
      unfold_batch_norm(copy, to);
    } catch (const ImportError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(error(op, norm), "convolution 'Conv_c' has a batch norm already");
  fold_batch_norm(op);
  BatchNorm other = norm;
  other.gamma[1] = 0;
  EXPECT_THAT(error(op, other), HasSubstr("filter 1 of 'Conv_c' cannot be unfolded"));
  other = norm;
  other.mean.pop_back();
  EXPECT_EQ(error(op, other), "the batch norm of 'Conv_c' has 1 values for 2 filters");
  other = norm;
  other.variance[0] = -1;
  EXPECT_THAT(error(op, other), HasSubstr("has the variance -1 with epsilon 0.001"));
  EXPECT_THAT(error(raw.operators[0], norm), HasSubstr("input 'x' has no weights"));
}

TEST(BatchNorm, AFilterThatIsConstantUnfoldsToOne) {
  Operator op = model().import(keep).operators[1];
  BatchNorm norm = *op.batch_norm;
  norm.gamma[1] = 0;
  op.batch_norm = norm;
  fold_batch_norm(op);
  const Operator folded = op;
  unfold_batch_norm(op, norm);
  fold_batch_norm(op);
  EXPECT_EQ(op.bias[1], folded.bias[1]);
  EXPECT_EQ(op.weights.back(), 0.0F);
}

}  // namespace
}  // namespace sd::graph
