#include "regression/regression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "ledger.hpp"

namespace sd::regression {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

tb::ModelOptions model_options(const PlannedDesign& planned, bool trace) {
  tb::ModelOptions how;
  how.checked = true;
  how.trace = trace;
  how.coverage = {planned.code_coverage, planned.toggle_coverage, planned.code_coverage};
  return how;
}

tb::CodeCoverage read_counts(const fs::path& file, const tb::BuiltModel& model) {
  tb::CodeCoverage code;
  if (fs::exists(file)) code.add(file, model.source_folder);  // a run that failed early leaves none
  std::error_code ignored;
  fs::remove(file, ignored);
  return code;
}

/// One run of run_regression(). Workers take a pair whose model is ready, else a design to build.
class Run {
 public:
  Run(const Plan& plan, const RegressionOptions& options, const Engine& engine, Store& store,
      const std::function<void(const RegressionProgress&)>& progress, std::stop_token stop)
      : options_(options),
        engine_(engine),
        store_(store),
        progress_(progress),
        user_stop_(std::move(stop)),
        ledger_(plan, options, engine.functional_model, store) {}

  RegressionReport all() {
    if (!user_stop_.stop_requested()) {
      const std::stop_callback pass_on(user_stop_, [this] { stop_.request_stop(); });
      const std::stop_callback to_builds(stop_.get_token(),
                                         [this] { stop_builds_.request_stop(); });
      working_ = options_.jobs;
      std::vector<std::jthread> workers;
      for (std::size_t i = 0; i < options_.jobs; ++i) workers.emplace_back([this] { work(); });
      if (options_.deadline) stop_builds_at(*options_.deadline);
      workers.clear();  // joins
    }
    if (error_) std::rethrow_exception(error_);
    if (cancelled_ || user_stop_.stop_requested()) throw tb::Cancelled();
    RegressionReport report = ledger_.finish();
    report.wall_seconds = seconds_since(begin_);
    return report;
  }

 private:
  /// Nobody would run the pairs of a model that is ready later.
  void stop_builds_at(Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_until(lock, deadline, [this] { return working_ == 0; }))
      stop_builds_.request_stop();
  }

  void work() {
    try {
      std::unique_lock lock(mutex_);
      while (next(lock)) {
      }
    } catch (const tb::Cancelled&) {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      stop_.request_stop();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      stop_.request_stop();
    }
    const std::lock_guard lock(mutex_);
    --working_;
    changed_.notify_all();
  }

  /// Does one thing; false when there is nothing left for this worker.
  bool next(std::unique_lock<std::mutex>& lock) {
    if (stop_.stop_requested()) return false;
    if (options_.deadline && Clock::now() >= *options_.deadline) return false;
    if (!ready_.empty()) {
      const std::size_t number = ready_.front();
      ready_.pop_front();
      run_pair(lock, number);
      return true;
    }
    if (const auto design = ledger_.next_design()) {
      build(lock, *design);
      return true;
    }
    if (ledger_.grow()) return true;  // by a design of which everything may be there already
    if (building_ == 0) return false;
    changed_.wait(lock);
    return true;
  }

  void build(std::unique_lock<std::mutex>& lock, std::size_t design) {
    const PlannedDesign planned = ledger_.planned(design);
    tell(fmt::format("{}: building the model", planned.design.name));
    ++building_;
    lock.unlock();
    const Clock::time_point begin = Clock::now();
    tb::BuiltModel model;
    std::string problem;
    bool stopped = false;
    try {
      model = engine_.build(planned.design, model_options(planned, !options_.trace_folder.empty()),
                            stop_builds_.get_token());
    } catch (const tb::Cancelled&) {
      stopped = true;
    } catch (const std::exception& error) {
      problem = error.what();
    }
    lock.lock();
    --building_;
    if (stopped) {
      changed_.notify_all();
      if (stop_.stop_requested()) throw tb::Cancelled();
      return;  // the time is over
    }
    if (problem.empty()) {
      const auto numbers = ledger_.built(design, std::move(model), seconds_since(begin));
      ready_.insert(ready_.end(), numbers.begin(), numbers.end());
    } else {
      ledger_.not_built(design, problem);
    }
    changed_.notify_all();
  }

