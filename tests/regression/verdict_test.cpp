// When coverage is enough.
#include "regression/verdict.hpp"

#include <gmock/gmock.h>

#include "regression/fake_engine.hpp"
#include "workbench/core/temporary_folder.hpp"

namespace sd::regression {
namespace {

using sd::test::message_of;
using sd::test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::StartsWith;

tb::CoverageReport code(std::uint64_t covered, std::uint64_t excluded, std::uint64_t toggled) {
  tb::CoverageReport report;
  report.total.line = {1000, covered, excluded};
  report.total.toggle = {1000, toggled, 0};
  return report;
}

CoverageVerdict verdict(const char* name, const tb::CoverageReport& report,
                        const CoverageGoals& goals = {}) {
  for (const CoverageVerdict& v : judge_coverage({}, report, goals))
    if (v.name == name) return v;
  return {"there is no verdict of that name", false, ""};
}

TEST(Verdict, LinesAreAllOrNotEnough) {
  EXPECT_TRUE(verdict("line", code(1000, 0, 0)).reached);
  EXPECT_TRUE(verdict("line", code(980, 20, 0)).reached);
  EXPECT_FALSE(verdict("line", code(979, 20, 0)).reached);
  EXPECT_EQ(verdict("line", code(999, 0, 0)).text, "99.90 % (999 of 1000); asked for are 100 %");
  tb::CoverageReport large = code(0, 0, 0);
  large.total.line = {1'000'000, 999'999, 0};
  EXPECT_FALSE(verdict("line", large).reached);
  EXPECT_THAT(verdict("line", large).text, StartsWith("99.99 %")) << "not rounded up to 100";
}

TEST(Verdict, TogglesNeedNinetyPercent) {
  EXPECT_TRUE(verdict("toggle", code(1000, 0, 900)).reached);
  EXPECT_FALSE(verdict("toggle", code(1000, 0, 899)).reached);
}

TEST(Verdict, ExclusionsMayTakeThreePercentOfTheLines) {
  EXPECT_TRUE(verdict("exclusions", code(970, 30, 0)).reached);
  EXPECT_FALSE(verdict("exclusions", code(969, 31, 0)).reached);
  EXPECT_THAT(verdict("exclusions", code(969, 31, 0)).text,
              HasSubstr("3.10 % of the lines are excluded (31 of 1000); allowed are 3 %"));
}

TEST(Verdict, AnExclusionOfNothingIsAMistakeWhereAllIsCounted) {
  tb::CoverageReport report = code(1000, 0, 1000);
  tb::ExclusionUse use;
  use.entry.line = 12;
  report.exclusions = {use};
  EXPECT_FALSE(verdict("exclusions", report).reached);
  EXPECT_THAT(verdict("exclusions", report).text, HasSubstr("line 12 of the list"));
  EXPECT_TRUE(verdict("exclusions", report, {.unused_exclusions = true}).reached);
  report.exclusions[0].points = 1;
  EXPECT_TRUE(verdict("exclusions", report).reached);
}

TEST(Verdict, EveryBinMustBeHit) {
  tb::FunctionalCoverage bins = test::bins();
  EXPECT_EQ(judge_coverage(bins, {}).at(0).text, "6 bins were not hit; asked for is every bin");
  for (const int seed : {10, 11, 12, 20, 21}) bins.group("workload").sample({{"seed", seed}});
  EXPECT_FALSE(judge_coverage(bins, {}).at(0).reached);
  EXPECT_EQ(judge_coverage(bins, {}).at(0).text, "1 bin was not hit; asked for is every bin");
  bins.group("workload").sample({{"seed", 22}});
  EXPECT_TRUE(judge_coverage(bins, {}).at(0).reached);
  EXPECT_EQ(judge_coverage(bins, {}).size(), 1U) << "no code was counted: nothing to say of it";
}

TEST(Verdict, TheProgramsOwnExclusionsCanBeRead) {
  const tb::Exclusions own = read_exclusions(std::nullopt);
  EXPECT_EQ(own.name(), "regression/exclusions.txt");
  for (const auto& entry : own.entries())
    EXPECT_GT(entry.reason.size(), 10U) << "line " << entry.line;
}

TEST(Verdict, ExclusionsMayComeFromAFile) {
  const TemporaryFolder folder;
  const auto file = folder.write("mine.txt", "line a* \"x\" because\n");
  EXPECT_EQ(read_exclusions(file).entries().size(), 1U);
  folder.write("mine.txt", "line\n");
  EXPECT_THAT(message_of<tb::ToolError>([&] { (void)read_exclusions(file); }),
              HasSubstr("mine.txt:1"));
}

}  // namespace
}  // namespace sd::regression
