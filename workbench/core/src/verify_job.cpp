#include "workbench/core/verify_job.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "chip.hpp"
#include "option_ranges.hpp"
#include "regression/junit.hpp"
#include "stages.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

namespace fs = std::filesystem;
using regression::Suite;

constexpr double longest_soak = 90.0 * 24 * 3600;
constexpr long last_soak_pair = 1'000'000;

void check(const VerifyOptions& options) {
  require_in_range("--seed", options.seed, 0L, 2'000'000'000L);
  require_in_range("--jobs", options.jobs, 0, 256);
  if (options.soak_seconds) {
    if (options.suite != Suite::soak)
      throw InputError(
          fmt::format("--soak and --suite {}: a soak is a suite of its own; leave out "
                      "one of the two",
                      regression::name_of(options.suite)));
    if (options.pair) throw InputError("--soak and --pair: leave out one of the two");
    if (!(*options.soak_seconds > 0 && *options.soak_seconds <= longest_soak))
      throw InputError("--soak: the allowed range is up to 90 days; give 8h or 30m");
  } else if (options.suite == Suite::soak && !options.pair) {
    throw InputError("--suite soak: say how long with --soak 8h, or which pair with --pair");
  }
  if (options.junit) check_writable(*options.junit);
}

/// A folder that goes away with it, for what one pair leaves.
class TemporaryStore {
 public:
  TemporaryStore() {
    std::string name = (fs::temp_directory_path() / "smartdeal-verify-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw InputError(fmt::format("cannot make a folder in {}; give one with --store",
                                   fs::temp_directory_path().string()));
    path_ = name;
  }
  ~TemporaryStore() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string detail_of(const regression::RegressionProgress& p) {
  std::string text = p.pairs == 0 ? fmt::format("{} pairs", p.done)
                                  : fmt::format("{} of {} pairs", p.done, p.pairs);
  if (p.failed != 0) text += fmt::format(", {} failed", p.failed);
  if (p.cycles_per_second > 0)
    text += fmt::format(", {:.0f} thousand cycles/s", p.cycles_per_second / 1000);
  return text + ", " + p.doing;
}

/// The fraction whose rest takes as long as has been estimated: who shows progress works the time
/// left out of it.
double fraction_of(const regression::RegressionProgress& p, double elapsed) {
  if (p.seconds_left < 0) return -1;
  return elapsed + p.seconds_left > 0 ? elapsed / (elapsed + p.seconds_left) : 1;
}

regression::RegressionOptions how(const VerifyOptions& options) {
  regression::RegressionOptions result;
  result.jobs = options.jobs > 0 ? static_cast<std::size_t>(options.jobs)
                                 : std::max(1U, std::thread::hardware_concurrency());
  if (options.pair) result.only_pair = static_cast<std::size_t>(*options.pair);
  if (options.soak_seconds)
    result.deadline = std::chrono::steady_clock::now() +
                      std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                          std::chrono::duration<double>(*options.soak_seconds));
  if (options.trace) {
    std::error_code failed;
    fs::create_directories(*options.trace, failed);
    if (failed)
      throw InputError(fmt::format("--trace {}: {}; choose another folder", options.trace->string(),
                                   failed.message()));
    result.trace_folder = *options.trace;
  }
  return result;
}

/// The whole lists, too long for a terminal.
void keep_details(const VerifyReport& report, const regression::Store& store) {
  write_file(store.reports() / "functional_coverage.txt", report.regression.functional.text());
  if (!report.code.modules.empty())
    write_file(store.reports() / "code_coverage.txt", report.code.text());
}

void judge(const VerifyOptions& options, const tb::Exclusions& exclusions, VerifyReport& report) {
  report.exclusions = exclusions.name();
  report.code = tb::make_report(report.regression.code, exclusions, tb::UnusedExclusions::allowed);
  if (options.pair) return;
  regression::CoverageGoals goals;
  goals.unused_exclusions = options.suite != Suite::full;
  report.coverage = regression::judge_coverage(report.regression.functional, report.code, goals);
  report.coverage_required = options.require_coverage || options.suite == Suite::full;
}

VerifyReport verify_checked(const VerifyOptions& options, const regression::Engine& engine,
                            const Observer& observer, std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  const regression::Plan plan = verify_plan(options);
  const tb::Exclusions exclusions = regression::read_exclusions(options.exclusions);
  const regression::RegressionOptions wishes = how(options);
  Stages stages(observer, stop);
  stages.begin("verify", "looking up what is done already");

  VerifyReport report;
  report.jobs = wishes.jobs;
  report.store = store_of(options);
  std::optional<TemporaryStore> temporary;
  if (report.store.empty()) temporary.emplace();
  const fs::path folder = temporary ? temporary->path() : report.store;
  if (options.fresh) regression::Store::remove(folder);
  regression::Store store(folder, plan, regression::program_hash());
  report.regression = regression::run_regression(
      plan, wishes, engine, store,
      [&](const regression::RegressionProgress& p) {
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        stages.update(fraction_of(p, elapsed.count()), detail_of(p));
      },
      stop);
  judge(options, exclusions, report);
  report.notes = report.regression.notes;
  const auto kept = std::count_if(report.regression.pairs.begin(), report.regression.pairs.end(),
                                  [](const regression::PairReport& pair) { return pair.kept; });
  if (kept > 0)
    report.notes.push_back(
        fmt::format("{} of {} pairs were done before, in {}; --fresh runs them again", kept,
                    report.regression.pairs.size(), folder.string()));
  keep_details(report, store);
  if (options.junit)
    write_file(*options.junit,
               regression::junit_text(report.regression,
                                      report.coverage_required
                                          ? report.coverage
                                          : std::vector<regression::CoverageVerdict>{}));
  return report;
}

}  // namespace

bool VerifyReport::coverage_reached() const {
  return std::all_of(coverage.begin(), coverage.end(),
                     [](const regression::CoverageVerdict& verdict) { return verdict.reached; });
}

bool VerifyReport::passed() const {
  return regression.count(regression::PairState::failed) == 0 &&
         (!coverage_required || coverage_reached());
}

fs::path store_of(const VerifyOptions& options) {
  if (options.store) return *options.store;
  if (options.pair) return {};
  return fmt::format("verify-{}-{}", regression::name_of(options.suite), options.seed);
}

regression::Plan verify_plan(const VerifyOptions& options) {
  check(options);
  const auto seed = static_cast<std::uint64_t>(options.seed);
  regression::Plan plan = regression::make_plan(options.suite, seed);
  if (!options.pair) return plan;
  const bool soak = options.suite == Suite::soak;
  require_in_range("--pair", *options.pair, 1L,
                   soak ? last_soak_pair : static_cast<long>(plan.pairs()));
  while (soak && plan.pairs() < static_cast<std::size_t>(*options.pair))
    plan.designs.push_back(regression::soak_design(seed, plan.designs.size()));
  return plan;
}

VerifyReport verify(const VerifyOptions& options, const regression::Engine& engine,
                    const Observer& observer, std::stop_token stop) {
  try {
    return verify_checked(options, engine, observer, std::move(stop));
  } catch (const regression::StoreError& error) {
    throw InputError(error.what());
  }
}

VerifyReport verify(const VerifyOptions& options, const Observer& observer, std::stop_token stop) {
  check(options);
  require_tools();
  return verify(options,
                regression::simulator(options.cache.empty() ? tb::default_cache() : options.cache),
                observer, std::move(stop));
}

}  // namespace sd::core