  void run_pair(std::unique_lock<std::mutex>& lock, std::size_t number) {
    const std::size_t design = ledger_.pair(number).design;
    const Workload workload = ledger_.pair(number).workload;
    const PlannedDesign planned = ledger_.planned(design);
    const tb::BuiltModel model = ledger_.model(design);
    const std::string doing =
        fmt::format("{}: {} {}", planned.design.name, name_of(workload.kind), workload.seed);
    WorkloadOptions how;
    if (planned.code_coverage) how.code_coverage_file = store_.work_file(number);
    if (!options_.trace_folder.empty())
      how.trace_file = options_.trace_folder / fmt::format("pair-{:06}.fst", number);
    const auto news = [&](const WorkloadProgress& p) {
      const std::lock_guard guard(mutex_);
      speeds_[number] = p.cycles_per_second;
      tell(doing);
    };
    tell(doing);
    lock.unlock();
    const Clock::time_point begin = Clock::now();
    WorkloadResult result;
    tb::CodeCoverage code;
    std::string problem;
    try {
      result = engine_.run(model, planned.design, workload, how, news, stop_.get_token());
      if (planned.code_coverage) code = read_counts(how.code_coverage_file, model);
    } catch (const tb::Cancelled&) {
      throw;
    } catch (const std::exception& error) {
      problem = error.what();
    }
    if (problem.empty()) {
      // The pair's file last: with it the pair counts as done.
      if (planned.code_coverage) store_.save_coverage(number, code);
      store_.save_pair(number, planned, workload, result);
    }
    lock.lock();
    speeds_.erase(number);
    if (problem.empty())
      ledger_.ran(number, result, code, seconds_since(begin));
    else
      ledger_.gave_up(number, "the simulator failed: " + problem);
    tell(doing);
  }

  void tell(const std::string& doing) {
    if (!progress_) return;
    RegressionProgress p = ledger_.progress();
    for (const auto& [number, speed] : speeds_) p.cycles_per_second += speed;
    p.doing = doing;
    if (options_.deadline) p.seconds_left = std::max(0.0, -seconds_since(*options_.deadline));
    try {
      progress_(p);
    } catch (const tb::Cancelled&) {  // not through the simulator, which may be what calls
      cancelled_ = true;
      stop_.request_stop();
    }
  }

  const RegressionOptions& options_;
  const Engine& engine_;
  Store& store_;
  const std::function<void(const RegressionProgress&)>& progress_;
  std::stop_token user_stop_;
  const Clock::time_point begin_ = Clock::now();

  std::mutex mutex_;  ///< of everything below
  std::condition_variable changed_;
  std::stop_source stop_, stop_builds_;
  bool cancelled_ = false;
  std::exception_ptr error_;
  Ledger ledger_;
  std::size_t building_ = 0, working_ = 0;
  std::deque<std::size_t> ready_;         ///< pairs
  std::map<std::size_t, double> speeds_;  ///< of running pairs
};

}  // namespace

std::size_t RegressionReport::count(PairState state) const {
  std::size_t sum = 0;
  for (const PairReport& pair : pairs) sum += pair.state == state ? 1 : 0;
  return sum;
}

std::uint64_t RegressionReport::cycles() const {
  std::uint64_t sum = 0;
  for (const PairReport& pair : pairs) sum += pair.cycles;
  return sum;
}

double RegressionReport::simulation_seconds() const {
  double sum = 0;
  for (const PairReport& pair : pairs) sum += pair.seconds;
  return sum;
}

RegressionReport run_regression(const Plan& plan, const RegressionOptions& options,
                                const Engine& engine, Store& store,
                                const std::function<void(const RegressionProgress&)>& progress,
                                std::stop_token stop) {
  return Run(plan, options, engine, store, progress, std::move(stop)).all();
}

}  // namespace sd::regression
