#include "stores.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sd::schedule;

TEST(Ring, GivesPlacesInTurnAndFindsWhatIsStillThere) {
  Ring ring(10);
  EXPECT_EQ(ring.take(4, 1).begin, 0);
  EXPECT_EQ(ring.take(4, 2).begin, 4);
  EXPECT_TRUE(ring.take(4, 1).held);
  const auto third = ring.take(4, 3);  // does not fit behind: from the front again
  EXPECT_EQ(third.begin, 0);
  EXPECT_FALSE(third.held);
  EXPECT_FALSE(ring.take(4, 1).held) << "overwritten by the third";
}

TEST(Ring, WhatHasNoKeyIsNeverFound) {
  Ring ring(8);
  EXPECT_EQ(ring.take(2).begin, 0);
  EXPECT_EQ(ring.take(2).begin, 2);
}

TEST(Ring, PlacesAreAligned) {
  Ring ring(16, 4);
  EXPECT_EQ(ring.take(3).begin, 0);
  EXPECT_EQ(ring.take(5).begin, 4);
  EXPECT_EQ(ring.take(5).begin, 0);
}

TEST(Ring, NothingTakesNoRoom) {
  Ring ring(4);
  EXPECT_EQ(ring.take(4, 1).begin, 0);
  (void)ring.take(0, 2);
  EXPECT_TRUE(ring.take(4, 1).held);
  EXPECT_FALSE(ring.take(0, 2).held);
  EXPECT_THROW((void)ring.take(5), std::logic_error);
}

TEST(TileSlots, AreFilledInTurn) {
  TileSlots slots(100, 10, 2);
  const TileKey a{0, 0, 4, 0, 2}, b{0, 0, 4, 2, 2}, c{0, 0, 4, 4, 2};
  const auto first = slots.take(a).begin, second = slots.take(b).begin;
  EXPECT_NE(first, second);
  EXPECT_TRUE(slots.take(a).held);
  EXPECT_EQ(slots.take(c).begin, first) << "the one filled first";
  EXPECT_FALSE(slots.take(a).held);
}

}  // namespace
