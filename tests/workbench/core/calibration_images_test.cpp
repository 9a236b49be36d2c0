#include "calibration_images.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "made_images.hpp"
#include "sdengine/graph/network.hpp"
#include "temporary_folder.hpp"

namespace sd::core {
namespace {

graph::Network colour_network(int size) {
  graph::Network network;
  network.name = "net";
  network.operators.emplace_back();
  network.operators[0].output = {3, size, size};
  network.outputs = {0};
  network.preprocessing = {{0.5F, 0.4F, 0.3F}, {0.25F, 0.2F, 0.2F}, true};
  return network;
}

TEST(MadeUpImages, ArePixelsWithTheStatisticsOfThePreprocessing) {
  const graph::Network network = colour_network(32);
  const auto images = made_up_images(network, 40, 1);
  ASSERT_EQ(images.size(), 40U);
  for (std::size_t c = 0; c < 3; ++c) {
    double sum = 0, square = 0;
    const float mean = network.preprocessing.mean[c], stddev = network.preprocessing.stddev[c];
    for (const auto& image : images) {
      ASSERT_EQ(image.size(), 3U * 32U * 32U);
      for (std::size_t p = c * 1024; p < (c + 1) * 1024; ++p) {
        const double pixel = 255 * (static_cast<double>(image[p]) * stddev + mean);
        ASSERT_NEAR(pixel, std::round(pixel), 1e-3);
        ASSERT_GE(pixel, -1e-3);
        ASSERT_LE(pixel, 255.001);
        sum += static_cast<double>(image[p]);
        square += static_cast<double>(image[p]) * image[p];
      }
    }
    const double count = 40 * 1024;
    EXPECT_NEAR(sum / count, 0, 0.1);  // clipping pulls it a little
    EXPECT_NEAR(std::sqrt(square / count), 1, 0.15);
  }
}

TEST(MadeUpImages, AreSmoothAsPhotographsAre) {
  const auto images = made_up_images(colour_network(32), 10, 1);
  double neighbours = 0, square = 0;
  for (const auto& image : images) {
    for (std::size_t p = 0; p + 1 < 1024; ++p) {
      if (p % 32 == 31) continue;
      const double d = static_cast<double>(image[p + 1]) - static_cast<double>(image[p]);
      neighbours += d * d;
      square += static_cast<double>(image[p]) * static_cast<double>(image[p]);
    }
  }
  EXPECT_LT(neighbours, 0.3 * square);  // white noise would give 2
}

TEST(MadeUpImages, AreTheSameForASeed) {
  EXPECT_EQ(made_up_images(colour_network(8), 2, 5), made_up_images(colour_network(8), 2, 5));
  EXPECT_NE(made_up_images(colour_network(8), 2, 5), made_up_images(colour_network(8), 2, 6));
}

TEST(ReadCalibration, TakesTheFirstImagesAsTheNetworkDoes) {
  const graph::Network network = colour_network(1);
  const test::MadeImages images({{{3, 1, 1, {255, 0, 0}}, 0}, {{3, 1, 1, {0, 255, 0}}, 0}}, {"a"});
  const Observer silent;
  Stages stages(silent, {});
  const CalibrationImages one = read_calibration(network, images, 1, stages);
  ASSERT_EQ(one.pixels.size(), 1U);
  EXPECT_FLOAT_EQ(one.pixels[0][0], 2.0F);
  EXPECT_FLOAT_EQ(one.pixels[0][1], -2.0F);
  EXPECT_THAT(one.hash, testing::StartsWith("sha256:"));
  const CalibrationImages all = read_calibration(network, images, 1000, stages);
  EXPECT_EQ(all.pixels.size(), 2U);
  EXPECT_NE(all.hash, one.hash);
  EXPECT_TRUE(all.labels.empty());  // one class, but three outputs
}

TEST(ReadCalibration, TakesLabelsWhereTheyAreTheNetworks) {
  const graph::Network network = colour_network(1);
  const test::MadeImages images({{{3, 1, 1, {255, 0, 0}}, 2}, {{3, 1, 1, {0, 255, 0}}, 0}},
                                {"a", "b", "c"});
  const Observer silent;
  Stages stages(silent, {});
  EXPECT_THAT(read_calibration(network, images, 5, stages).labels, testing::ElementsAre(2, 0));
}

}  // namespace
}  // namespace sd::core
