// The engine with something in the simulator's place.
#include "regression/regression.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>

#include "regression/fake_engine.hpp"
#include "workbench/core/temporary_folder.hpp"

namespace sd::regression {
namespace {

namespace fs = std::filesystem;
using sd::test::TemporaryFolder;
using test::FakeEngine;
using test::small_plan;
using test::summary;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Engines : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path path(const std::string& name = "store") const {
    return folder.path() / name;
  }
  RegressionReport run(FakeEngine& fake, const RegressionOptions& options = {},
                       const std::string& name = "store", std::stop_token stop = {}) const {
    Store store(path(name), plan, "program");
    return run_regression(
        plan, options, fake.engine(), store, [](const RegressionProgress&) {}, std::move(stop));
  }
  /// What an undisturbed run gives.
  [[nodiscard]] std::string expected() const {
    FakeEngine fake(folder.path());
    return summary(run(fake, {}, "undisturbed"));
  }

  TemporaryFolder folder;
  Plan plan = small_plan();
};

TEST_F(Engines, RunsEveryPairOnceAndAddsUp) {
  FakeEngine fake(folder.path());
  const RegressionReport report = run(fake);
  EXPECT_THAT(fake.built, UnorderedElementsAre("first", "second"));
  EXPECT_THAT(fake.ran, UnorderedElementsAre(10, 11, 12, 20, 21));
  EXPECT_EQ(report.count(PairState::passed), 5U);
  EXPECT_EQ(report.cycles(), 7400U);
  EXPECT_DOUBLE_EQ(report.simulation_seconds(), 1.25);
  EXPECT_THAT(report.functional.missing(), ElementsAre("workload.seed.s22"));
  const tb::CoverageReport code = tb::make_report(report.code);
  EXPECT_EQ(code.total.line.covered, 3U);
  EXPECT_EQ(code.total.line.total, 3U);
  for (std::size_t i = 0; i < report.pairs.size(); ++i) {
    EXPECT_EQ(report.pairs[i].number, i + 1);
    EXPECT_FALSE(report.pairs[i].kept);
  }
  EXPECT_TRUE(fs::is_empty(path() / "work"));
}

TEST_F(Engines, BuildsCheckedModelsThatCountWhereTheyShall) {
  FakeEngine fake(folder.path());
  (void)run(fake);
  ASSERT_EQ(fake.models.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(fake.models[i].checked);
    EXPECT_FALSE(fake.models[i].trace);
    EXPECT_EQ(fake.models[i].coverage.toggle, fake.built[i] == "first");
    EXPECT_EQ(fake.models[i].coverage.line, fake.built[i] == "first");
  }
  plan.designs[0].toggle_coverage = false;
  FakeEngine lines(folder.path());
  (void)run(lines, {}, "lines");
  EXPECT_TRUE(lines.models.at(0).coverage.line);
  EXPECT_FALSE(lines.models.at(0).coverage.toggle);
  plan = small_plan();
  EXPECT_THAT(fake.traces, testing::Each(fs::path()));

  FakeEngine traced(folder.path());
  RegressionOptions options;
  options.trace_folder = path("waves");
  options.only_pair = 4;
  (void)run(traced, options, "traced");
  EXPECT_TRUE(traced.models.at(0).trace);
  EXPECT_THAT(traced.traces, ElementsAre(path("waves") / "pair-000004.fst"));
}

TEST_F(Engines, TheNumberOfJobsChangesNothing) {
  const std::string one = expected();
  for (const std::size_t jobs : {2U, 3U, 8U}) {
    FakeEngine fake(folder.path());
    fake.before_pair = [](const Workload& w) {  // finish in another order
      std::this_thread::sleep_for(std::chrono::milliseconds(w.seed % 3));
    };
    RegressionOptions options;
    options.jobs = jobs;
    EXPECT_EQ(summary(run(fake, options, "jobs" + std::to_string(jobs))), one) << jobs;
  }
}

TEST_F(Engines, AFinishedRegressionIsReadNotRun) {
  FakeEngine first(folder.path()), second(folder.path());
  const std::string before = summary(run(first));
  const RegressionReport report = run(second);
  EXPECT_THAT(second.built, IsEmpty());
  EXPECT_THAT(second.ran, IsEmpty());
  EXPECT_EQ(summary(report), before);
  for (const PairReport& pair : report.pairs) EXPECT_TRUE(pair.kept);
}

// Killed at the n-th step of any kind: what is on the disk at that moment is what the next run
// gets. Together the two runs give what one would have given, and no pair of the disk runs again.
TEST_F(Engines, GoesOnAfterAKillAtEachPoint) {
  const std::string whole = expected();
  std::size_t moments = 0;
  for (std::size_t n = 0; n < 100; ++n) {
    const std::string name = "killed" + std::to_string(n);
    FakeEngine fake(folder.path());
    std::size_t step = 0;
    const auto photograph = [&] {
      if (step++ == n) fs::copy(path("running" + name), path(name), fs::copy_options::recursive);
    };
    fake.before_build = [&](const design::DesignPoint&) { photograph(); };
    fake.before_pair = [&](const Workload&) { photograph(); };
    fake.change = [&](const Workload&, WorkloadResult&) { photograph(); };
    (void)run(fake, {}, "running" + name);
    if (!fs::exists(path(name))) break;
    ++moments;
    std::size_t kept_files = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(path(name) / "pairs"))
      ++kept_files;
    FakeEngine again(folder.path());
    const RegressionReport report = run(again, {}, name);
    EXPECT_EQ(summary(report), whole) << "killed at step " << n;
    EXPECT_EQ(again.ran.size() + kept_files, 5U) << "killed at step " << n;
    EXPECT_THAT(report.notes, IsEmpty());
  }
  EXPECT_EQ(moments, 2U + 2U * 5U);
}

