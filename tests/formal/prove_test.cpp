// The provers themselves: what they say when something does not hold.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "formal/fault.hpp"
#include "formal/proof.hpp"
#include "formal/prove.hpp"
#include "formal/report.hpp"

namespace sd::formal {
namespace {

using namespace hcl;
using ::testing::HasSubstr;

/// Counts up to 5 and starts again; claims to stay under `limit`.
Task counter(int limit, bool contradiction = false) {
  return task(elaborate(ModuleName("counter"), [&](TopModule& m) {
    const auto enable = m.input<Bool>("enable");
    auto count = m.reg<UInt>("count", Reset{0}, 4);
    m.when(enable, [&] { count <<= mux(count == 5, u(0, 4), wrap(count + 1)); });
    m.output<UInt>("value", 4) <<= count;
    if (contradiction) {
      m.assume_("on", enable);
      m.assume_("off", !enable);
    }
    m.assert_("under_limit", count < limit);
    m.cover_("five", count == 5);
  }));
}

TEST(Prove, BoundedFindsTheFirstCycleThatFailsAndKeepsItsWaveform) {
  Options options;
  options.folder =
      std::filesystem::temp_directory_path() / ("smartdeal_prove_test_" + std::to_string(getpid()));
  const Result result = prove_bounded(counter(3), 8, options);
  ASSERT_EQ(result.status, Status::refuted);
  ASSERT_TRUE(result.counterexample);
  EXPECT_EQ(result.counterexample->property, "under_limit");
  EXPECT_EQ(result.counterexample->cycle, 3);
  EXPECT_THAT(result.counterexample->values, ::testing::Contains(std::pair("count_q", "3")));
  EXPECT_TRUE(std::filesystem::exists(result.counterexample->waveform));
  EXPECT_THAT(result.summary(), HasSubstr("under_limit fails in cycle 3"));
  std::filesystem::remove_all(options.folder);
  EXPECT_EQ(prove_bounded(counter(3), 3).status, Status::proved);
}

TEST(Prove, InductionClosesOrSaysThatItIsOpen) {
  EXPECT_EQ(prove_by_induction(counter(6), 1).status, Status::proved);
  // From 9, which cannot be reached, the counter walks to 10.
  const Result open = prove_by_induction(counter(10), 2);
  EXPECT_EQ(open.status, Status::open);
  EXPECT_THAT(open.summary(), HasSubstr("add an invariant"));
}

TEST(Prove, CoversAreReachedOrNamed) {
  EXPECT_EQ(reach_covers(counter(6), 6).reached, std::vector<std::string>{"five"});
  const Result missed = reach_covers(counter(6), 4);
  EXPECT_EQ(missed.status, Status::refuted);
  EXPECT_THAT(missed.summary(), HasSubstr("is not reached within 4 cycles"));
}

TEST(Prove, AssumptionsThatContradictAreNoProof) {
  EXPECT_EQ(prove_bounded(counter(3, true), 8).status, Status::vacuous);
}

TEST(Prove, TimeLimitAndCancel) {
  Options none;
  none.time_limit = std::chrono::seconds(0);
  EXPECT_EQ(prove_bounded(counter(6), 8, none).status, Status::timeout);
  std::stop_source source;
  source.request_stop();
  Options stopped;
  stopped.stop = source.get_token();
  EXPECT_THROW((void)prove_bounded(counter(6), 8, stopped), tb::Cancelled);
}

TEST(Prove, ProbesNeedAPortAndASignal) {
  const Design design = elaborate(ModuleName("looks_inside"),
                                  [](TopModule& m) { m.assert_("x", m.input<Bool>("seen_x")); });
  EXPECT_THROW((void)task(design, {{"seen_y_i", "u_dut.x"}}), std::invalid_argument);
  EXPECT_THROW((void)prove_bounded(task(design, {{"seen_x_i", "u_dut.x"}}), 2), tb::ToolError);
}

TEST(Equivalent, ComparesForAllInputsAndNamesThoseThatDiffer) {
  const Task sum = task(elaborate(ModuleName("sum"), [](TopModule& m) {
    m.output<UInt>("sum", 9) <<= m.input<UInt>("a", 8) + m.input<UInt>("b", 8);
  }));
  const auto gold = [](const std::string& expression) {
    return Definition{"gold",
                      "module gold(input logic [7:0] a_i, input logic [7:0] b_i, output logic "
                      "[8:0] sum_o);\n  assign sum_o = " +
                          expression + ";\nendmodule\n"};
  };
  EXPECT_EQ(equivalent(gold("{1'b0, b_i} + {1'b0, a_i}"), sum, 0).status, Status::proved);
  // Wrong for one pair of inputs only.
  const Result result = equivalent(
      gold("(a_i == 8'd77 && b_i == 8'd200) ? 9'd0 : {1'b0, b_i} + {1'b0, a_i}"), sum, 0);
  ASSERT_EQ(result.status, Status::refuted);
  EXPECT_EQ(result.counterexample->property, "sum_o");
  EXPECT_THAT(result.counterexample->values,
              ::testing::UnorderedElementsAre(std::pair("a_i", "4d"), std::pair("b_i", "c8")));
  EXPECT_THROW((void)equivalent(gold("0"), sum, 16), std::invalid_argument);
}

TEST(Fault, SitesAreInTheLogicAndReproducible) {
  const Task task = counter(6);
  const std::vector<Fault> sites = fault_sites(task, "counter");
  EXPECT_GE(sites.size(), 4U);
  for (const Fault& site : sites) {
    EXPECT_EQ(site.description.find("assert"), std::string::npos) << site.description;
    EXPECT_NE(with_fault(task, site).files.back().text, task.files.back().text);
  }
  const auto chosen = choose_faults(task, {"counter"}, 3, 7);
  const auto again = choose_faults(task, {"counter"}, 3, 7);
  ASSERT_EQ(chosen.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(chosen[i].description, again[i].description);
  EXPECT_THROW((void)fault_sites(task, "nothing"), std::invalid_argument);
}

TEST(Report, HasATableAndJson) {
  Proof proof;
  proof.name = "counter";
  proof.what = "stays under 6";
  proof.method = Method::induction;
  proof.depth = 1;
  proof.cover_depth = 6;
  proof.task = [] { return counter(6); };
  proof.fault_modules = {"counter"};
  proof.faults = 2;
  proof.faults_refuted_at_least = 1;
  const ProofReport report = run(proof);
  EXPECT_TRUE(report.passed);
  EXPECT_THAT(to_markdown({report}), HasSubstr("| `counter` | stays under 6 |"));
  EXPECT_THAT(to_json({report}), HasSubstr("\"status\": \"proved\", \"depth\": 1"));
}

}  // namespace
}  // namespace sd::formal
