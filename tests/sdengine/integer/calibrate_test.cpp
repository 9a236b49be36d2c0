#include "sdengine/integer/calibrate.hpp"

#include <gmock/gmock.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sdengine/inference/float_executor.hpp"
#include "sdengine/pack/random_network.hpp"

namespace sd::integer {
namespace {

using pack::testing::NetworkBuilder;
using pack::testing::random_network;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::vector<std::vector<float>> random_images(const graph::Network& network, int count,
                                              std::uint64_t seed) {
  NetworkBuilder random({1, 1, 1}, seed);
  std::vector<std::vector<float>> images(static_cast<std::size_t>(count),
                                         std::vector<float>(network.input_shape().elements()));
  for (auto& image : images)
    for (float& value : image)
      value = static_cast<float>(2 * (random.uniform() + random.uniform()) - 2);
  return images;
}

TEST(Calibrate, MinMaxIsTheLargestMagnitudeOfFloatExecution) {
  const graph::Network network = random_network(3);
  const auto images = random_images(network, 5, 1);
  std::vector<float> expected(network.operators.size());
  const inference::FloatExecutor executor(network);
  for (const auto& image : images)
    (void)executor.run(image, [&](int index, std::span<const float> values) {
      float& largest = expected[static_cast<std::size_t>(index)];
      for (const float value : values) largest = std::max(largest, std::fabs(value));
    });
  EXPECT_EQ(calibrate(network, images, RangeRule::min_max), expected);
}

double squared_error(const std::vector<float>& values, double range) {
  double sum = 0;
  for (const float value : values) {
    const double step = range / 127;
    sum += std::pow(value - step * std::clamp(std::round(value / step), -127.0, 127.0), 2);
  }
  return sum;
}

TEST(Calibrate, MseClipsRareOutliersAndIsNearTheBestRange) {
  NetworkBuilder b({1, 300, 300}, 1);
  b.activation(0);
  const graph::Network network = b.network();
  auto images = random_images(network, 2, 5);
  images[1][17] = -6.0F;  // one value in 180,000, three times the rest
  const float range = calibrate(network, images)[0];
  EXPECT_EQ(calibrate(network, images, RangeRule::min_max)[0], 6.0F);
  EXPECT_LT(range, 4.0F);
  std::vector<float> values = images[0];
  values.insert(values.end(), images[1].begin(), images[1].end());
  double least = squared_error(values, 6);
  for (double candidate = 0.5; candidate < 6; candidate += 0.01)
    least = std::min(least, squared_error(values, candidate));
  EXPECT_LT(squared_error(values, range), 1.05 * least);
}

TEST(Calibrate, PercentileIsTheMagnitudeOfThatRank) {
  NetworkBuilder b({1, 100, 100}, 1);
  b.activation(0);
  const graph::Network network = b.network();
  auto images = random_images(network, 3, 6);
  images[2][5] = 8.0F;
  std::vector<float> magnitudes[2];  // of the image, and of its ReLU
  for (const auto& image : images)
    for (const float value : image) {
      magnitudes[0].push_back(std::fabs(value));
      magnitudes[1].push_back(std::max(value, 0.0F));
    }
  for (auto& values : magnitudes) std::sort(values.begin(), values.end());
  for (const double percentile : {50.5, 75.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto range = calibrate(network, images, RangeRule::percentile, percentile);
    for (std::size_t op = 0; op < 2; ++op) {
      const auto& values = magnitudes[op];
      const auto rank = static_cast<std::size_t>(
          std::ceil(percentile / 100 * static_cast<double>(values.size()) - 1e-9));
      const float exact = values[rank - 1];
      EXPECT_GE(range[op], exact * (1 - 1e-6F)) << percentile << " " << op;
      EXPECT_LE(range[op], exact + 8.0F / 4096 * 1.001F) << percentile << " " << op;
    }
  }
  EXPECT_EQ(calibrate(network, images, RangeRule::percentile, 100.0),
            calibrate(network, images, RangeRule::min_max));
  // Half of a ReLU's results are zero: any rank among them still has a range.
  EXPECT_GT(calibrate(network, images, RangeRule::percentile, 10)[1], 0.0F);
  for (const double wrong : {0.0, -1.0, 100.5, std::nan("")})
    EXPECT_THAT(
        [&] { (void)calibrate(network, images, RangeRule::percentile, wrong); },
        ThrowsMessage<std::invalid_argument>(HasSubstr("it must be above 0 and at most 100")));
}

TEST(Calibrate, NothingButZerosHasNoRange) {
  NetworkBuilder b({1, 4, 4}, 1);
  b.activation(0);
  const std::vector<std::vector<float>> images(1, std::vector<float>(16));
  for (const RangeRule rule : {RangeRule::min_max, RangeRule::percentile, RangeRule::mse})
    EXPECT_EQ(calibrate(b.network(), images, rule), (std::vector<float>{0, 0}));
}

TEST(ChannelMeans, AreThoseOfFloatExecution) {
  const graph::Network network = random_network(8);
  const auto images = random_images(network, 4, 2);
  std::vector<std::vector<double>> sums(network.operators.size());
  const inference::FloatExecutor executor(network);
  for (const auto& image : images)
    (void)executor.run(image, [&](int index, std::span<const float> values) {
      const graph::TensorShape& shape = network.operators[static_cast<std::size_t>(index)].output;
      auto& sum = sums[static_cast<std::size_t>(index)];
      sum.resize(static_cast<std::size_t>(shape.channels));
      for (int c = 0; c < shape.channels; ++c)
        for (int k = 0; k < shape.height * shape.width; ++k)
          sum[static_cast<std::size_t>(c)] +=
              values[static_cast<std::size_t>(c * shape.height * shape.width + k)] /
              (4.0 * shape.height * shape.width);
    });
  const auto means = channel_means(network, images);
  ASSERT_EQ(means.size(), sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    ASSERT_EQ(means[i].size(), sums[i].size());
    for (std::size_t c = 0; c < sums[i].size(); ++c) EXPECT_NEAR(means[i][c], sums[i][c], 1e-5);
  }
  std::vector<pack::LayerChoice> choices(network.operators.size());
  measure_input_means(network, images, choices);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const graph::Operator& op = network.operators[i];
    EXPECT_EQ(choices[i].input_mean, op.has_weights()
                                         ? means[static_cast<std::size_t>(op.inputs[0])]
                                         : std::vector<float>{});
  }
}

TEST(Calibrate, DoesNotDependOnTheNumberOfThreads) {
  const graph::Network network = random_network(6);
  const auto images = random_images(network, 70, 3);  // more than one batch of means
  const auto ranges = calibrate(network, images);
  const auto percentiles = calibrate(network, images, RangeRule::percentile, 99);
  const auto means = channel_means(network, images);
  for (const std::size_t threads : {1, 3}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    EXPECT_EQ(calibrate(network, images), ranges);
    EXPECT_EQ(calibrate(network, images, RangeRule::percentile, 99), percentiles);
    EXPECT_EQ(channel_means(network, images), means);
  }
}

TEST(Calibrate, RefusesImagesThatDoNotFit) {
  const graph::Network network = random_network(6);
  auto images = random_images(network, 3, 1);
  images[2].pop_back();
  std::vector<pack::LayerChoice> choices(network.operators.size());
  const auto message = [](const char* text) {
    return ThrowsMessage<std::invalid_argument>(HasSubstr(text));
  };
  EXPECT_THAT([&] { (void)calibrate(network, {}); },
              message("calibration needs at least one image"));
  EXPECT_THAT([&] { (void)calibrate(network, images); }, message("calibration image 2 has "));
  EXPECT_THAT([&] { (void)channel_means(network, images); },
              message("values; the network's input has "));
  choices.pop_back();
  EXPECT_THAT([&] { measure_input_means(network, images, choices); }, message("choices for "));
}

}  // namespace
}  // namespace sd::integer