// The same between the files that one pair writes, and with files half-written.
TEST_F(Engines, GoesOnWithoutAnyOneFile) {
  const std::string whole = expected();
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path("undisturbed")))
    if (entry.is_regular_file() && entry.path().filename() != "regression.json" &&
        entry.path().filename() != "lock")
      files.push_back(fs::relative(entry.path(), path("undisturbed")));
  EXPECT_EQ(files.size(), 6U) << "five pairs, the coverage of one design";
  for (const fs::path& file : files)
    for (const bool half : {false, true}) {
      const std::string name = "without " + file.filename().string() + (half ? " half" : "");
      fs::copy(path("undisturbed"), path(name), fs::copy_options::recursive);
      if (half)
        fs::resize_file(path(name) / file, fs::file_size(path(name) / file) / 2);
      else
        fs::remove(path(name) / file);
      FakeEngine fake(folder.path());
      const RegressionReport report = run(fake, {}, name);
      EXPECT_EQ(summary(report), whole) << name;
      EXPECT_EQ(fake.ran.size(), file.extension() == ".cov" ? 3U : 1U) << name;
      if (half)
        EXPECT_THAT(report.notes, ElementsAre(HasSubstr(file.filename().string()))) << name;
      else
        EXPECT_THAT(report.notes, IsEmpty()) << name;
    }
}

TEST_F(Engines, StopsWhenAskedAndGoesOn) {
  const std::string whole = expected();
  std::stop_source stop;
  FakeEngine fake(folder.path());
  fake.before_pair = [&](const Workload& w) {
    if (w.seed == 12) stop.request_stop();
  };
  EXPECT_THROW((void)run(fake, {}, "store", stop.get_token()), tb::Cancelled);
  EXPECT_THAT(fake.ran, ElementsAre(10, 11));
  FakeEngine again(folder.path());
  EXPECT_EQ(summary(run(again)), whole);
  EXPECT_THAT(again.ran, ElementsAre(12, 20, 21));
  std::stop_source before;
  before.request_stop();
  EXPECT_THROW((void)run(again, {}, "never", before.get_token()), tb::Cancelled);
}

TEST_F(Engines, AnObserverMayStopItToo) {
  FakeEngine fake(folder.path());
  Store store(path(), plan, "program");
  const auto stop_at_two = [](const RegressionProgress& p) {
    if (p.done == 2) throw tb::Cancelled();
  };
  EXPECT_THROW((void)run_regression(plan, {}, fake.engine(), store, stop_at_two, {}),
               tb::Cancelled);
  EXPECT_EQ(fake.ran.size(), 2U);
}

TEST_F(Engines, AFailedPairIsKeptAndTheOthersRun) {
  FakeEngine fake(folder.path());
  fake.change = [](const Workload& w, WorkloadResult& result) {
    if (w.seed != 11) return;
    result.passed = false;
    result.failure = "row 4 differs";
  };
  const RegressionReport report = run(fake);
  EXPECT_EQ(report.count(PairState::failed), 1U);
  EXPECT_EQ(report.count(PairState::passed), 4U);
  EXPECT_EQ(report.pairs[1].failure, "row 4 differs");
  FakeEngine again(folder.path());
  const RegressionReport kept = run(again);
  EXPECT_THAT(again.ran, IsEmpty());
  EXPECT_EQ(kept.pairs[1].failure, "row 4 differs");
}

