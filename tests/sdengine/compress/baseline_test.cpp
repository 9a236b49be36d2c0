#include "sdengine/compress/baseline.hpp"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <array>

#include "small_network.hpp"

namespace sd::compress {
namespace {

using testing::images;
using testing::network_error;
using testing::small_network;

constexpr std::array methods = {Baseline::uniform, Baseline::powers_of_two, Baseline::pruning};

BaselineResult run(Baseline method, double ratio, std::size_t count) {
  return quantise_network(small_network(), images(count), method, ratio, {}, {});
}

TEST(Baseline, TakesNoMoreThanTheRatioAllows) {
  // The small layers' scales weigh heavily here: two bits a weight are 8.9x.
  for (const Baseline method : methods)
    for (const double ratio : {4.5, 6.0}) {
      const BaselineResult result = run(method, ratio, 20);
      EXPECT_GE(result.ratio, ratio * 0.999) << to_string(method);
      EXPECT_LE(result.ratio, ratio * 1.6) << to_string(method);
    }
}

TEST(Baseline, ErrorRisesWithTheRatioAndCompensationLowersIt) {
  const graph::Network original = small_network();
  for (const Baseline method : methods) {
    const double fine = network_error(run(method, 4.5, 40).network, original);
    const double coarse = network_error(run(method, 7.0, 40).network, original);
    EXPECT_LT(fine, coarse) << to_string(method);
    EXPECT_LT(fine, network_error(run(method, 4.5, 0).network, original)) << to_string(method);
  }
}

TEST(Baseline, ThreadsDoNotShow) {
  for (const Baseline method : methods) {
    std::vector<BaselineResult> results;
    for (const std::size_t threads : {1, 3}) {
      const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
      results.push_back(run(method, 5.0, 20));
    }
    for (std::size_t i = 0; i < results[0].network.operators.size(); ++i) {
      EXPECT_EQ(results[0].network.operators[i].weights, results[1].network.operators[i].weights);
      EXPECT_EQ(results[0].network.operators[i].bias, results[1].network.operators[i].bias);
    }
  }
}

TEST(Baseline, RefusesRatiosThatAreNone) {
  try {
    static_cast<void>(run(Baseline::uniform, 1.0, 0));
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "target_ratio is 1; it must be above 1 and below 1000");
  }
}

}  // namespace
}  // namespace sd::compress
