#include "image_reader.hpp"

#include <gmock/gmock.h>

#include "made_images.hpp"
#include "temporary_folder.hpp"
#include "workbench/core/run_job.hpp"

namespace sd::core {
namespace {

using test::MadeImages;
using test::message_of;
using testing::HasSubstr;

graph::Network network_for(graph::TensorShape shape, std::vector<std::string> classes = {}) {
  graph::Network network;
  network.name = "net";
  network.operators.emplace_back();
  network.operators[0].output = shape;
  const auto channels = static_cast<std::size_t>(shape.channels);
  network.preprocessing = {std::vector<float>(channels, 0.5F), std::vector<float>(channels, 0.25F),
                           true};
  network.class_names = std::move(classes);
  return network;
}

TEST(ImageReader, NormalisesPixels) {
  const graph::Network network = network_for({1, 1, 2});
  const MadeImages images({{{1, 1, 2, {0, 255}}, 0}}, {"only"});
  EXPECT_THAT(ImageReader(network, images).get(0).pixels,
              testing::ElementsAre(testing::FloatEq(-2.0F), testing::FloatEq(2.0F)));
}

TEST(ImageReader, GivesGreyImagesToColourNetworks) {
  const graph::Network network = network_for({3, 1, 1});
  const MadeImages images({{{1, 1, 1, {255}}, 0}}, {"only"});
  EXPECT_THAT(ImageReader(network, images).get(0).pixels, testing::Each(testing::FloatEq(2.0F)));
}

TEST(ImageReader, MatchesClassesByNameWhereTheNetworkHasNames) {
  const MadeImages images({{{1, 1, 1, {0}}, 0}, {{1, 1, 1, {0}}, 1}}, {"cat", "dog"});
  const graph::Network named = network_for({1, 1, 1}, {"dog", "bird", "cat"});
  EXPECT_EQ(ImageReader(named, images).get(0).label, 2);
  EXPECT_EQ(ImageReader(named, images).get(1).label, 0);
  const graph::Network unnamed = network_for({1, 1, 1});
  EXPECT_EQ(ImageReader(unnamed, images).get(1).label, 1);
  const graph::Network others = network_for({1, 1, 1}, {"dog", "bird"});
  EXPECT_THAT(message_of<InputError>([&] { const ImageReader reader(others, images); }),
              testing::AllOf(HasSubstr("class cat is not among the network's classes"),
                             HasSubstr("dog, bird")));
}

TEST(ImageReader, TakesNumbersForTheOrderOfTheNetworksClasses) {
  const MadeImages images({{{1, 1, 1, {0}}, 0}, {{1, 1, 1, {0}}, 1}}, {"0", "1"});
  const graph::Network named = network_for({1, 1, 1}, {"dog", "bird", "cat"});
  EXPECT_EQ(ImageReader(named, images).get(1).label, 1);
}

TEST(ImageReader, CanDoWithoutLabels) {
  const MadeImages images({{{1, 1, 1, {255}}, 0}}, {"photographs"});
  graph::Network named = network_for({1, 1, 1}, {"dog", "bird"});
  named.outputs = {0};
  const ImageReader reader(named, images, Labels::wanted);
  EXPECT_FALSE(reader.has_labels());
  EXPECT_EQ(reader.get(0).label, -1);
  EXPECT_EQ(reader.get(0).pixels.size(), 1U);
  const MadeImages dogs({{{1, 1, 1, {255}}, 0}}, {"bird"});
  named.operators[0].output.channels = 2;
  EXPECT_TRUE(ImageReader(named, dogs, Labels::wanted).has_labels());
}

TEST(ImageReader, RefusesImagesOfAnotherSize) {
  const graph::Network network = network_for({1, 2, 2});
  const MadeImages images({{{1, 2, 3, {0, 0, 0, 0, 0, 0}}, 0}}, {"only"});
  EXPECT_THAT(message_of<InputError>([&] { (void)ImageReader(network, images).get(0); }),
              testing::AllOf(HasSubstr("image 0 is 3 x 2 pixels"),
                             HasSubstr("network net takes 2 x 2"), HasSubstr("resize")));
}

TEST(ImageReader, HashesSayWhetherImagesAreTheSame) {
  const graph::Network network = network_for({1, 1, 2});
  const auto hash = [&](std::vector<std::uint8_t> values, int label) {
    const MadeImages images({{{1, 1, 2, std::move(values)}, label}}, {"a", "b"});
    return ImageReader(network, images).get(0).hash;
  };
  EXPECT_EQ(hash({1, 2}, 0), hash({1, 2}, 0));
  EXPECT_NE(hash({1, 2}, 0), hash({1, 3}, 0));
  EXPECT_NE(hash({1, 2}, 0), hash({1, 2}, 1));
  EXPECT_NE(hash_of_images({hash({1, 2}, 0), hash({1, 3}, 0)}),
            hash_of_images({hash({1, 3}, 0), hash({1, 2}, 0)}));
}

}  // namespace
}  // namespace sd::core