// What says nothing of the design is a failure of this run, not a result.
TEST_F(Engines, AToolThatFailsIsTriedAgainNextTime) {
  const std::string whole = expected();
  FakeEngine fake(folder.path());
  fake.before_build = [](const design::DesignPoint& design) {
    if (design.name == "second") throw tb::ToolError("verilator: disk full");
  };
  fake.before_pair = [](const Workload& w) {
    if (w.seed == 12) throw tb::ToolError("cannot load the model");
  };
  const RegressionReport report = run(fake);
  EXPECT_EQ(report.count(PairState::failed), 3U);
  EXPECT_EQ(report.pairs[2].failure, "the simulator failed: cannot load the model");
  EXPECT_EQ(report.pairs[3].failure, "the model cannot be built: verilator: disk full");
  EXPECT_EQ(report.pairs[4].failure, "the model cannot be built: verilator: disk full");
  EXPECT_EQ(tb::make_report(report.code).total.line.covered, 2U) << "of the pairs that ran";
  FakeEngine again(folder.path());
  EXPECT_EQ(summary(run(again)), whole);
  EXPECT_THAT(again.ran, ElementsAre(12, 20, 21));
}

TEST_F(Engines, RunsOnePairAlone) {
  FakeEngine fake(folder.path());
  RegressionOptions options;
  options.only_pair = 2;
  const RegressionReport report = run(fake, options);
  EXPECT_THAT(fake.built, ElementsAre("first"));
  EXPECT_THAT(fake.ran, ElementsAre(11));
  ASSERT_EQ(report.pairs.size(), 1U);
  EXPECT_EQ(report.pairs[0].number, 2U);
  options.only_pair = 6;
  EXPECT_THROW((void)run(fake, options), std::out_of_range);
  FakeEngine rest(folder.path());
  const std::string whole = summary(run(rest));
  EXPECT_THAT(rest.ran, ElementsAre(10, 12, 20, 21));
  EXPECT_EQ(whole, expected());
}

TEST_F(Engines, ASoakGrowsUntilItsTimeIsOver) {
  plan = make_plan(Suite::soak, 3);
  const auto soak = [&](std::size_t pairs, std::vector<std::uint64_t>& ran) {
    RegressionOptions options;
    options.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    FakeEngine fake(folder.path());
    std::size_t begun = 0;
    fake.before_pair = [&](const Workload&) {  // the last one outlasts the time
      if (++begun == pairs) std::this_thread::sleep_until(*options.deadline);
    };
    const RegressionReport report = run(fake, options);
    ran = fake.ran;
    return report;
  };
  const std::size_t each = soak_design(3, 0).workloads.size();
  std::vector<std::uint64_t> ran;
  const RegressionReport first = soak(2 * each + 1, ran);
  EXPECT_EQ(ran.size(), 2 * each + 1);
  ASSERT_EQ(first.plan.designs.size(), 3U);
  for (std::size_t d = 0; d < 3; ++d) EXPECT_EQ(first.plan.designs[d], soak_design(3, d));
  EXPECT_EQ(first.count(PairState::passed), 2 * each + 1);
  EXPECT_EQ(first.count(PairState::not_run), each - 1);
  // Again in the same folder: on from there.
  const RegressionReport second = soak(each, ran);
  EXPECT_EQ(ran.size(), each);
  EXPECT_EQ(second.count(PairState::passed), 3 * each + 1);
  EXPECT_TRUE(second.pairs[2 * each].kept);
  EXPECT_FALSE(second.pairs[2 * each + 1].kept);
}

TEST_F(Engines, ABuildDoesNotOutlastASoak) {
  plan = make_plan(Suite::soak, 3);
  FakeEngine fake(folder.path());
  Engine engine = fake.engine();
  engine.build = [](const design::DesignPoint&, const tb::ModelOptions&,
                    std::stop_token stop) -> tb::BuiltModel {
    while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    throw tb::Cancelled();
  };
  RegressionOptions options;
  options.jobs = 3;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
  Store store(path(), plan, "program");
  const RegressionReport report = run_regression(plan, options, engine, store, {}, {});
  EXPECT_EQ(report.count(PairState::not_run), report.pairs.size());
  EXPECT_THAT(fake.ran, IsEmpty());
}

TEST_F(Engines, TellsHowFarItIs) {
  FakeEngine fake(folder.path());
  fake.change = [](const Workload& w, WorkloadResult& result) { result.passed = w.seed != 10; };
  Store store(path(), plan, "program");
  std::vector<RegressionProgress> news;
  (void)run_regression(plan, {}, fake.engine(), store,
                       [&](const RegressionProgress& p) { news.push_back(p); }, {});
  ASSERT_FALSE(news.empty());
  EXPECT_EQ(news.front().done, 0U);
  EXPECT_LT(news.front().seconds_left, 0) << "nothing has been measured";
  EXPECT_EQ(news.back().done, 5U);
  EXPECT_EQ(news.back().failed, 1U);
  EXPECT_EQ(news.back().seconds_left, 0);
  double fastest = 0;
  for (const RegressionProgress& p : news) {
    EXPECT_EQ(p.pairs, 5U);
    EXPECT_FALSE(p.doing.empty());
    fastest = std::max(fastest, p.cycles_per_second);
  }
  EXPECT_EQ(fastest, 1000);
}

}  // namespace
}  // namespace sd::regression
