// assert_, assume_ and cover_ are taken by the simulator's front end and by the prover, which
// starts from reset by a constraint of its own; a planted fault is refuted.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "rtl/hcl/problems.hpp"
#include "support/netlist_compare.hpp"
#include "verilator_tb/subprocess.hpp"

namespace hcl::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// Counts credits handed out and given back; `limit` is what the assertion claims.
Design credits(int limit) {
  return elaborate(ModuleName("credits").with("LIMIT", limit), [&](TopModule& m) {
    auto take = m.input<Bool>("take");
    auto give = m.input<Bool>("give");
    auto left = m.output<UInt>("left", 3);
    auto used = m.reg<UInt>("used", Reset{0}, 3);
    m.when(take & !give, [&] { used <<= wrap(used + 1); }).elsewhen(give & !take, [&] {
      used <<= wrap(used - 1);
    });
    left <<= wrap(u(5, 3) - used);
    const Bool took = m.past("took", take);
    const UInt before = m.past("before", used);
    m.assume_("takes_what_is_left", !take | (used < 5));
    m.assume_("gives_what_was_taken", !give | (used > 0));
    m.assert_("within_limit", used <= limit);
    m.assert_("grows_by_taking", took | (used <= before));
    m.when(took, [&] { m.cover_("all_used", used == 5); });
  });
}

struct Verdict {
  std::string proof, cover;
};

/// Bounded proof and cover trace of the top, from reset.
Verdict prove(const Design& design) {
  const fs::path folder =
      fs::temp_directory_path() / fmt::format("sd_properties_{}", static_cast<int>(getpid()));
  fs::create_directories(folder);
  std::string names;
  for (const EmittedFile& file : emit(design)) {
    std::ofstream(folder / file.name) << file.text;
    names += " " + file.name;
  }
  std::ofstream(folder / "reset.smtc") << "initial\nassume (not [rst_ni])\n";
  const auto run = [&](const std::vector<std::string>& arguments) {
    sd::tb::ProcessOptions options;
    options.working_folder = folder;
    return sd::tb::run_process(arguments, options).output;
  };
  run({"yosys", "-q", "-p",
       fmt::format("read_verilog -sv -formal{}; prep -top {}; opt -full; async2sync; dffunmap; "
                   "write_smt2 -wires m.smt2",
                   names, design.top().name)});
  const auto check = [&](const std::string& mode) {
    std::vector<std::string> arguments = {"yosys-smtbmc", "-s",     "z3",        "-t",
                                          "14",           "--smtc", "reset.smtc"};
    if (!mode.empty()) arguments.push_back(mode);
    arguments.emplace_back("m.smt2");
    return run(arguments);
  };
  Verdict verdict{check(""), check("-c")};
  fs::remove_all(folder);
  return verdict;
}

TEST(Properties, StandInAClockedBlockThatSynthesisLeavesOut) {
  const Design design = credits(5);
  EXPECT_EQ(sd::test::lint(design), "");
  const std::string text = emit(design).back().text;
  EXPECT_THAT(text, HasSubstr("`ifndef SYNTHESIS\n"
                              "  always_ff @(posedge clk_i or negedge rst_ni) begin\n"
                              "    if (rst_ni) begin\n"));
  EXPECT_THAT(text,
              HasSubstr("      gives_what_was_taken: assume (!give_i || (used_q > 3'd0));\n"));
  EXPECT_THAT(text, HasSubstr("      within_limit: assert (used_q <= 3'd5);\n"));
  EXPECT_THAT(text, HasSubstr("      if (took_q) begin\n"
                              "        all_used: cover (used_q == 3'd5);\n"));
}

TEST(Properties, AreProvedAndCoveredFromReset) {
  const Verdict verdict = prove(credits(5));
  EXPECT_THAT(verdict.proof, HasSubstr("Status: PASSED"));
  EXPECT_THAT(verdict.cover, HasSubstr("Reached cover statement at all_used"));
}

TEST(Properties, AFalseOneIsRefutedByName) {
  const Verdict verdict = prove(credits(4));
  EXPECT_THAT(verdict.proof, HasSubstr("Assert failed in credits_limit4: within_limit"));
  EXPECT_THAT(verdict.proof, HasSubstr("Status: FAILED"));
}

TEST(Properties, PastIsDrivenWhateverConditionIsOpen) {
  const Design design = elaborate(ModuleName("late"), [](TopModule& m) {
    auto c = m.input<Bool>("c");
    auto s = m.input<SInt>("s", 5);
    auto y = m.output<SInt>("y", 5);
    y <<= s;
    m.when(c, [&] { y <<= m.past("earlier", s); });
  });
  EXPECT_EQ(sd::test::lint(design), "");
  EXPECT_THAT(emit(design).back().text, HasSubstr("  assign earlier_d = s_i;\n"));
}

TEST(Properties, OfAnotherModuleAreErrors) {
  static const UInt* stranger = nullptr;
  class Inner : public Module<SampleIo> {
   public:
    explicit Inner(Context& at) : Module(at, ModuleName("inner")) {
      static UInt kept = io.a;
      stranger = &kept;
      io.y <<= io.a;
      io.z <<= io.c;
    }
  };
  try {
    const Design design = elaborate(ModuleName("outer"), [](TopModule& m) {
      auto inner = m.instance<Inner>("u_inner");
      inner.a <<= 0;
      inner.b <<= 0;
      inner.s <<= 0;
      inner.c <<= false;
      (void)m.past("stolen", *stranger);
    });
    FAIL() << "elaborates";
  } catch (const ElaborationError& error) {
    ASSERT_EQ(error.problems().size(), 1U);
    EXPECT_EQ(error.problems()[0].signal, "stolen");
    EXPECT_EQ(error.problems()[0].what, "delays an expression of module inner");
  }
}

}  // namespace
}  // namespace hcl::test
