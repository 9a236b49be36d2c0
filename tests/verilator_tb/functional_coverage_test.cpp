#include "verilator_tb/functional_coverage.hpp"

#include <gmock/gmock.h>

#include "files.hpp"
#include "verilator_tb/temporary_folder.hpp"

namespace sd::tb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FunctionalCoverage layers() {
  FunctionalCoverage all;
  CoverGroup& layer = all.group("layer");
  layer.point("kind", {{"conv", 0}, {"add", 1}, {"pool", 2, 4}});
  layer.point("stride", {{"one", 1}, {"more", 2, 8}});
  layer.cross("kind_x_stride", {"kind", "stride"});
  layer.ignore("kind_x_stride", {"add", "more"}, "an addition has no stride");
  return all;
}

std::uint64_t hits(const FunctionalCoverage& all, const std::string& point,
                   const std::string& bin) {
  for (const auto& [name, bins] : all.groups().at("layer").bins())
    for (const BinState& state : bins)
      if (name == point && state.name == bin) return state.hits;
  throw std::out_of_range(bin);
}

TEST(FunctionalCoverage, CountsBinsAndTheirCombinations) {
  FunctionalCoverage all = layers();
  CoverGroup& layer = all.group("layer");
  layer.sample({{"kind", 0}, {"stride", 1}});
  layer.sample({{"kind", 3}, {"stride", 2}});
  layer.sample({{"kind", 4}, {"stride", 8}});
  layer.sample({{"kind", 4}});
  layer.sample({{"kind", 0}, {"stride", 9}});
  EXPECT_EQ(hits(all, "kind", "conv"), 2U);
  EXPECT_EQ(hits(all, "kind", "pool"), 3U);
  EXPECT_EQ(hits(all, "stride", "more"), 2U) << "9 lies in no bin";
  EXPECT_EQ(hits(all, "kind_x_stride", "conv,one"), 1U);
  EXPECT_EQ(hits(all, "kind_x_stride", "pool,more"), 2U) << "a cross needs all its points";
  EXPECT_EQ(hits(all, "kind_x_stride", "pool,one"), 0U);
}

TEST(FunctionalCoverage, SaysWhatIsMissing) {
  FunctionalCoverage all = layers();
  EXPECT_EQ(all.percent(), 0.0);
  all.group("layer").sample({{"kind", 0}, {"stride", 1}});
  all.group("layer").sample({{"kind", 1}, {"stride", 1}});
  EXPECT_THAT(all.missing(),
              ElementsAre("layer.kind.pool", "layer.stride.more", "layer.kind_x_stride.conv,more",
                          "layer.kind_x_stride.pool,one", "layer.kind_x_stride.pool,more"));
  EXPECT_DOUBLE_EQ(all.percent(), 50.0) << "5 of 10: the ignored one does not count";
  EXPECT_THAT(all.text(), HasSubstr("add,more  (ignored: an addition has no stride)"));
  EXPECT_THAT(all.text(), HasSubstr("pool,one  <- missing"));
  all.group("layer").ignore("kind_x_stride", {"pool", "*"}, "not on this chip");
  EXPECT_EQ(all.missing().size(), 3U);
  EXPECT_EQ(FunctionalCoverage().percent(), 100.0);
}

TEST(FunctionalCoverage, RunsAddUpAndSurviveAFile) {
  const test::TemporaryFolder folder;
  FunctionalCoverage a = layers(), b = layers();
  a.group("layer").sample({{"kind", 0}, {"stride", 1}});
  b.group("layer").sample({{"kind", 0}, {"stride", 2}});
  b.group("other").point("x", {{"only", -5, 5}});
  a.save(folder.path() / "a.json");
  EXPECT_EQ(FunctionalCoverage::load(folder.path() / "a.json"), a);
  FunctionalCoverage merged = FunctionalCoverage::load(folder.path() / "a.json");
  merged.merge(b);
  EXPECT_EQ(hits(merged, "kind", "conv"), 2U);
  EXPECT_EQ(merged.groups().size(), 2U);
  EXPECT_EQ(FunctionalCoverage::from_json(merged.json(), "text"), merged);
  // A hit is never lost, whatever the order.
  FunctionalCoverage other = b;
  other.merge(a);
  EXPECT_EQ(other, merged);
}

TEST(FunctionalCoverage, ContradictionsAreSaid) {
  const auto message = [](const std::function<void(CoverGroup&)>& action) -> std::string {
    CoverGroup group("g");
    group.point("p", {{"a", 0}, {"b", 1}});
    group.point("q", {{"c", 0}});
    try {
      action(group);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  EXPECT_EQ(message([](CoverGroup& g) {
              g.point("p", {{"a", 0}});
            }),
            "cover group g: point p is declared with other bins");
  EXPECT_EQ(message([](CoverGroup& g) {
              g.point("p", {{"a", 0}, {"b", 1}});
            }),
            "nothing was thrown");
  EXPECT_EQ(message([](CoverGroup& g) {
              g.point("r", {{"a", 0, 4}, {"b", 4}});
            }),
            "cover group g: bins a and b of point r overlap");
  EXPECT_EQ(message([](CoverGroup& g) {
              g.point("r", {{"a", 1}, {"a", 2}});
            }),
            "cover group g: bin name \"a\" of point r stands twice or holds , or *");
  EXPECT_EQ(message([](CoverGroup& g) {
              g.cross("x", {"p", "z"});
            }),
            "cover group g: cross x speaks of z, which is no point");
  EXPECT_EQ(message([](CoverGroup& g) { g.cross("x", {"p"}); }),
            "cover group g: cross x needs two points or more");
  EXPECT_EQ(message([](CoverGroup& g) { g.ignore("p", {"z"}, "why"); }),
            "cover group g: p has no bin z to ignore");
  EXPECT_EQ(message([](CoverGroup& g) { g.ignore("p", {"a"}, ""); }),
            "cover group g: an ignored bin needs a reason");
  EXPECT_EQ(message([](CoverGroup& g) { g.sample({{"z", 1}}); }), "cover group g: z is no point");

  FunctionalCoverage a, b;
  a.group("g").point("p", {{"a", 0}});
  b.group("g").point("p", {{"a", 1}});
  EXPECT_THROW(a.merge(b), ToolError);
  EXPECT_THROW((void)FunctionalCoverage::from_json("{", "x.json"), ToolError);
  EXPECT_THROW((void)FunctionalCoverage::from_json("{\"schema\": \"other\"}", "x.json"), ToolError);
}

}  // namespace
}  // namespace sd::tb
