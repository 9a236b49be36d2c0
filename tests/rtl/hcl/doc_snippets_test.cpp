// docs/hcl.md tells the truth: its C++ compiles, its SystemVerilog is what comes out, and both are
// clean.
#include "rtl/hcl/doc_snippets.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <string>

#include "support/netlist_compare.hpp"

namespace hcl::doc {
namespace {

std::string read(const std::string& file) {
  std::ifstream in(std::string(SD_SOURCE_DIR) + "/" + file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The text between the fences of every block of that language.
std::vector<std::string> blocks(const std::string& page, const std::string& language) {
  std::vector<std::string> found;
  const std::string fence = "```" + language + "\n";
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
    const std::size_t start = at + fence.size();
    found.push_back(page.substr(start, page.find("```\n", start) - start));
  }
  return found;
}

/// Without what differs between a page and a header.
std::string bare(std::string text) {
  for (const std::string word :
       {"#include <rtl/hcl/hcl.hpp>\n", "using namespace hcl;\n\n", "inline "})
    while (text.find(word) != std::string::npos) text.erase(text.find(word), word.size());
  return text;
}

TEST(DocSnippets, TheCodeOfThePageIsTheCodeThatCompiles) {
  const std::vector<std::string> code = blocks(read("docs/hcl.md"), "cpp");
  const std::string compiled = bare(read("tests/rtl/hcl/doc_snippets.hpp"));
  ASSERT_EQ(code.size(), 6U);
  for (const std::string& block : code) EXPECT_THAT(compiled, ::testing::HasSubstr(bare(block)));
}

TEST(DocSnippets, TheTextOfThePageIsTheTextThatComesOut) {
  const std::vector<std::string> text = blocks(read("docs/hcl.md"), "systemverilog");
  ASSERT_EQ(text.size(), 1U);
  const std::vector<EmittedFile> files = queue_files();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].name, "queue_width8_depth4.sv");
  EXPECT_EQ(files[0].text, text[0]);
}

TEST(DocSnippets, AreCleanForBothTools) {
  EXPECT_EQ(sd::test::lint(elaborate<Engine>()), "");
  EXPECT_EQ(sd::test::lint(elaborate<RegisterFile>(blinker_registers())), "");
}

TEST(DocSnippets, ABlackBoxOfSomebodyElseIsInstantiatedAndNotWritten) {
  const Design design = elaborate(ModuleName("gated"), [](TopModule& m) {
    auto enable = m.input<Bool>("enable");
    auto clock = m.output<Bool>("clock");
    auto gate = m.instance<ClockGate>("u_gate");
    gate.enable <<= enable;
    clock <<= gate.gated;
  });
  const std::vector<EmittedFile> files = emit(design);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_THAT(files[0].text,
              ::testing::HasSubstr("  ICGX1 u_gate (\n    .CK  (clk_i),\n    .EN  (enable_i),\n"
                                   "    .GCK (clock_o)\n  );\n"));
  EXPECT_EQ(multiplier_bits(design), 0);
}

}  // namespace
}  // namespace hcl::doc
