#include "sdengine/compress/compress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <cmath>
#include <random>

#include "sdengine/inference/float_executor.hpp"

namespace sd::compress {
namespace {

using testing::HasSubstr;

class Build {
 public:
  Build() { add(graph::OperatorKind::input, "image", {}, {3, 8, 8}); }

  int conv(const std::string& name, int from, int filters, int kernel, int groups = 1,
           bool relu = true) {
    const graph::TensorShape in = shape(from);
    graph::Operator& op =
        add(graph::OperatorKind::convolution, name, {from}, {filters, in.height, in.width});
    op.window.kernel_height = op.window.kernel_width = kernel;
    op.window.pad_top = op.window.pad_left = op.window.pad_bottom = op.window.pad_right =
        kernel / 2;
    op.groups = groups;
    op.relu = relu;
    draw(op, filters, in.channels / groups * kernel * kernel);
    return last();
  }
  int sum(const std::string& name, int a, int b) {
    add(graph::OperatorKind::add, name, {a, b}, shape(a)).relu = true;
    return last();
  }
  int pool(const std::string& name, int from) {
    const graph::TensorShape in = shape(from);
    graph::Operator& op = add(graph::OperatorKind::average_pool, name, {from}, {in.channels, 1, 1});
    op.window.kernel_height = op.window.stride_height = in.height;
    op.window.kernel_width = op.window.stride_width = in.width;
    return last();
  }
  int linear(const std::string& name, int from, int classes) {
    graph::Operator& op = add(graph::OperatorKind::fully_connected, name, {from}, {classes, 1, 1});
    draw(op, classes, static_cast<int>(shape(from).elements()));
    return last();
  }
  graph::Network done() {
    network_.name = "small";
    network_.outputs = {last()};
    network_.preprocessing.mean = {0, 0, 0};
    network_.preprocessing.stddev = {1, 1, 1};
    graph::validate(network_);
    return network_;
  }

 private:
  [[nodiscard]] int last() const { return static_cast<int>(network_.operators.size()) - 1; }
  [[nodiscard]] graph::TensorShape shape(int index) const {
    return network_.operators[static_cast<std::size_t>(index)].output;
  }
  graph::Operator& add(graph::OperatorKind kind, const std::string& name, std::vector<int> inputs,
                       graph::TensorShape output) {
    graph::Operator op;
    op.kind = kind;
    op.name = name;
    op.inputs = std::move(inputs);
    op.output = output;
    return network_.operators.emplace_back(std::move(op));
  }
  void draw(graph::Operator& op, int filters, int fan_in) {
    std::normal_distribution<float> normal(0, std::sqrt(2.0F / static_cast<float>(fan_in)));
    for (int k = 0; k < filters * fan_in; ++k) op.weights.push_back(normal(random_));
    for (int m = 0; m < filters; ++m) op.bias.push_back(0.1F * normal(random_));
  }

  std::mt19937_64 random_{5};
  graph::Network network_;
};

graph::Network small_network() {
  Build build;
  const int a = build.conv("stem", 0, 8, 3);
  const int b = build.conv("body/a", a, 8, 3);
  const int c = build.conv("body/b", b, 8, 3, 1, false);
  const int d = build.sum("sum", a, c);
  const int e = build.conv("depthwise", d, 8, 3, 8);
  const int f = build.conv("pointwise", e, 16, 1);
  build.linear("head", build.pool("pool", f), 10);
  return build.done();
}

/// Smooth random images, as neighbours in pictures resemble each other.
std::vector<std::vector<float>> images(std::size_t count) {
  std::mt19937_64 random(9);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> result(count, std::vector<float>(3 * 64));
  for (auto& image : result)
    for (std::size_t k = 0; k < image.size(); ++k)
      image[k] = (k % 64 == 0 ? 0 : 0.8F * image[k - 1]) + normal(random);
  return result;
}

/// ||outputs - original outputs|| / ||original outputs||
double network_error(const graph::Network& network, const graph::Network& original) {
  const inference::FloatExecutor a(network), b(original);
  double error = 0, energy = 0;
  for (const auto& image : images(50)) {
    const auto x = a.run(image), y = b.run(image);
    for (std::size_t k = 0; k < x.size(); ++k) {
      error += (static_cast<double>(x[k]) - y[k]) * (x[k] - y[k]);
      energy += static_cast<double>(y[k]) * y[k];
    }
  }
  return std::sqrt(error / energy);
}

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
