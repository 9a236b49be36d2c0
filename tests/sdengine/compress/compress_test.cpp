#include "sdengine/compress/compress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <cmath>

#include "sdengine/inference/float_executor.hpp"
#include "small_network.hpp"

namespace sd::compress {
namespace {

using ::testing::HasSubstr;
using testing::images;
using testing::network_error;
using testing::small_network;

Result run(const Options& options, std::size_t count = 40) {
  return compress(small_network(), images(count), options, {}, {});
}

std::string message(const Options& options, std::size_t count = 4) {
  try {
    static_cast<void>(run(options, count));
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

TEST(Compress, MeetsTheTargetRatioWithAndWithoutImages) {
  for (const std::size_t count : {0, 40})
    for (const double ratio : {5.0, 8.0}) {
      Options options;
      options.target_ratio = ratio;
      const Result result = run(options, count);
      EXPECT_GE(result.ratio_b8, ratio * 0.995);
      EXPECT_LE(result.ratio_b8, ratio * 1.1);
      double weights = 0, bits = 0;
      for (const LayerResult& layer : result.layers) {
        EXPECT_TRUE(layer.decomposed) << layer.name;
        weights += static_cast<double>(layer.weights);
        bits += static_cast<double>(layer.bits_b8);
      }
      EXPECT_DOUBLE_EQ(result.ratio_b8, 32 * weights / bits);
      EXPECT_FALSE(result.curve.empty());
    }
}

TEST(Compress, ImagesMakeTheNetworkBetterAtTheSameSize) {
  Options options;
  options.target_ratio = 8;
  const graph::Network original = small_network();
  const double plain = network_error(run(options, 0).network, original);
  const double aware = network_error(run(options).network, original);
  EXPECT_LT(aware, 0.8 * plain);
  options.data_aware = false;
  options.bias_correction = false;
  EXPECT_NEAR(network_error(run(options).network, original), plain, 1e-9);
}

TEST(Compress, TheNetworkHasTheWeightsOfTheChoices) {
  Options options;
  options.norm_reestimation = true;
  const Result result = run(options);
  ASSERT_EQ(result.layers.size(), 6U);
  for (const LayerResult& layer : result.layers) {
    const auto index = static_cast<std::size_t>(layer.operator_index);
    const auto& d = *result.choices[index].decomposition;
    const auto rebuilt = decompose::from_matrices(d.rebuild(), d.shape, d.layout);
    const auto& weights = result.network.operators[index].weights;
    ASSERT_EQ(rebuilt.size(), weights.size());
    for (std::size_t k = 0; k < weights.size(); ++k)
      EXPECT_NEAR(rebuilt[k], weights[k], 1e-5 * (1 + std::fabs(weights[k])));
    EXPECT_GT(layer.output_error, 0);
    EXPECT_FALSE(result.choices[index].input_mean.empty());
  }
  EXPECT_EQ(result.layers[3].name, "depthwise");
  EXPECT_GT(result.layers[3].filters_per_basis, 1);
}

TEST(Compress, BiasCorrectionRestoresTheMeanOfEveryChannel) {
  Options options;
  options.exact.rank = 2;
  options.exact.levels = 1;
  const graph::Network original = small_network();
  const auto mean_of_head = [&](const graph::Network& network) {
    const inference::FloatExecutor executor(network);
    std::vector<double> mean(10);
    for (const auto& image : images(40)) {
      const auto y = executor.run(image);
      for (std::size_t k = 0; k < 10; ++k) mean[k] += static_cast<double>(y[k]) / 40;
    }
    return mean;
  };
  const std::vector<double> wanted = mean_of_head(original);
  const std::vector<double> found = mean_of_head(run(options).network);
  for (std::size_t k = 0; k < 10; ++k) EXPECT_NEAR(found[k], wanted[k], 1e-4);
}

TEST(Compress, RulesPinLayersAndTheFirstMatchHolds) {
  Options options;
  options.target_ratio = 6;
  options.rules = {{"head", true, {}, {}, {}, {}, {}},
                   {"body/*", false, 3, 3, {}, 8, {}},
                   {"*", false, {}, {}, 4, {}, {}}};
  const Result result = run(options, 0);
  for (const LayerResult& layer : result.layers) {
    if (layer.name == "head") {
      EXPECT_FALSE(layer.decomposed);
      EXPECT_EQ(layer.reason, "left dense by a rule");
      EXPECT_EQ(layer.bits_packed, layer.bits_dense);
    } else if (layer.name.starts_with("body/")) {
      EXPECT_EQ(layer.rank, 3);
      EXPECT_EQ(layer.levels, 3);
      EXPECT_EQ(layer.slice_rows, 8);
    } else if (layer.name == "pointwise") {
      EXPECT_EQ(layer.columns, 4);
    }
  }
  options.rules.clear();
  options.dense_first = options.dense_last = true;
  const Result ends = run(options, 0);
  EXPECT_EQ(ends.layers.front().reason, "the first layer");
  EXPECT_EQ(ends.layers.back().reason, "the last layer");
  EXPECT_TRUE(ends.layers[1].decomposed);
}

TEST(Compress, PaperIsThePublishedProcedureLayerByLayer) {
  Options options;
  options.algorithm = Algorithm::paper;
  options.paper.threshold = 0.02;
  const graph::Network network = small_network();
  const Result result = run(options, 0);
  for (const LayerResult& layer : result.layers) {
    const auto index = static_cast<std::size_t>(layer.operator_index);
    const auto expected =
        decompose::decompose_paper(network.operators[index].weights, layer.shape, options.paper);
    EXPECT_EQ(result.choices[index].decomposition->coefficients, expected.layer.coefficients);
    EXPECT_EQ(result.choices[index].decomposition->basis, expected.layer.basis);
  }
}

TEST(Compress, TargetDropIsKeptOnTheHeldImages) {
  Options options;
  options.target_drop = 20;
  const Result result = run(options, 60);
  EXPECT_GT(result.ratio_b8, 4);
  ASSERT_FALSE(result.notes.empty());
  EXPECT_THAT(result.notes.back(), HasSubstr("changed decisions"));
}

TEST(Compress, ThreadsDoNotShow) {
  Options options;
  options.target_ratio = 7;
  std::vector<Result> results;
  for (const std::size_t threads : {1, 3}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    results.push_back(run(options));
  }
  for (std::size_t i = 0; i < results[0].network.operators.size(); ++i) {
    EXPECT_EQ(results[0].network.operators[i].weights, results[1].network.operators[i].weights);
    EXPECT_EQ(results[0].network.operators[i].bias, results[1].network.operators[i].bias);
  }
}

TEST(Compress, StopsWhenAsked) {
  std::stop_source stop;
  int steps = 0;
  const auto progress = [&](const std::string&, double fraction, const std::string&) {
    EXPECT_GE(fraction, 0);
    EXPECT_LE(fraction, 1.0001);
    if (++steps == 3) stop.request_stop();
  };
  EXPECT_THROW(
      static_cast<void>(compress(small_network(), images(4), {}, progress, stop.get_token())),
      Cancelled);
  EXPECT_EQ(steps, 3);
}

TEST(Compress, SaysWhichOptionIsWrong) {
  Options options;
  options.rules = {{"nothing*", true, {}, {}, {}, {}, {}}};
  EXPECT_EQ(message(options), "no layer's name matches the rule 'nothing*' in network small");
  options.rules = {{"*", false, 3, {}, {}, {}, {}}};
  EXPECT_EQ(message(options), "the rule for layers '*' sets only one of rank and levels; set both");
  options.rules.clear();
  options.target_ratio = 0.5;
  EXPECT_EQ(message(options), "target_ratio is 0.5; it must be above 1 and below 1000");
  options.target_ratio = 8;
  options.target_drop = 1;
  EXPECT_EQ(message(options), "target_ratio and target_drop are both given; give one of them");
  options.target_ratio.reset();
  EXPECT_EQ(message(options, 0), "target_drop needs calibration images to measure the drop on");
  options.target_drop.reset();
  try {
    const std::vector<std::vector<float>> short_image(1, std::vector<float>(7));
    static_cast<void>(compress(small_network(), short_image, {}, {}, {}));
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "calibration image 0 has 7 values; the input of network small has 192");
  }
}

}  // namespace
}  // namespace sd::compress
