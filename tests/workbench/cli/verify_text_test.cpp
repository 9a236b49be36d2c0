// What `smartdeal verify` says, to the letter.
#include "verify_text.hpp"

#include <gmock/gmock.h>

namespace sd::cli {
namespace {

using regression::PairState;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

core::VerifyReport report() {
  core::VerifyReport report;
  report.store = "kept";
  regression::RegressionReport& r = report.regression;
  r.plan.suite = regression::Suite::full;
  r.plan.seed = 7;
  design::DesignPoint small, dense;
  small.name = "small";
  small.slices = small.lines = small.macs = 2;
  dense = small.dense_baseline();
  dense.name = "dense";
  dense.mac_kind = design::MacKind::parallel;
  dense.axi_data_bits = 128;
  r.plan.designs = {
      {small,
       true,
       {{regression::WorkloadKind::networks, 10, 3}, {regression::WorkloadKind::faults, 11, 1}}},
      {dense, false, {{regression::WorkloadKind::programs, 12, 1}}}};
  for (std::size_t i = 0; i < 3; ++i) {
    regression::PairReport pair;
    pair.number = i + 1;
    pair.design = i / 2;
    pair.workload = r.plan.designs[i / 2].workloads[i % 2];
    pair.state = PairState::passed;
    pair.cycles = 1000 * (i + 1);
    pair.seconds = 0.5;
    r.pairs.push_back(pair);
  }
  r.builds = {{true, false, 12.34}, {true, true, 0.5}};
  r.functional.group("g").point("p", {{"met", 0}, {"missed", 1}});
  r.functional.group("g").sample({{"p", 0}});
  r.wall_seconds = 61;
  return report;
}

TEST(VerifyText, IsATablePerDesign) {
  EXPECT_EQ(verify_text(report()), R"(suite full, seed 7

design  array                               model  pairs  passed  failed  cycles  cycles/s
------------------------------------------------------------------------------------------
small   2x2x2 booth, SD skip W+A, 64 bits  12.3 s      2       2       0   3,000     3,000
dense   2x2x2 parallel, dense, 128 bits     cache      1       1       0   3,000     6,000
------------------------------------------------------------------------------------------
all                                                    3       3       0   6,000     4,000

3 of 3 pairs passed, 61 s
verified: yes
)");
}

TEST(VerifyText, NamesWhatCoverageMisses) {
  core::VerifyReport r = report();
  r.coverage = {{"functional", false, "1 bin was not hit"}, {"line", true, "100.00 %"}};
  tb::ModuleReport module;
  module.module = "fifo";
  module.uncovered = {{tb::CoverageKind::line, 12, "full = 1;"},
                      {tb::CoverageKind::toggle, 3, "a[3]"}};
  r.code.modules = {module};
  r.code.total.line = {100, 96, 2};
  r.code.total.toggle = {2000, 1900, 0};
  r.exclusions = "list.txt";
  const std::string text = verify_text(r);
  EXPECT_THAT(text,
              AllOf(HasSubstr("functional coverage 50.00 %\nbins without a hit:\n  g.p.missed\n"),
                    HasSubstr("code coverage (1 modules, exclusions of list.txt)\n"),
                    HasSubstr("  line    97.96 %  96 of 98, 2 excluded\n"),
                    HasSubstr("  toggle  95.00 %  1,900 of 2,000\n"),
                    HasSubstr("lines that never ran:\n  fifo:12: full = 1;\n"),
                    HasSubstr("functional missed   1 bin was not hit\n"),
                    HasSubstr("coverage is not required"), HasSubstr("verified: yes"),
                    Not(HasSubstr("a[3]"))));
  r.coverage_required = true;
  EXPECT_THAT(verify_text(r), AllOf(HasSubstr("functional MISSED   1 bin was not hit\n"),
                                    HasSubstr("verified: no"), Not(HasSubstr("not required"))));
}

TEST(VerifyText, ShowsFailuresWithTheirCommand) {
  core::VerifyReport r = report();
  r.regression.pairs[1].state = PairState::failed;
  r.regression.pairs[1].failure = "row 4 differs";
  r.regression.pairs[2].state = PairState::not_run;
  r.notes = {"a pair's file was damaged"};
  EXPECT_THAT(verify_text(r),
              AllOf(HasSubstr("FAILED pair 2: row 4 differs\n\nrun this pair again:\n"
                              "  smartdeal verify --suite full --seed 7 --pair 2\n"),
                    HasSubstr("slices = 2"), HasSubstr("1 of 3 pairs passed, 1 not run, 61 s\n"),
                    HasSubstr("note: a pair's file was damaged\n"), HasSubstr("verified: no")));
}

TEST(VerifyText, ALongListIsCut) {
  core::VerifyReport r = report();
  std::vector<tb::CoverBin> bins;
  for (int i = 0; i < 30; ++i) bins.emplace_back("bin" + std::to_string(i), i);
  r.regression.functional = {};
  r.regression.functional.group("g").point("p", bins);
  r.coverage = {{"functional", false, "30 bins were not hit"}};
  const std::string text = verify_text(r);
  EXPECT_THAT(text,
              AllOf(HasSubstr("g.p.bin19\n"), Not(HasSubstr("g.p.bin20\n")),
                    HasSubstr("  and 10 more, all in kept/reports/functional_coverage.txt\n")));
}

TEST(VerifyText, ShowsThePlan) {
  const std::string text = plan_table(report().regression.plan);
  EXPECT_THAT(text, AllOf(HasSubstr("   1  small   2x2x2 booth, SD skip W+A, 64 bits  counted"),
                          HasSubstr("3 pairs on 2 design points, suite full, seed 7\n")));
}

}  // namespace
}  // namespace sd::cli
