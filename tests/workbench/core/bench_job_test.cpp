// Timings: that they are there and mean something, never how large they are.
#include "workbench/core/bench_job.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "resources.hpp"
#include "temporary_folder.hpp"
#include "verilator_tb/errors.hpp"

namespace sd::core {
namespace {

using test::message_of;
using testing::AllOf;
using testing::HasSubstr;

TEST(BenchJob, KnowsTheReferencesCases) {
  std::vector<std::string> names;
  for (const BenchChoice& choice : bench_choices()) {
    names.push_back(choice.name);
    EXPECT_EQ(choice.reference_cpu_seconds, choice.network == "resnet56" ? 3.5 : 72);
  }
  EXPECT_THAT(names, testing::ElementsAre("resnet56/paper", "resnet56/exact", "vgg19/paper",
                                          "vgg19/exact"));
}

TEST(BenchJob, RunsACaseWithEachNumberOfThreadsAndTheSameResult) {
  BenchOptions options;
  options.cases = {"resnet56/paper"};
  options.threads = {1, 2};
  const BenchReport report = bench_decompose(options, {}, {});
  ASSERT_EQ(report.cases.size(), 2U);
  for (const BenchCase& c : report.cases) {
    EXPECT_EQ(c.layers, 56);
    EXPECT_GT(c.weights, 840'000);
    EXPECT_GT(c.cpu_seconds, 0);
    EXPECT_GT(c.wall_seconds, 0);
    EXPECT_GT(c.peak_memory_bytes, 4U * static_cast<std::uint64_t>(c.weights));
    EXPECT_GT(c.relative_error, 0.1);  // one power of two for each weight leaves about 0.16
    EXPECT_LT(c.relative_error, 0.25);
  }
  EXPECT_EQ(report.cases[0].threads, 1);
  EXPECT_EQ(report.cases[1].threads, 2);
  EXPECT_EQ(report.cases[0].result_hash, report.cases[1].result_hash);
  EXPECT_EQ(report.cases[0].relative_error, report.cases[1].relative_error);
  EXPECT_TRUE(report.same_for_all_threads);

  const auto parsed = nlohmann::json::parse(report_text(report));
  EXPECT_EQ(parsed.at("command"), "bench decompose");
  const auto& first = parsed.at("results").at("cases").at(0);
  for (const char* key : {"name", "algorithm", "threads", "cpu_seconds", "wall_seconds",
                          "peak_memory_bytes", "reference_cpu_seconds", "relative_error"})
    EXPECT_TRUE(first.contains(key)) << key;
  EXPECT_EQ(first.at("name"), "resnet56/paper");
  EXPECT_EQ(first.at("reference_cpu_seconds"), 3.5);
}

TEST(BenchJob, SaysWhatIsWrong) {
  BenchOptions options;
  const auto words = [&] {
    return message_of<InputError>([&] { (void)bench_decompose(options, {}, {}); });
  };
  options.cases = {"resnet56/magic"};
  EXPECT_THAT(words(), AllOf(HasSubstr("resnet56/magic"), HasSubstr("vgg19/exact")));
  options.cases = {};
  options.threads = {0};
  EXPECT_THAT(words(), HasSubstr("--threads 0: the allowed range is 1 to 1024"));
  options.threads = {};
  EXPECT_THAT(words(), HasSubstr("--threads"));
}

TEST(BenchJob, StopsWhenAsked) {
  BenchOptions options;
  options.cases = {"resnet56/exact"};
  std::stop_source source;
  Observer observer;
  observer.progress = [&](const std::string& stage, double, const std::string&) {
    if (stage == "resnet56/exact, 2 threads") source.request_stop();
  };
  EXPECT_THROW((void)bench_decompose(options, observer, source.get_token()), tb::Cancelled);
}

TEST(Resources, ThePeakOfMemoryCanBeginAnew) {
  if (!restart_peak_memory()) GTEST_SKIP() << "this kernel does not reset VmHWM";
  { const std::vector<char> large(256U << 20, 1); }
  EXPECT_GT(recent_peak_memory_bytes(), 256U << 20);
  ASSERT_TRUE(restart_peak_memory());
  EXPECT_LT(recent_peak_memory_bytes(), 256U << 20);
}

}  // namespace
}  // namespace sd::core
