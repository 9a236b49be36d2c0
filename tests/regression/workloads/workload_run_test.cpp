// Workloads on one tiny chip.
#include "regression/workload_run.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "program_workload.hpp"
#include "random_memory.hpp"

namespace sd::regression {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Workloads : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    tb::ModelOptions options;
    options.checked = options.trace = true;
    model_ = tb::build_model(design(), std::filesystem::path(SD_BINARY_DIR) / "test-cache", {}, {},
                             options);
  }

  static design::DesignPoint design() { return coverage_designs().front(); }

  static WorkloadResult run(WorkloadKind kind, std::uint64_t seed, int repetitions,
                            const WorkloadOptions& options = {},
                            const design::DesignPoint& point = design()) {
    return run_workload(model_, point, {kind, seed, repetitions}, options, {}, {});
  }

  inline static tb::BuiltModel model_;
};

TEST_F(Workloads, PassAndAreTheSameAgain) {
  for (const auto& [kind, repetitions] :
       {std::pair{WorkloadKind::programs, 8}, std::pair{WorkloadKind::networks, 3}}) {
    const WorkloadResult first = run(kind, 3, repetitions), again = run(kind, 3, repetitions);
    EXPECT_TRUE(first.passed) << first.failure;
    EXPECT_GT(first.cycles, 1000U);
    EXPECT_GT(first.macs, 1000U);
    EXPECT_EQ(first.cycles, again.cycles);
    EXPECT_EQ(first.macs, again.macs);
    EXPECT_EQ(first.functional, again.functional);
    EXPECT_LT(first.functional.missing().size(), functional_coverage_model().missing().size());
    EXPECT_NE(run(kind, 4, repetitions).cycles, first.cycles) << "another seed is another workload";
  }
}

TEST_F(Workloads, FaultsAreAnswered) {
  const WorkloadResult first = run(WorkloadKind::faults, 2, 30),
                       again = run(WorkloadKind::faults, 2, 30);
  EXPECT_TRUE(first.passed) << first.failure;
  EXPECT_EQ(first.cycles, again.cycles);
  EXPECT_EQ(first.functional, again.functional);
}

TEST_F(Workloads, ReportProgressAndCanBeCancelled) {
  std::stop_source stop;
  double last = 0;
  EXPECT_THROW((void)run_workload(
                   model_, design(), {WorkloadKind::programs, 1, 50}, {},
                   [&](const WorkloadProgress& now) {
                     EXPECT_GE(now.fraction, last);
                     EXPECT_LE(now.fraction, 1);
                     last = now.fraction;
                     if (now.fraction > 0.1) stop.request_stop();
                   },
                   stop.get_token()),
               tb::Cancelled);
  EXPECT_GT(last, 0.1);
}

/// The chip against the expectations of another: everything is told, and the waveform is there.
TEST_F(Workloads, AFailureIsExplainedAndTraced) {
  design::DesignPoint other = design();
  other.mac_kind = design::MacKind::booth_serial;  // the same values, other activity
  const auto file = std::filesystem::path(testing::TempDir()) / "workload_run_test.fst";
  std::filesystem::remove(file);
  WorkloadOptions options;
  options.trace_file = file;
  const WorkloadResult result = run(WorkloadKind::programs, 3, 8, options, other);
  EXPECT_FALSE(result.passed);
  EXPECT_THAT(result.failure,
              AllOf(HasSubstr("programs of seed 3, repetition 1 of 8, design tiny_parallel ("),
                    HasSubstr("mac_active: expected "), HasSubstr(", counted "),
                    HasSubstr("waveform of cycles ")));
  EXPECT_TRUE(std::filesystem::exists(file));
  std::filesystem::remove(file);
}

class OneProgram : public Workloads {
 protected:
  /// Runs a program after `spoil`; the failure's text.
  template <class Spoil>
  static std::string failure_after(Spoil spoil) {
    const Workload workload{WorkloadKind::programs, 5, 1};
    const WorkloadOptions options;
    const design::DesignPoint point = design();
    const std::function<void(const WorkloadProgress&)> silent;
    Session session({model_, point, workload, options, silent, {}, {}}, std::size_t{1} << 20);
    Dice dice(5);
    RandomProgram program = some_program(dice, point);
    spoil(program);
    prepare(session, program, {});
    EXPECT_FALSE(run_exactly(session, program));
    EXPECT_TRUE(session.failed());
    EXPECT_GT(session.failure_cycle(), 0U);
    return session.finish().failure;
  }
};

TEST_F(OneProgram, TheFirstWrongWriteIsNamed) {
  std::uint32_t address = 0;
  const std::string text = failure_after([&](RandomProgram& program) {
    ASSERT_FALSE(program.expected.empty());
    program.expected.back().bytes[0] ^= 0x40;
    address = program.expected.back().address;
  });
  EXPECT_THAT(text, AllOf(HasSubstr(": cycle "), HasSubstr(": byte 0x"),
                          HasSubstr(" was written as 0x"), HasSubstr(", expected 0x"),
                          HasSubstr("STORE"), HasSubstr("channel "), HasSubstr("row ")));
  EXPECT_THAT(text, testing::AnyOf(HasSubstr("COMPUTE"), HasSubstr("VECTOR")));
}

TEST_F(OneProgram, AByteThatNobodyWritesIsNamed) {
  const std::string text = failure_after([](RandomProgram& program) {
    ExpectedBytes more;
    more.bytes = {static_cast<std::uint8_t>(program.image[0] ^ 1U)};
    more.what = "nothing";
    program.expected.push_back(more);
  });
  EXPECT_THAT(text, AllOf(HasSubstr("byte 0x0 holds 0x"), HasSubstr("after the run, expected 0x"),
                          HasSubstr("where no STORE writes")));
}

TEST_F(OneProgram, AnErrorStatusIsNamed) {
  const std::string text =
      failure_after([](RandomProgram& program) { program.image[program.address] = 0x77; });
  EXPECT_THAT(text, AllOf(HasSubstr("STATUS 0x"), HasSubstr("error 1 (illegal opcode)")));
}

}  // namespace
}  // namespace sd::regression
