// Verilator's coverage counts: a real model, and data files by hand.
#include "verilator_tb/code_coverage.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "build_source.hpp"
#include "files.hpp"
#include "verilator_tb/accelerator.hpp"
#include "verilator_tb/mock_accelerator.hpp"
#include "verilator_tb/temporary_folder.hpp"
#include "verilator_tb/test_cache.hpp"

namespace sd::tb {
namespace {

using ::testing::HasSubstr;

/// A module of nine lines, and counts as Verilator 5.006 writes them.
class Sample : public ::testing::Test {
 protected:
  Sample() {
    write_file(folder.path() / "unit.sv",
               "module unit;\n"
               "  always_comb begin\n"
               "    a = 0;\n"
               "    if (x) begin\n"
               "      a = 1;\n"
               "    end\n"
               "    default: ;\n"
               "  end\n"
               "endmodule\n");
  }
  void write(const std::string& name, const std::vector<std::string>& lines) const {
    std::string text = "# SystemC::Coverage-3\n";
    for (const std::string& line : lines) text += line + "\n";
    write_file(folder.path() / name, text);
  }
  static std::string point(int line, const std::string& page, const std::string& what,
                           const std::string& block, int count) {
    std::string text = "C '\001f\002rtl/unit.sv\001l\002" + std::to_string(line) +
                       "\001n\0023\001page\002" + page + "/unit\001o\002" + what;
    if (!block.empty()) text += "\001S\002" + block;
    return text + "\001h\002TOP.unit' " + std::to_string(count);
  }
  CodeCoverage load(const std::vector<std::string>& lines) const {
    write("run.dat", lines);
    CodeCoverage all;
    all.add(folder.path() / "run.dat", folder.path());
    return all;
  }
  static std::vector<std::string> counts(int taken, int not_taken) {
    return {point(2, "v_line", "block", "2-3,8", taken + not_taken),
            point(4, "v_branch", "if", "4-5", taken),
            point(4, "v_branch", "else", "", not_taken),
            point(7, "v_line", "case", "7", 0),
            point(1, "v_toggle", "a[0]", "", 1),
            point(1, "v_toggle", "a[1]", "", 0),
            point(1, "v_toggle", "a[2]", "", 0),
            point(1, "v_toggle", "x", "", 2),
            point(6, "v_user", "seen", "6", 0)};
  }
  std::string message(const std::function<void()>& action) const {
    try {
      action();
    } catch (const ToolError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }
  test::TemporaryFolder folder;
};

TEST_F(Sample, CountsLinesBranchesBitsAndCovers) {
  const CoverageReport report = make_report(load(counts(0, 5)));
  EXPECT_EQ(report.total.line.total, 6U) << "2, 3, 4, 5, 7, 8";
  EXPECT_EQ(report.total.line.covered, 3U) << "4, 5 and 7 were not run";
  EXPECT_DOUBLE_EQ(report.total.line.percent(), 50.0);
  EXPECT_EQ(report.total.branch.covered, 1U);
  EXPECT_EQ(report.total.branch.total, 2U);
  EXPECT_EQ(report.total.toggle.covered, 2U);
  EXPECT_EQ(report.total.toggle.total, 4U);
  EXPECT_EQ(report.total.user.percent(), 0.0);
  const std::string text = report.text();
  EXPECT_THAT(text, HasSubstr("line       5  a = 1;"));
  EXPECT_THAT(text, HasSubstr("branch     4  if of: if (x) begin"));
  EXPECT_THAT(text, HasSubstr("toggle     1  a[2:1]")) << "neighbouring bits are one entry";
  EXPECT_THAT(text, HasSubstr("user       6  seen"));
  const auto json = nlohmann::json::parse(report.json());
  EXPECT_EQ(json.at("total").at("line").at("covered"), 3);
  EXPECT_EQ(json.at("modules").at(0).at("module"), "unit");
}

TEST_F(Sample, ALineIsCoveredOnlyIfAllItsBlocksAre) {
  // verilator_coverage --write-info would add these up, and hide the second.
  const CoverageReport report =
      make_report(load({point(4, "v_line", "block", "4", 3), point(4, "v_branch", "if", "4", 0)}));
  EXPECT_EQ(report.total.line.total, 1U);
  EXPECT_EQ(report.total.line.covered, 0U);
}

TEST_F(Sample, RunsAddUpAndSurviveAFile) {
  CodeCoverage a = load(counts(0, 5));
  const CodeCoverage b = load(counts(2, 0));
  a.merge(b);
  EXPECT_EQ(make_report(a).total.branch.covered, 2U);
  a.save(folder.path() / "all.txt");
  EXPECT_EQ(CodeCoverage::load(folder.path() / "all.txt"), a);
  const std::string whole = read_file(folder.path() / "all.txt");
  write_file(folder.path() / "all.txt", whole.substr(0, whole.size() / 2));
  EXPECT_THAT(message([&] { (void)CodeCoverage::load(folder.path() / "all.txt"); }),
              HasSubstr("the file ends in the middle; remove it and run again"));
}

TEST_F(Sample, ModulesOfOneNameAndAnotherTextAreKeptApart) {
  CodeCoverage all = load(counts(1, 1));
  write_file(folder.path() / "unit.sv", "module unit;\nendmodule\n");
  all.add(folder.path() / "run.dat", folder.path());
  EXPECT_EQ(all.modules().size(), 2U);
  EXPECT_NE(all.modules()[0].text_hash, all.modules()[1].text_hash);
}

TEST_F(Sample, TheSameModuleOfTwoDesignsIsOne) {
  const std::string code = read_file(folder.path() / "unit.sv").substr(0, 12);
  ASSERT_EQ(code, "module unit;");
  const auto with_header = [&](const std::string& header, int taken, int not_taken) {
    write_file(folder.path() / "unit.sv", header + "\n" + code + "\n");
    return load(counts(taken, not_taken));
  };
  CodeCoverage one = with_header("// Generated for the design point one.", 1, 0);
  const CodeCoverage two = with_header("// Generated for the design point two.", 0, 1);
  CodeCoverage other_way = two;
  other_way.merge(one);
  one.merge(two);
  EXPECT_EQ(one, other_way);
  ASSERT_EQ(one.modules().size(), 1U);
  EXPECT_EQ(make_report(one).total.branch.covered, 2U);
}

TEST_F(Sample, ExclusionsTakeOutWhatTheyNameAndSayWhy) {
  const Exclusions exclusions = Exclusions::parse(
      "# of the sample\n"
      "line unit \"default:*\"  no other value\n"
      "line u* @5 tested by proof\n"
      "line unit \"if (x)*\" same\n"
      "branch unit \"if (x) begin\" same\n"
      "toggle * a[2:1] upper bits are constant\n"
      "user unit seen never\n",
      "list.txt");
  const CoverageReport report = make_report(load(counts(0, 5)), exclusions);
  EXPECT_EQ(report.total.line.excluded, 3U);
  EXPECT_DOUBLE_EQ(report.total.line.percent(), 100.0);
  EXPECT_DOUBLE_EQ(report.total.toggle.percent(), 100.0);
  EXPECT_DOUBLE_EQ(report.total.user.percent(), 100.0);
  EXPECT_EQ(report.exclusions[3].points, 2U);
  EXPECT_EQ(report.exclusions[3].covered, 1U);
  EXPECT_THAT(report.text(), HasSubstr("2 points (1 are covered all the same): same"));
  EXPECT_THAT(report.text(), HasSubstr("toggle * \"a[2:1]\": 2 points: upper bits are constant"));
  EXPECT_EQ(nlohmann::json::parse(report.json()).at("exclusions").size(), 6U);
}

TEST_F(Sample, AnExclusionThatMatchesNothingIsAnError) {
  const CodeCoverage all = load(counts(0, 5));
  EXPECT_EQ(message([&] {
              (void)make_report(all, Exclusions::parse("\nline unit \"b = *\" why\n", "list.txt"));
            }),
            "list.txt:2: the exclusion line unit \"b = *\" takes nothing out: correct it or remove "
            "it");
  EXPECT_EQ(
      message([&] { (void)Exclusions::parse("line unit x\n", "l"); }),
      "l:1: an exclusion is KIND MODULE WHAT REASON, and the reason is missing or the line is "
      "cut short");
  EXPECT_EQ(message([&] { (void)Exclusions::parse("lines unit x y\n", "l"); }),
            "l:1: lines is no kind of coverage: write line, branch, toggle or user");
}

TEST_F(Sample, DataThatIsNotUnderstoodIsSaid) {
  write("bad.dat", {"C 'nothing' 5"});
  CodeCoverage all;
  EXPECT_THAT(message([&] { all.add(folder.path() / "bad.dat", folder.path()); }),
              HasSubstr("bad.dat:2: not a line of Verilator 5.006's coverage data: C 'nothing' 5"));
  write_file(folder.path() / "bad.dat", "something else\n");
  EXPECT_THAT(message([&] { all.add(folder.path() / "bad.dat", folder.path()); }),
              HasSubstr("bad.dat:1:"));
}

TEST(CodeCoverageOfAModel, LinesAndBitsOfTheMockAreCounted) {
  const test::TemporaryFolder folder;
  const BuiltModel model =
      build_source(test::mock_accelerator(8), test::test_cache(), {}, {},
                   {.checked = true, .coverage = {.line = true, .toggle = true, .user = true}});
  CodeCoverage all;
  std::vector<CoverageReport> reports;
  // First no error at all, then an answer with an error: its lines are run only then.
  for (const bool error : {false, true}) {
    std::vector<std::uint8_t> memory(16 * 1024);
    Accelerator chip(model, memory);
    MemoryOptions options;
    if (error) options.read_error_address = 100;
    chip.configure(options);
    (void)chip.run(0, 64, 20'000);
    chip.write_coverage(folder.path() / "run.dat");
    all.add(folder.path() / "run.dat", model.source_folder);
    reports.push_back(make_report(all));
  }
  ASSERT_EQ(reports[0].modules.size(), 2U) << "sd_accelerator and mock_stage";
  EXPECT_GT(reports[0].total.line.percent(), 70.0);
  EXPECT_LT(reports[0].total.line.percent(), 100.0);
  EXPECT_GT(reports[1].total.branch.covered, reports[0].total.branch.covered);
  EXPECT_GT(reports[0].total.toggle.total, 500U);
  EXPECT_THAT(reports[0].text(), HasSubstr("if (m_axi_rresp_i != 2'd0)"));

  std::vector<std::uint8_t> memory(16 * 1024);
  Accelerator plain(
      build_source(test::mock_accelerator(8), test::test_cache(), {}, {}, {.checked = true}),
      memory);
  EXPECT_THROW(plain.write_coverage(folder.path() / "x.dat"), ToolError);
}

}  // namespace
}  // namespace sd::tb
