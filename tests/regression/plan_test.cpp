// Plans: the same for the same seed, as many pairs as promised, and every kind of design.
#include "regression/plan.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <stdexcept>

namespace sd::regression {
namespace {

using design::DesignPoint;
using design::MacKind;

TEST(Plan, FollowsFromSuiteAndSeed) {
  for (const Suite suite : {Suite::quick, Suite::full})
    for (const std::uint64_t seed : {0U, 1U, 77U}) {
      EXPECT_EQ(make_plan(suite, seed).designs, make_plan(suite, seed).designs);
      EXPECT_EQ(content_hash(make_plan(suite, seed)), content_hash(make_plan(suite, seed)));
      EXPECT_NE(content_hash(make_plan(suite, seed)), content_hash(make_plan(suite, seed + 1)));
    }
}

// The generator and everything derived from it is arithmetic on 64-bit words: no machine, compiler
// or standard library may change a plan, or the command that runs a failed pair again runs another.
TEST(Plan, IsTheSameOnEveryMachine) {
  EXPECT_EQ(random_design(1).name, "random_1");
  EXPECT_EQ(design::content_hash(random_design(1)), "35d85394f0ccd51c");
  EXPECT_EQ(make_plan(Suite::quick, 1).designs[0].workloads[0].seed, 1467295306U);
}

TEST(Plan, FullHasAtLeastThreeHundredDistinctPairs) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Plan plan = make_plan(Suite::full, seed);
    EXPECT_GE(plan.pairs(), 300U);
    std::set<std::string> pairs;
    std::set<std::string> designs, names;
    std::size_t random = 0;
    for (const PlannedDesign& planned : plan.designs) {
      EXPECT_NO_THROW(design::validate(planned.design)) << planned.design.name;
      designs.insert(design::content_hash(planned.design));
      names.insert(planned.design.name);
      random += planned.design.name.starts_with("random_") ? 1 : 0;
      for (const Workload& w : planned.workloads)
        pairs.insert(design::content_hash(planned.design) + std::string(name_of(w.kind)) +
                     std::to_string(w.seed));
    }
    EXPECT_EQ(pairs.size(), plan.pairs());
    EXPECT_EQ(designs.size(), plan.designs.size());
    EXPECT_EQ(names.size(), plan.designs.size());
    EXPECT_GE(random, 60U);
  }
}

TEST(Plan, FullHasEveryKindOfDesign) {
  const Plan plan = make_plan(Suite::full, 5);
  std::set<std::string> combinations;
  std::set<int> segments, slices, lines, strides, columns, ranks;
  for (const PlannedDesign& planned : plan.designs) {
    const DesignPoint& d = planned.design;
    const std::string skipping = !d.rebuild ? "dense"
                                            : std::string(d.skip_weight_rows ? "W" : "-") +
                                                  (d.skip_activation_rows ? "A" : "-");
    combinations.insert(std::string(d.mac_kind == MacKind::parallel ? "parallel" : "booth") + " " +
                        std::to_string(d.axi_data_bits) + " " + skipping);
    segments.insert(d.block_segments);
    slices.insert(d.slices);
    lines.insert(d.lines);
    strides.insert(d.max_stride);
    columns.insert(d.columns);
    ranks.insert(d.rank);
  }
  // Two kinds of MAC, two widths of the bus; dense, and skipping both, one, the other.
  std::size_t wanted = 0;
  for (const char* kind : {"parallel", "booth"})
    for (const char* bits : {"64", "128"})
      for (const char* skipping : {"dense", "WA", "W-", "-A"}) {
        EXPECT_TRUE(combinations.contains(std::string(kind) + " " + bits + " " + skipping))
            << kind << " " << bits << " " << skipping;
        ++wanted;
      }
  EXPECT_EQ(wanted, 16U);
  EXPECT_EQ(segments, (std::set<int>{1, 2, 4, 8}));
  for (const int count : {1, 2, 3, 4, 5}) EXPECT_TRUE(slices.contains(count)) << count;
  for (const int count : {1, 2, 3, 4}) EXPECT_TRUE(lines.contains(count)) << count;
  for (const int stride : {1, 2, 3}) EXPECT_TRUE(strides.contains(stride)) << stride;
  for (int n = 2; n <= 7; ++n) EXPECT_TRUE(columns.contains(n)) << n;
  for (int rank = 2; rank <= 6; ++rank) EXPECT_TRUE(ranks.contains(rank)) << rank;
}

