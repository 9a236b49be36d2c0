#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>

#include "sdengine/data/dataset.hpp"

namespace sd::data {
namespace {

std::uint64_t fnv1a(const Dataset& set, std::size_t count) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto add = [&](std::uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3ULL; };
  for (std::size_t i = 0; i < count; ++i) {
    const Sample sample = set.get(i);
    add(static_cast<std::uint8_t>(sample.label));
    for (const std::uint8_t value : sample.image.values) add(value);
  }
  return hash;
}

// The committed network was trained on these pixels: they may never change.
TEST(GeneratedShapes, FirstSamplesAreTheSameEverywhere) {
  EXPECT_EQ(fnv1a(*generated_shapes(40, shapes_train_seed), 40), 7823466627313108260ULL);
  EXPECT_EQ(fnv1a(*generated_shapes(40, shapes_test_seed), 40), 11809559881139545004ULL);
}

TEST(GeneratedShapes, AreThirtyTwoPixelsGreyAndBalanced) {
  const auto set = generated_shapes(200, 7);
  ASSERT_EQ(set->size(), 200u);
  ASSERT_EQ(set->class_names().size(), 10u);
  EXPECT_TRUE(std::is_sorted(set->class_names().begin(), set->class_names().end()));
  std::vector<int> counts(10);
  for (std::size_t i = 0; i < set->size(); ++i) {
    const Sample sample = set->get(i);
    EXPECT_EQ(sample.image.channels, 1);
    EXPECT_EQ(sample.image.height, 32);
    EXPECT_EQ(sample.image.width, 32);
    EXPECT_EQ(sample.image.values.size(), 1024u);
    ++counts.at(static_cast<std::size_t>(sample.label));
  }
  EXPECT_THAT(counts, testing::Each(20));
}

TEST(GeneratedShapes, ASampleDoesNotDependOnCountOrderOrThread) {
  const auto small = generated_shapes(10, 5);
  const auto large = generated_shapes(1000, 5);
  const Image expected = small->get(9).image;
  EXPECT_EQ(large->get(9).image.values, expected.values);
  Image from_thread;
  std::thread([&] { from_thread = large->get(9).image; }).join();
  EXPECT_EQ(from_thread.values, expected.values);
}

TEST(GeneratedShapes, SeedsAndSamplesDiffer) {
  std::set<std::string> images;
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto set = generated_shapes(100, seed);
    for (std::size_t i = 0; i < set->size(); ++i) {
      const Image image = set->get(i).image;
      images.emplace(image.values.begin(), image.values.end());
    }
  }
  EXPECT_EQ(images.size(), 300u);
}

// Every shape is seen: its pixels differ from a plain background by more than the noise.
TEST(GeneratedShapes, HaveContrast) {
  const auto set = generated_shapes(100, 11);
  for (std::size_t i = 0; i < set->size(); ++i) {
    const Image image = set->get(i).image;
    const auto [low, high] = std::minmax_element(image.values.begin(), image.values.end());
    EXPECT_GE(*high - *low, 60) << "sample " << i;
  }
}

TEST(GeneratedShapes, AnIndexPastTheEndIsAnError) {
  try {
    (void)generated_shapes(3, 4)->get(3);
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "sample 3 was asked of 3 generated shapes (seed 4)");
  }
}

}  // namespace
}  // namespace sd::data
