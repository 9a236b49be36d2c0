#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

using testing::HasSubstr;

/// input 2 x 4 x 4 -> conv 3 x 2 x 2 -> add -> pool -> fc
Network good() {
  Network n;
  n.name = "good";
  n.operators.resize(5);
  Operator &input = n.operators[0], &conv = n.operators[1], &add = n.operators[2],
           &pool = n.operators[3], &fc = n.operators[4];
  input.name = "input";
  input.output = {2, 4, 4};
  conv.kind = OperatorKind::convolution;
  conv.name = "conv";
  conv.inputs = {0};
  conv.window.kernel_height = conv.window.kernel_width = 3;
  conv.output = {3, 2, 2};
  conv.weights.assign(54, 1.0F);
  conv.bias.assign(3, 0.0F);
  add.kind = OperatorKind::add;
  add.name = "add";
  add.inputs = {1, 1};
  add.output = {3, 2, 2};
  pool.kind = OperatorKind::average_pool;
  pool.name = "pool";
  pool.inputs = {2};
  pool.window.kernel_height = pool.window.kernel_width = 2;
  pool.output = {3, 1, 1};
  fc.kind = OperatorKind::fully_connected;
  fc.name = "fc";
  fc.inputs = {3};
  fc.output = {2, 1, 1};
  fc.weights.assign(6, 1.0F);
  fc.bias.assign(2, 0.0F);
  n.outputs = {4};
  n.preprocessing = {{0, 0}, {1, 1}, false};
  return n;
}

std::string error(const std::function<void(Network&)>& change) {
  Network network = good();
  change(network);
  try {
    validate(network);
  } catch (const ImportError& e) {
    return e.what();
  }
  return "no error";
}

TEST(Validate, AGoodNetworkPasses) {
  EXPECT_EQ(error([](Network&) {}), "no error");
}

TEST(Validate, NamesTheOperatorOfEachViolation) {
  const auto change = [](std::size_t index, const std::function<void(Operator&)>& edit) {
    return error([&](Network& n) { edit(n.operators[index]); });
  };
  EXPECT_EQ(change(1, [](Operator& o) { o.weights.pop_back(); }),
            "convolution 'conv' has 53 weights; its shapes ask for 54");
  EXPECT_EQ(change(1, [](Operator& o) { o.bias.pop_back(); }),
            "convolution 'conv' has 2 biases for 3 filters");
  EXPECT_EQ(change(1, [](Operator& o) { o.output.height = 3; }),
            "convolution 'conv' says that its output is 3 x 3 x 2; its inputs give 3 x 2 x 2");
  EXPECT_EQ(
      change(1, [](Operator& o) { o.groups = 2; }),
      "convolution 'conv' has 2 groups, which do not divide its 2 input channels and 3 filters");
  EXPECT_THAT(change(1, [](Operator& o) { o.window.stride_width = 0; }),
              HasSubstr("has a kernel, stride or dilation of 0"));
  EXPECT_THAT(change(1, [](Operator& o) { o.window.pad_top = -1; }), HasSubstr("has a pad of -1"));
  EXPECT_THAT(change(1, [](Operator& o) { o.bias[0] = INFINITY; }),
              HasSubstr("infinite or not a number"));
  EXPECT_EQ(change(2, [](Operator& o) { o.inputs = {1}; }),
            "add 'add' has 1 inputs; it must have 2");
  EXPECT_EQ(change(2,
                   [](Operator& o) {
                     o.inputs = {0, 1};
                   }),
            "add 'add' adds tensors of different shape, 2 x 4 x 4 and 3 x 2 x 2");
  EXPECT_EQ(change(2,
                   [](Operator& o) {
                     o.inputs = {1, 2};
                   }),
            "add 'add' reads operator 2, which does not come before it (2)");
  EXPECT_EQ(change(2,
                   [](Operator& o) {
                     o.inputs = {1, -1};
                   }),
            "add 'add' reads operator -1, which does not come before it (2)");
  EXPECT_EQ(change(2, [](Operator& o) { o.clip_upper = 6.0F; }),
            "add 'add' has the upper clip 6; it needs a ReLU and a positive, finite bound");
  EXPECT_EQ(change(2, [](Operator& o) { o.weights = {1}; }),
            "add 'add' has weights, which its kind does not take");
  EXPECT_EQ(change(3, [](Operator& o) { o.relu = true; }),
            "average pool 'pool' has a ReLU, which its kind does not take");
  EXPECT_THAT(change(3, [](Operator& o) { o.window.pad_left = 2; }),
              HasSubstr("has pads as large as its 2 x 2 kernel"));
  EXPECT_EQ(change(3, [](Operator& o) { o.name = "add"; }),
            "average pool 'add' has a name that is used twice");
  EXPECT_EQ(change(3, [](Operator& o) { o.name.clear(); }),
            "operator 3 (average pool) has no name");
  EXPECT_EQ(change(3, [](Operator& o) { o.kind = OperatorKind::input; }),
            "input 'pool' is operator 3; operator 0, and only that, must be the input");
  EXPECT_EQ(change(0, [](Operator& o) { o.output.channels = 0; }),
            "input 'input' has an empty shape, 0 x 4 x 4");
  EXPECT_THAT(change(4, [](Operator& o) { o.weights.resize(7); }),
              HasSubstr("fully connected 'fc' has 7 weights; its shapes ask for 6"));
}

