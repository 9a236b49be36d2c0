// The array against plain integers: random jobs, blocks and masks, whatever the pace of what is
// around it, in every kind of design.
#include <gtest/gtest.h>

#include <random>

#include "rtl/accelerator/compute_array_driver.hpp"

namespace sd::test {
namespace {

using design::MacKind;

struct Shape {
  int slices, lines, macs, segments;
  MacKind kind;
  int rank, levels, columns, max_stride;
};

design::DesignPoint point_of(const Shape& shape) {
  design::DesignPoint point;
  point.slices = shape.slices;
  point.lines = shape.lines;
  point.macs = shape.macs;
  point.block_segments = shape.segments;
  point.mac_kind = shape.kind;
  point.rank = shape.rank;
  point.levels = shape.levels;
  point.columns = shape.columns;
  point.max_stride = shape.max_stride;
  return point;
}

void check(const design::DesignPoint& point, std::uint64_t seed) {
  ArrayDriver array(point, seed);
  std::mt19937_64 random(seed);
  const auto uniform = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int trial = 0; trial < 12 && !testing::Test::HasFailure(); ++trial) {
    SCOPED_TRACE("layer " + std::to_string(trial));
    const bool gather = uniform(0, 2) == 0;
    array.begin_layer({uniform(1, point.columns), gather ? 1 : uniform(1, point.max_stride), gather,
                       point.rebuild && uniform(0, 2) == 0});
    // Each part of the surroundings is quick or slow by itself.
    const auto speed = [&] { return uniform(0, 1) == 0 ? 100 : uniform(10, 60); };
    const ArrayPace pace{speed(), speed(), speed(), speed(), uniform(0, 2) == 0};
    for (int block = uniform(1, 6); block > 0 && !testing::Test::HasFailure(); --block)
      array.run_block(uniform(0, 6) == 0 ? 0 : uniform(1, 5 * point.lines), pace);
  }
  array.finish({});
}

TEST(PeArray, ParallelFourSegments) {
  check(point_of({2, 3, 4, 4, MacKind::parallel, 4, 3, 3, 2}), 1);
}

TEST(PeArray, ParallelOneSegment) {
  check(point_of({3, 2, 2, 1, MacKind::parallel, 3, 7, 2, 3}), 2);
}

TEST(PeArray, BoothTwoSegments) {
  check(point_of({2, 2, 4, 2, MacKind::booth_serial, 2, 3, 7, 2}), 3);
}

TEST(PeArray, BoothEightSegments) {
  check(point_of({2, 4, 2, 8, MacKind::booth_serial, 4, 1, 5, 4}), 4);
}

TEST(PeArray, WithoutRebuild) {
  check(point_of({2, 3, 4, 4, MacKind::parallel, 4, 3, 3, 2}).dense_baseline(), 5);
}

/// Cycles that one line takes for `jobs` jobs in one block, first issue to last drain.
int cycles_of(ArrayDriver& array, const ArrayLayer& layer, int jobs) {
  array.begin_layer(layer);
  array.run_block(0, {});  // the basis, the shifts and whatever was before are over
  array.run_block(0, {});
  array.finish({});
  const int start = array.cycle();
  array.run_block(jobs, {.whole_jobs = true});
  array.finish({});
  return array.cycle() - start;
}

// What a job costs beyond its steps is seen by doubling the jobs.
TEST(PeArray, ALineRunsWithoutGaps) {
  for (const MacKind kind : {MacKind::parallel, MacKind::booth_serial}) {
    const design::DesignPoint point = point_of({1, 1, 2, 4, kind, 4, 3, 5, 2});
    ArrayDriver array(point, 6);
    for (const ArrayLayer& layer : {ArrayLayer{5, 1, false, false}, ArrayLayer{1, 2, false, false},
                                    ArrayLayer{3, 1, false, true}}) {
      const std::int64_t busy0 = array.busy_cycles();
      const int few = cycles_of(array, layer, 20);
      const std::int64_t busy1 = array.busy_cycles();
      const int many = cycles_of(array, layer, 60);
      const std::int64_t busy2 = array.busy_cycles();
      EXPECT_EQ(many - few, (busy2 - busy1) - (busy1 - busy0)) << layer.steps << " steps";
    }
  }
}

// While a bank is emptied, the lines run on with the next block and wait only for its merge.
TEST(PeArray, ASlowDrainHoldsUpOnlyTheMerge) {
  const design::DesignPoint point = point_of({2, 2, 2, 4, MacKind::parallel, 4, 3, 3, 2});
  ArrayDriver array(point, 7);
  array.begin_layer({3, 1, false, false});
  for (int block = 0; block < 6; ++block) array.run_block(8, {.drain = 5});
  EXPECT_GT(array.merge_wait_cycles(), 20);
  array.finish({});
  ArrayDriver quick(point, 7);
  quick.begin_layer({3, 1, false, false});
  for (int block = 0; block < 6; ++block) quick.run_block(40, {.whole_jobs = true});
  EXPECT_EQ(quick.merge_wait_cycles(), 0);
  quick.finish({});
}

}  // namespace
}  // namespace sd::test
