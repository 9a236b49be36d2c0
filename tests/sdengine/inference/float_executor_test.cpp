#include "sdengine/inference/float_executor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <cmath>
#include <random>
#include <set>
#include <stdexcept>

#include "naive_executor.hpp"
#include "sdengine/graph/onnx_import.hpp"
#include "sdengine/graph/random_network.hpp"

namespace sd::inference {
namespace {

using graph::Network;
using graph::Operator;
using graph::OperatorKind;
using graph::RandomNetwork;

std::vector<float> random_image(const Network& network, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<float> image(network.input_shape().elements());
  for (float& v : image)
    v = static_cast<float>(static_cast<double>(random() >> 11) * 0x1p-52 - 1.0);
  return image;
}

TEST(FloatExecutor, EqualsTheDirectDefinitionOnRandomNetworks) {
  std::set<OperatorKind> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Network network = RandomNetwork(seed).make();
    const std::vector<float> image = random_image(network, seed);
    const std::vector<Values> expected = NaiveExecutor(network).run(image);
    int next = 0;
    const std::vector<float> result =
        FloatExecutor(network).run(image, [&](int index, std::span<const float> values) {
          ASSERT_EQ(index, next++);
          const Values& want = expected[static_cast<std::size_t>(index)];
          const Operator& op = network.operators[static_cast<std::size_t>(index)];
          seen.insert(op.kind);
          ASSERT_EQ(values.size(), want.size());
          double largest = 1;
          for (const double v : want) largest = std::max(largest, std::abs(v));
          for (std::size_t i = 0; i < want.size(); ++i) {
            ASSERT_NEAR(values[i], want[i], 2e-5 * largest)
                << "seed " << seed << ", " << op.name << ", element " << i;
          }
        });
    EXPECT_EQ(next, static_cast<int>(network.operators.size()));
    EXPECT_EQ(result.size(), expected[static_cast<std::size_t>(network.output())].size());
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(seen.size(), 10u);  // every kind there is
}

/// One operator of `kind` on `in`, ready to be filled in.
Network single(OperatorKind kind, graph::TensorShape in, graph::TensorShape out) {
  Network network;
  network.name = "single";
  network.operators.resize(2);
  network.operators[0].name = "image";
  network.operators[0].output = in;
  Operator& op = network.operators[1];
  op.kind = kind;
  op.name = "op";
  op.inputs = {0};
  op.output = out;
  network.outputs = {1};
  network.preprocessing.mean.assign(static_cast<std::size_t>(in.channels), 0.0F);
  network.preprocessing.stddev.assign(static_cast<std::size_t>(in.channels), 1.0F);
  return network;
}

// The outputs' values come one output after the other; a batch norm that was kept counts.
TEST(FloatExecutor, SeveralOutputsAndAKeptBatchNorm) {
  Network network = single(OperatorKind::convolution, {1, 1, 2}, {1, 1, 2});
  Operator& conv = network.operators[1];
  conv.weights = {3.0F};
  conv.bias = {1.0F};
  conv.relu = true;
  conv.batch_norm = graph::BatchNorm{{2.0F}, {0.5F}, {4.0F}, {0.25F}, 0.0F};
  network.outputs = {1, 0};
  const std::vector<float> image{1.0F, 2.0F};
  // (3 x + 1 - 4) / 0.5 * 2 + 0.5, at least 0
  EXPECT_EQ(FloatExecutor(network).run(image), (std::vector<float>{0.5F, 12.5F, 1.0F, 2.0F}));
}

// Worked by hand, so that an error shared with the direct definition would show.
TEST(FloatExecutor, ConvolutionByHand) {
  Network network = single(OperatorKind::convolution, {1, 3, 3}, {1, 2, 2});
  Operator& op = network.operators[1];
  op.window = {2, 2, 2, 2, 1, 1, 1, 0, 0, 1, false};
  op.weights = {1, 10, 100, 1000};
  op.bias = {0.5F};
  const std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8, 9};
  // Row -1 is padding, column 3 is padding.
  EXPECT_THAT(FloatExecutor(network).run(image),
              testing::ElementsAre(2100.5F, 300.5F, 8754.5F, 906.5F));
}

TEST(FloatExecutor, AveragePoolByHand) {
  Network network = single(OperatorKind::average_pool, {1, 2, 2}, {1, 2, 2});
  Operator& op = network.operators[1];
  op.window = {2, 2, 1, 1, 1, 1, 1, 1, 0, 0, false};
  const std::vector<float> image{1, 2, 3, 6};
  EXPECT_THAT(FloatExecutor(network).run(image), testing::ElementsAre(1, 1.5F, 2, 3));
  op.window.count_include_pad = true;
  EXPECT_THAT(FloatExecutor(network).run(image), testing::ElementsAre(0.25F, 0.75F, 1, 3));
}

TEST(FloatExecutor, MaxPoolIgnoresPadsEvenWhereAllIsNegative) {
  Network network = single(OperatorKind::max_pool, {1, 1, 2}, {1, 1, 3});
  network.operators[1].window = {1, 2, 1, 1, 1, 1, 0, 1, 0, 1, false};
  EXPECT_THAT(FloatExecutor(network).run(std::vector<float>{-5, -7}),
              testing::ElementsAre(-5, -5, -7));
}

TEST(FloatExecutor, SubsampleAndPadByHand) {
  Network network = single(OperatorKind::subsample_pad, {1, 3, 3}, {3, 2, 2});
  network.operators[1].subsample = {2, 2, 1, 1};
  EXPECT_THAT(FloatExecutor(network).run(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9}),
              testing::ElementsAre(0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0));
}

