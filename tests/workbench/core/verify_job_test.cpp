// The job behind `smartdeal verify`, with something in the simulator's place.
#include "workbench/core/verify_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "regression/fake_engine.hpp"
#include "temporary_folder.hpp"

namespace sd::core {
namespace {

namespace fs = std::filesystem;
using regression::PairState;
using regression::Suite;
using regression::test::FakeEngine;
using test::message_of;
using test::TemporaryFolder;
using test::text_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class VerifyJob : public testing::Test {
 protected:
  VerifyJob() : fake(folder.path()) {
    options.store = folder.path() / "store";
    options.jobs = 1;
  }
  VerifyReport run() { return verify(options, fake.engine(), {}, {}); }
  [[nodiscard]] std::string refusal() {
    return message_of<InputError>([&] { (void)run(); });
  }

  TemporaryFolder folder;
  FakeEngine fake;
  VerifyOptions options;
};

TEST_F(VerifyJob, RunsASuiteAndKeepsIt) {
  options.junit = folder.path() / "junit.xml";
  const VerifyReport report = run();
  const std::size_t pairs = regression::make_plan(Suite::quick, 1).pairs();
  EXPECT_TRUE(report.passed());
  EXPECT_FALSE(report.coverage_reached()) << "these workloads hit no bin";
  EXPECT_FALSE(report.coverage_required) << "of the quick suite";
  EXPECT_EQ(report.regression.count(PairState::passed), pairs);
  EXPECT_EQ(fake.ran.size(), pairs);
  EXPECT_THAT(report.notes, IsEmpty());
  EXPECT_THAT(text_of(folder.path() / "junit.xml"),
              AllOf(HasSubstr("tests=\"" + std::to_string(pairs) + "\" failures=\"0\""),
                    Not(HasSubstr("name=\"coverage\""))));
  EXPECT_THAT(text_of(*options.store / "reports" / "functional_coverage.txt"), HasSubstr("s10"));
  EXPECT_THAT(text_of(*options.store / "reports" / "code_coverage.txt"), HasSubstr("unit@"));

  const VerifyReport again = run();
  EXPECT_EQ(fake.ran.size(), pairs) << "nothing ran twice";
  EXPECT_THAT(again.notes, testing::ElementsAre(HasSubstr("were done before")));
  options.fresh = true;
  (void)run();
  EXPECT_EQ(fake.ran.size(), 2 * pairs);
}

TEST_F(VerifyJob, MissedCoverageFailsWhereItIsRequired) {
  options.require_coverage = true;
  options.junit = folder.path() / "junit.xml";
  const VerifyReport report = run();
  EXPECT_EQ(report.regression.count(PairState::failed), 0U);
  EXPECT_FALSE(report.passed());
  EXPECT_THAT(text_of(*options.junit), HasSubstr("<testsuite name=\"coverage\""));
  options.require_coverage = false;
  options.suite = Suite::full;
  options.fresh = true;
  EXPECT_FALSE(run().passed()) << "the full suite requires it always";
}

TEST_F(VerifyJob, AFailedPairFailsAndSaysHowToRunItAgain) {
  const auto plan = regression::make_plan(Suite::quick, 1);
  const std::uint64_t bad = plan.designs[0].workloads[1].seed;
  fake.change = [&](const regression::Workload& w, regression::WorkloadResult& result) {
    if (w.seed != bad) return;
    result.passed = false;
    result.failure = "row 4 differs";
  };
  const VerifyReport report = run();
  EXPECT_FALSE(report.passed());
  const auto json = nlohmann::json::parse(report_text(report));
  EXPECT_EQ(json.at("command"), "verify");
  EXPECT_EQ(json.at("inputs").at("suite"), "quick");
  EXPECT_EQ(json.at("inputs").at("program_hash"), regression::program_hash());
  const auto& results = json.at("results");
  EXPECT_EQ(results.at("passed"), false);
  EXPECT_EQ(results.at("pairs_failed"), 1);
  EXPECT_EQ(results.at("pairs").at(1).at("failure"), "row 4 differs");
  EXPECT_EQ(results.at("pairs").at(1).at("run_again"),
            "smartdeal verify --suite quick --seed 1 --pair 2");
  EXPECT_EQ(results.at("pairs").size(), plan.pairs());
  EXPECT_EQ(results.at("designs").size(), plan.designs.size());
  EXPECT_EQ(results.at("coverage_goals").size(), 3U) << "no toggles were counted";
  EXPECT_EQ(results.at("missing_bins").size(), 6U);
  EXPECT_TRUE(results.at("code_coverage").contains("modules"));
}

TEST_F(VerifyJob, OnePairLeavesNothing) {
  options.store.reset();
  options.pair = 2;
  options.trace = folder.path() / "waves" / "deep";
  const VerifyReport report = run();
  EXPECT_EQ(fake.ran.size(), 1U);
  EXPECT_TRUE(fake.models.at(0).trace);
  EXPECT_TRUE(fs::is_directory(*options.trace));
  EXPECT_THAT(report.coverage, IsEmpty()) << "one pair's says nothing";
  EXPECT_TRUE(report.store.empty());
  EXPECT_TRUE(report.passed());
  EXPECT_TRUE(nlohmann::json::parse(report_text(report)).at("results").at("store").is_null());
}

TEST_F(VerifyJob, ASoakPairCanBeRunAgain) {
  options.store.reset();
  options.suite = Suite::soak;
  options.pair = static_cast<long>(regression::soak_design(1, 0).workloads.size()) + 2;
  const VerifyReport report = run();
  ASSERT_EQ(report.regression.pairs.size(), 1U);
  EXPECT_EQ(fake.ran.at(0), regression::soak_design(1, 1).workloads.at(1).seed);
}

TEST_F(VerifyJob, SoaksUntilTheTimeIsOver) {
  options.suite = Suite::soak;
  options.soak_seconds = 3;
  fake.before_pair = [&](const regression::Workload&) {
    if (fake.ran.size() == 5) std::this_thread::sleep_for(std::chrono::milliseconds(3100));
  };
  const VerifyReport report = run();
  EXPECT_EQ(fake.ran.size(), 6U);
  EXPECT_TRUE(report.passed());
}

TEST_F(VerifyJob, AStopIsPassedOn) {
  std::stop_source stop;
  fake.before_pair = [&](const regression::Workload&) {
    if (fake.ran.size() == 3) stop.request_stop();
  };
  EXPECT_THROW((void)verify(options, fake.engine(), {}, stop.get_token()), tb::Cancelled);
  EXPECT_EQ(fake.ran.size(), 3U);
  fake.before_pair = {};
  EXPECT_TRUE(run().passed());
  EXPECT_EQ(fake.ran.size(), regression::make_plan(Suite::quick, 1).pairs());
}

TEST_F(VerifyJob, TellsHowFarItIs) {
  std::vector<std::string> details;
  double last = -1;
  Observer observer;
  observer.progress = [&](const std::string& stage, double fraction, const std::string& detail) {
    EXPECT_EQ(stage, "verify");
    EXPECT_LE(fraction, 1);
    if (fraction >= 0) last = fraction;
    details.push_back(detail);
  };
  fake.before_pair = [](const regression::Workload&) {  // news come twenty times a second
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  (void)verify(options, fake.engine(), observer, {});
  EXPECT_GT(last, 0);
  EXPECT_THAT(details, testing::Contains(AllOf(HasSubstr(" of "), HasSubstr(" pairs"),
                                               HasSubstr("1 thousand cycles/s"))));
}

TEST_F(VerifyJob, OptionsAreCheckedFirst) {
  const VerifyOptions good = options;
  options.seed = -1;
  EXPECT_THAT(refusal(), HasSubstr("--seed -1: the allowed range is 0 to 2000000000"));
  options = good;
  options.jobs = 257;
  EXPECT_THAT(refusal(), HasSubstr("--jobs 257: the allowed range is 0 to 256"));
  options = good;
  options.pair = 1000;
  EXPECT_THAT(refusal(), HasSubstr("--pair 1000: the allowed range is 1 to "));
  options.pair = 0;
  EXPECT_THAT(refusal(), HasSubstr("--pair 0"));
  options = good;
  options.soak_seconds = 10;
  EXPECT_THAT(refusal(), HasSubstr("--soak and --suite quick"));
  options.suite = Suite::soak;
  options.pair = 1;
  EXPECT_THAT(refusal(), HasSubstr("--soak and --pair"));
  options.pair.reset();
  options.soak_seconds = 0;
  EXPECT_THAT(refusal(), HasSubstr("up to 90 days"));
  options.soak_seconds.reset();
  EXPECT_THAT(refusal(), HasSubstr("--suite soak: say how long with --soak 8h"));
  options = good;
  options.junit = folder.path() / "none" / "junit.xml";
  EXPECT_THAT(refusal(), HasSubstr("junit.xml"));
  options = good;
  options.exclusions = folder.write("exclusions.txt", "line\n");
  EXPECT_THAT(message_of<tb::ToolError>([&] { (void)run(); }), HasSubstr("exclusions.txt:1"));
  options = good;
  options.trace = folder.write("file", "");
  EXPECT_THAT(refusal(), HasSubstr("--trace"));
  options = good;
  options.store = folder.path();
  EXPECT_THAT(refusal(), HasSubstr("is not empty and holds no regression"));
  EXPECT_THAT(fake.ran, IsEmpty());
}

TEST_F(VerifyJob, NamesItsStoreByWhatItHolds) {
  options.store.reset();
  options.suite = Suite::full;
  options.seed = 7;
  EXPECT_EQ(store_of(options), "verify-full-7");
  options.pair = 3;
  EXPECT_EQ(store_of(options), "");
}

TEST_F(VerifyJob, ThePlanIsJsonToo) {
  const auto json = nlohmann::json::parse(plan_text(verify_plan(options)));
  EXPECT_EQ(json.at("results").at("designs").at(0).at("pairs").at(0).at("pair"), 1);
  EXPECT_EQ(json.at("inputs").at("plan_hash"),
            regression::content_hash(regression::make_plan(Suite::quick, 1)));
}

}  // namespace
}  // namespace sd::core