TEST(Plan, EveryDesignHasEveryKindOfWorkload) {
  for (const Suite suite : {Suite::quick, Suite::full})
    for (const PlannedDesign& planned : make_plan(suite, 3).designs) {
      std::map<WorkloadKind, int> kinds;
      for (const Workload& w : planned.workloads) ++kinds[w.kind];
      EXPECT_EQ(kinds.size(), 4U) << planned.design.name;
    }
}

TEST(Plan, QuickIsSmallAndCountsCodeOnTinyDesigns) {
  const Plan plan = make_plan(Suite::quick, 1);
  EXPECT_LE(plan.designs.size(), 8U);
  EXPECT_LE(plan.pairs(), 60U);
  bool counts = false;
  std::set<MacKind> kinds;
  for (const PlannedDesign& planned : plan.designs) {
    kinds.insert(planned.design.mac_kind);
    EXPECT_LE(planned.design.total_macs(), 128);
    if (!planned.code_coverage) continue;
    counts = true;
    EXPECT_LE(planned.design.total_macs(), 8) << planned.design.name;
  }
  EXPECT_TRUE(counts);
  EXPECT_EQ(kinds.size(), 2U);
}

TEST(Plan, CoverageDesignsAreThoseWhoseCodeIsCounted) {
  std::vector<DesignPoint> counted;
  for (const PlannedDesign& planned : make_plan(Suite::full, 9).designs)
    if (planned.code_coverage) {
      counted.push_back(planned.design);
      EXPECT_GE(planned.workloads.size(), 20U);
    }
  EXPECT_EQ(counted, coverage_designs());
}

TEST(Plan, NumbersItsPairsFromOne) {
  const Plan plan = make_plan(Suite::quick, 1);
  std::size_t number = 0;
  for (std::size_t d = 0; d < plan.designs.size(); ++d)
    for (std::size_t w = 0; w < plan.designs[d].workloads.size(); ++w) {
      const PairPlace place = plan.place(++number);
      EXPECT_EQ(place.design, d);
      EXPECT_EQ(place.workload, w);
    }
  EXPECT_EQ(number, plan.pairs());
  EXPECT_THROW((void)plan.place(0), std::out_of_range);
  EXPECT_THROW((void)plan.place(number + 1), std::out_of_range);
}

TEST(Plan, RandomDesignsAreValidAndDiffer) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const DesignPoint design = random_design(seed);
    EXPECT_NO_THROW(design::validate(design));
    EXPECT_LE(design.total_macs(), 128);
    EXPECT_EQ(design, random_design(seed));
    DesignPoint nameless = design;
    nameless.name = "x";
    seen.insert(design::content_hash(nameless));
  }
  EXPECT_EQ(seen.size(), 200U);
}

TEST(Plan, ASoakNeverRepeatsItself) {
  std::set<std::uint64_t> seeds;
  std::set<std::string> designs;
  for (std::size_t i = 0; i < 40; ++i) {
    const PlannedDesign planned = soak_design(4, i);
    EXPECT_EQ(planned, soak_design(4, i));
    EXPECT_EQ(planned.workloads.size(), soak_design(4, 0).workloads.size());
    designs.insert(planned.design.name);
    for (const Workload& w : planned.workloads) seeds.insert(w.seed);
  }
  EXPECT_EQ(designs.size(), 40U);
  EXPECT_EQ(seeds.size(), 40 * soak_design(4, 0).workloads.size());
  EXPECT_NE(soak_design(5, 0), soak_design(4, 0));
  EXPECT_EQ(make_plan(Suite::soak, 4).pairs(), 0U);
}

TEST(Plan, SaysHowToRunAPairAgain) {
  EXPECT_EQ(command_of_pair(Suite::full, 7, 137),
            "smartdeal verify --suite full --seed 7 --pair 137");
}

}  // namespace
}  // namespace sd::regression
