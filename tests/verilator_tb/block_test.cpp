#include "verilator_tb/block.hpp"

#include <gmock/gmock.h>

#include "verilator_tb/code_coverage.hpp"
#include "verilator_tb/temporary_folder.hpp"

namespace sd::tb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A counter with an assertion, a wide inverter and a signed input.
BlockSource sample(const std::string& top = "sample") {
  BlockSource source;
  source.top = top;
  source.ports = {{"clk_i", 1, true},     {"rst_ni", 1, true},   {"step_i", 4, true},
                  {"wide_i", 100, true},  {"long_i", 64, true},  {"count_o", 8, false},
                  {"wide_o", 100, false}, {"long_o", 64, false}, {"negative_o", 1, false}};
  source.files = {{top + ".sv", "`default_nettype none\nmodule " + top + R"( (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic [3:0]   step_i,
  input  logic [99:0]  wide_i,
  input  logic [63:0]  long_i,
  output logic [7:0]   count_o,
  output logic [99:0]  wide_o,
  output logic [63:0]  long_o,
  output logic         negative_o
);
  logic [7:0] count_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) count_q <= 8'd0;
    else count_q <= count_q + {4'd0, step_i};
  end
  assign count_o = count_q;
  assign wide_o = ~wide_i;
  assign long_o = long_i + 64'd1;
  assign negative_o = $signed(step_i) < 4'sd0;
  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      count_small: assert (count_q < 8'd100);
    end
  end
endmodule
`default_nettype wire
)"}};
  return source;
}

TEST(Block, ClocksResetsAndSettles) {
  Block block(sample());
  block.reset();
  EXPECT_EQ(block.peek("count_o"), 0U);
  block.poke("step_i", 3);
  block.step();
  EXPECT_EQ(block.peek("count_o"), 3U);
  block.step(4);
  EXPECT_EQ(block.peek("count_o"), 15U);
  EXPECT_EQ(block.peek_signed("count_o"), 15);
  block.reset();
  EXPECT_EQ(block.peek("count_o"), 0U);
}

TEST(Block, InputsStartAsZero) {
  Block block(sample());
  EXPECT_EQ(block.peek("long_o"), 1U);
  EXPECT_THAT(block.peek_words("wide_o"), ElementsAre(~0U, ~0U, ~0U, 0xfU));
  EXPECT_EQ(block.peek("negative_o"), 0U);
}

TEST(Block, PortsOfAnyWidth) {
  Block block(sample());
  block.poke("wide_i", std::vector<std::uint32_t>{0x12345678, 0, 0xffffffff, 0x5});
  EXPECT_THAT(block.peek_words("wide_o"), ElementsAre(~0x12345678U, ~0U, 0U, 0xaU));
  block.poke("long_i", 0xffff'ffff'ffffULL);
  EXPECT_EQ(block.peek("long_o"), 0x1'0000'0000'0000ULL);
  block.poke_signed("step_i", -8);
  EXPECT_EQ(block.peek("negative_o"), 1U);
  block.poke_signed("step_i", 7);
  EXPECT_EQ(block.peek("negative_o"), 0U);
}

TEST(Block, AnAssertionThatFailsNamesItself) {
  Block block(sample());
  block.reset();
  block.poke("step_i", 15);
  try {
    block.step(20);
    FAIL();
  } catch (const AssertionFailure& failure) {
    EXPECT_EQ(failure.assertion(), "sample.count_small");
    EXPECT_THAT(failure.what(), HasSubstr("sample.sv:"));
  }
  EXPECT_EQ(block.failures().front().cycle, 2U + 7U)
      << "two cycles of reset, then 7 * 15 = 105 is seen by the eighth edge";
}

TEST(Block, FailuresCanBeRecordedInstead) {
  BlockOptions options;
  options.throw_on_failure = false;
  Block block(sample(), options);
  block.reset();
  block.poke("step_i", 15);
  block.step(9);
  EXPECT_EQ(block.failures().size(), 2U);
}

TEST(Block, SeveralLiveInOneProcess) {
  Block a(sample()), b(sample("another")), c(sample());
  for (Block* block : {&a, &b, &c}) block->reset();
  a.poke("step_i", 1);
  b.poke("step_i", 2);
  c.poke("step_i", 3);
  for (int i = 0; i < 5; ++i)
    for (Block* block : {&a, &b, &c}) block->step();
  EXPECT_EQ(a.peek("count_o"), 5U);
  EXPECT_EQ(b.peek("count_o"), 10U);
  EXPECT_EQ(c.peek("count_o"), 15U);
}

TEST(Block, WrongUseIsSaid) {
  Block block(sample());
  const auto message = [](const std::function<void()>& action) -> std::string {
    try {
      action();
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  EXPECT_EQ(message([&] { block.poke("nothing", 0); }),
            "sample has no port nothing; it has: clk_i rst_ni step_i wide_i long_i count_o wide_o "
            "long_o negative_o");
  EXPECT_EQ(message([&] { block.poke("count_o", 0); }),
            "sample.count_o is an output: it cannot be set");
  EXPECT_EQ(message([&] { block.poke("step_i", 16); }),
            "sample.step_i has 4 bits: it cannot take 16");
  EXPECT_EQ(message([&] { block.poke_signed("step_i", 8); }),
            "sample.step_i has 4 bits: it cannot take 8");
  EXPECT_EQ(message([&] {
              block.poke("wide_i", std::vector<std::uint32_t>{0, 0, 0, 16});
            }),
            "sample.wide_i has 100 bits: bits above it are set in word 3");
  EXPECT_EQ(message([&] { (void)block.peek("wide_o"); }),
            "sample.wide_o is 100 bits wide: use peek_words");
}

TEST(Block, VerilatorsComplaintReachesTheReader) {
  BlockSource source = sample("broken");
  source.files[0].second = "module broken;\n  assign missing_signal = ;\nendmodule\n";
  const test::TemporaryFolder cache;
  BlockOptions options;
  options.cache = cache.path();
  try {
    const Block block(source, options);
    FAIL();
  } catch (const ToolError& error) {
    EXPECT_THAT(error.what(), HasSubstr("verilating broken failed with exit status 1"));
    EXPECT_THAT(error.what(), HasSubstr("broken.sv:2"));
  }
}

TEST(Block, AMissingToolNamesItsPackage) {
  const test::ScopedEnvironment path("PATH", "/nonexistent");
  try {
    const Block block(sample());
    FAIL();
  } catch (const ToolError& error) {
    EXPECT_STREQ(error.what(),
                 "verilator was not found in PATH: install Debian's package verilator (apt-get "
                 "install verilator)");
  }
}

TEST(Block, LeavesItsCoverageWhereTheEnvironmentSays) {
  const test::TemporaryFolder folder;
  {
    const test::ScopedEnvironment collect("SMARTDEAL_BLOCK_COVERAGE", folder.path().string());
    Block block(sample());
    block.reset();
    block.poke("step_i", 3);
    block.step(2);
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    files.push_back(entry.path());
  ASSERT_EQ(files.size(), 1U) << "nothing but the counts";
  const CoverageReport report = make_report(CodeCoverage::load(files[0]));
  ASSERT_EQ(report.modules.size(), 1U);
  EXPECT_EQ(report.modules[0].module, "sample");
  EXPECT_GT(report.total.line.covered, 0U);
  EXPECT_GT(report.total.toggle.total, 200U);
  EXPECT_LT(report.total.toggle.percent(), 90.0) << "most of wide_i and long_i never changed";
}

TEST(Block, WithoutCoverageNoneIsWritten) {
  const test::TemporaryFolder folder;
  Block block(sample());
  EXPECT_THROW(block.write_coverage(folder.path() / "x.dat"), ToolError);
}

TEST(Block, FieldsOfWords) {
  std::vector<std::uint32_t> words(4);
  set_field(words, 28, 40, 0xabcdef0123);
  EXPECT_EQ(get_field(words, 28, 40), 0xabcdef0123U);
  EXPECT_EQ(get_field(words, 0, 28), 0U);
  EXPECT_EQ(get_field(words, 68, 60), 0U);
  set_field(words, 30, 5, 0x10);
  EXPECT_EQ(get_signed_field(words, 30, 5), -16);
}

}  // namespace
}  // namespace sd::tb