TEST(FloatExecutor, SoftmaxOfLargeValuesDoesNotOverflow) {
  const Network network = single(OperatorKind::softmax, {2, 1, 1}, {2, 1, 1});
  EXPECT_THAT(FloatExecutor(network).run(std::vector<float>{1000, 1000}),
              testing::ElementsAre(0.5F, 0.5F));
}

TEST(FloatExecutor, ReluClips) {
  Network network = single(OperatorKind::activation, {1, 1, 3}, {1, 1, 3});
  network.operators[1].relu = true;
  EXPECT_THAT(FloatExecutor(network).run(std::vector<float>{-1, 3, 9}),
              testing::ElementsAre(0, 3, 9));
  network.operators[1].clip_upper = 6.0F;
  EXPECT_THAT(FloatExecutor(network).run(std::vector<float>{-1, 3, 9}),
              testing::ElementsAre(0, 3, 6));
}

TEST(FloatExecutor, ResultsAreTheSameBitsForAnyThreadCount) {
  const Network network = RandomNetwork(17).make();
  const FloatExecutor executor(network);
  constexpr std::size_t count = 64;
  std::vector<std::vector<float>> one(count), many(count);
  for (std::size_t i = 0; i < count; ++i) one[i] = executor.run(random_image(network, i));
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism, 8);
  tbb::parallel_for(std::size_t{0}, count,
                    [&](std::size_t i) { many[i] = executor.run(random_image(network, i)); });
  EXPECT_EQ(one, many);
}

// Scratch memory that one network leaves behind must not show in another's results.
TEST(FloatExecutor, NetworksDoNotDisturbEachOther) {
  const Network a = RandomNetwork(5).make(), b = RandomNetwork(6).make();
  const FloatExecutor first(a), second(b);
  const std::vector<float> image_a = random_image(a, 1), image_b = random_image(b, 2);
  const std::vector<float> alone = first.run(image_a);
  (void)second.run(image_b);
  EXPECT_EQ(first.run(image_a), alone);
  std::vector<float> nested;
  const std::vector<float> outer =
      first.run(image_a, [&](int, std::span<const float>) { nested = second.run(image_b); });
  EXPECT_EQ(outer, alone);
  EXPECT_EQ(nested, second.run(image_b));
}

TEST(FloatExecutor, SaysWhenTheImageDoesNotFit) {
  const Network network = single(OperatorKind::softmax, {2, 3, 1}, {2, 3, 1});
  EXPECT_THAT([&] { (void)FloatExecutor(network).run(std::vector<float>(5)); },
              testing::ThrowsMessage<std::invalid_argument>(
                  "an image of 5 values was given to network 'single', whose input is 2 x 3 x 1"));
}

TEST(FloatExecutor, RefusesAnInvalidNetwork) {
  Network network = single(OperatorKind::softmax, {2, 3, 1}, {2, 3, 1});
  network.operators[1].inputs = {7};
  EXPECT_THROW(FloatExecutor{network}, graph::ImportError);
}

TEST(Argmax, TakesTheFirstOfEqualValues) {
  EXPECT_EQ(argmax(std::vector<float>{1, 5, 5, 2}), 1);
  EXPECT_EQ(argmax(std::vector<float>{-1}), 0);
  EXPECT_THROW((void)argmax(std::vector<float>{}), std::invalid_argument);
}

}  // namespace
}  // namespace sd::inference
