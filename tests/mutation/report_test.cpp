#include "mutation/report.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "verilator_tb/errors.hpp"
#include "verilator_tb/temporary_folder.hpp"

namespace sd::mutation {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ReportInput sample() {
  ReportInput input;
  for (int number = 1; number <= 5; ++number)
    input.mutants.push_back({number, number == 5 ? MutantKind::netlist : MutantKind::reset,
                             number < 4 ? "fifo" : "mac", "fifo_width8",
                             "place " + std::to_string(number), 0});
  input.outcomes = {{1, {1, Verdict::caught_by_block, "Fifo.Counts", 1}},
                    {2, {2, Verdict::caught_by_quick, "", 1}},
                    {3, {3, Verdict::equivalent, "", 1}},
                    {4, {4, Verdict::survived, "", 1}}};
  return input;
}

TEST(Report, CountsPerKindAndBlock) {
  const std::string page = report(sample());
  EXPECT_THAT(page, HasSubstr("**66.7 %**"));
  EXPECT_THAT(page, HasSubstr("| reset | 4 | 1 | 1 | 1 | 1 |"));
  EXPECT_THAT(page, HasSubstr("| fifo | 3 | 1 | 1 | 1 |  |"));
  EXPECT_THAT(page, HasSubstr("1 have no verdict yet"));
}

TEST(Report, EquivalentOnesDoNotCount) {
  EXPECT_DOUBLE_EQ(caught_fraction(sample().outcomes), 2.0 / 3);
  EXPECT_DOUBLE_EQ(caught_fraction({}), 1.0);
}

TEST(Report, SurvivorsAreExplained) {
  ReportInput input = sample();
  EXPECT_THAT(report(input), HasSubstr("* 4 `place 4`: not explained yet"));
  input.explanations = {{"place 4", "that state never comes about"}};
  EXPECT_THAT(report(input), HasSubstr("* 4 `place 4`: that state never comes about"));
}

TEST(Report, ExplanationsAreReadLineByLine) {
  const tb::test::TemporaryFolder folder;
  const auto file = folder.path() / "why.txt";
  std::ofstream(file) << "# comment\n\nplace 4 | because | of this\n";
  const auto read = read_explanations(file);
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read.at("place 4"), "because | of this");
  std::ofstream(file) << "place 4 because\n";
  try {
    (void)read_explanations(file);
    FAIL();
  } catch (const tb::ToolError& error) {
    EXPECT_THAT(error.what(), HasSubstr("why.txt:1: a line is `description of the mutant"));
  }
}

}  // namespace
}  // namespace sd::mutation