TEST(Validate, ChecksTheNetworkAsAWhole) {
  EXPECT_EQ(error([](Network& n) { n.operators.clear(); }), "the network has no operators");
  EXPECT_EQ(error([](Network& n) { n.outputs = {5}; }),
            "an output of the network is operator 5 of 5");
  EXPECT_EQ(error([](Network& n) { n.outputs.clear(); }), "the network has no outputs");
  EXPECT_EQ(error([](Network& n) { n.preprocessing.mean.pop_back(); }),
            "the preprocessing has 1 means and 2 deviations for 2 input channels");
  EXPECT_THAT(error([](Network& n) { n.preprocessing.stddev[1] = 0; }),
              HasSubstr("a deviation that is not positive"));
  EXPECT_EQ(error([](Network& n) { n.class_names = {"a"}; }),
            "the network has 1 class names for 2 outputs");
}

TEST(Validate, ChecksNamesAndDimensionsOfTheFile) {
  EXPECT_EQ(error([](Network& n) {
              n.input_dims = {0, 2, 4, 5};
            }),
            "the input's dimensions do not fit the input operator");
  EXPECT_EQ(error([](Network& n) {
              n.output_tensors = {{"a", {0, 2}}, {"b", {0, 2}}};
            }),
            "the network has 2 output tensors for 1 outputs");
  EXPECT_EQ(error([](Network& n) {
              n.output_tensors = {{"", {0, 2}}};
            }),
            "output 0 has no name, or one that is used twice");
  EXPECT_EQ(error([](Network& n) {
              n.output_tensors = {{"y", {0, 3}}};
            }),
            "output 'y' has dimensions that do not fit fully connected 'fc'");
  EXPECT_EQ(error([](Network& n) { n.postprocessing.assign(3, 'x'); }),
            "the network has 0 output tensors for 1 outputs");
  EXPECT_EQ(error([](Network& n) {
              n.output_tensors = {{"y", {0, 1, 2}}};
              n.input_dims = {1, 2, 4, 4};
            }),
            "no error");
}

TEST(Validate, ChecksABatchNorm) {
  const auto with = [](const BatchNorm& norm) {
    return error([&](Network& n) { n.operators[4].batch_norm = norm; });
  };
  const BatchNorm good_norm{{1, 1}, {0, 0}, {0, 0}, {1, 1}, 1e-5F};
  EXPECT_EQ(with(good_norm), "no error");
  BatchNorm norm = good_norm;
  norm.mean.pop_back();
  EXPECT_EQ(with(norm),
            "the batch norm of fully connected 'fc' needs 2 finite numbers for each of its "
            "parameters");
  norm = good_norm;
  norm.variance[1] = -1;
  EXPECT_THAT(with(norm), HasSubstr("has the variance -1 with epsilon 1e-05"));
  EXPECT_EQ(error([&](Network& n) { n.operators[3].batch_norm = good_norm; }),
            "the batch norm of average pool 'pool' is not after a layer with weights");
}

TEST(Macs, CountWeightsTimesPixels) {
  const Network n = good();
  EXPECT_EQ(n.macs(0), 0);
  EXPECT_EQ(n.macs(1), 54 * 4);
  EXPECT_EQ(n.macs(2), 0);
  EXPECT_EQ(n.macs(4), 6);
}

}  // namespace
}  // namespace sd::graph
