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

#include "time_left.hpp"

namespace sd::regression {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
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
        time_left_(options.jobs) {
    report_.plan = plan;
    report_.functional = engine.functional_model;
    if (options.only_pair) (void)plan.place(*options.only_pair);
    for (std::size_t d = 0; d < plan.designs.size(); ++d) take_up(d);
  }

  RegressionReport all() {
    if (!user_stop_.stop_requested()) {
      const std::stop_callback pass_on(user_stop_, [this] { stop_.request_stop(); });
      std::vector<std::jthread> workers;
      for (std::size_t i = 0; i < options_.jobs; ++i) workers.emplace_back([this] { work(); });
      workers.clear();  // joins
    }
    if (error_) std::rethrow_exception(error_);
    if (cancelled_ || user_stop_.stop_requested()) throw tb::Cancelled();
    finish();
    return std::move(report_);
  }

 private:
  /// A design that has pairs to run.
  struct Open {
    std::size_t first = 0;           ///< number of its first pair
    std::vector<std::size_t> to_do;  ///< numbers
    std::size_t running_or_waiting = 0;
    tb::BuiltModel model;
    tb::CodeCoverage code;  ///< of its finished pairs
  };

  /// Looks up what the store has of a design; what is missing is to be done.
  void take_up(std::size_t design) {
    const PlannedDesign& planned = report_.plan.designs[design];
    report_.builds.emplace_back();
    Open open;
    open.first = next_number_;
    const auto whole = planned.code_coverage ? store_.load_design_coverage(design) : std::nullopt;
    // If a pair of a finished design was lost, its second run is counted on top of its first.
    if (whole) open.code = *whole;
    for (const Workload& workload : planned.workloads) {
      const std::size_t number = next_number_++;
      if (options_.only_pair && *options_.only_pair != number) continue;
      PairReport pair;
      pair.number = number;
      pair.design = design;
      pair.workload = workload;
      if (!take_over(planned, whole.has_value(), open, pair)) {
        open.to_do.push_back(number);
        time_left_.to_do(planned, workload);
      }
      report_.pairs.push_back(std::move(pair));
    }
    if (open.to_do.empty()) {
      close(design, open, !whole);
      return;
    }
    time_left_.to_build();
    open.running_or_waiting = open.to_do.size();
    open_.emplace(design, std::move(open));
    to_build_.push_back(design);
  }

  /// True if the store has the pair's result. `whole`: the design's coverage is there already.
  bool take_over(const PlannedDesign& planned, bool whole, Open& open, PairReport& pair) {
    std::optional<tb::CodeCoverage> code;
    if (planned.code_coverage && !whole) {
      code = store_.load_coverage(pair.number);
      if (!code) return false;
    }
    const auto result = store_.load_pair(pair.number, planned, pair.workload);
    if (!result) return false;
    try {
      report_.functional.merge(result->functional);
    } catch (const tb::ToolError&) {  // no bins of this program, whatever its hash says
      return false;
    }
    if (code) open.code.merge(*code);
    enter(pair, *result);
    pair.kept = true;
    ++done_;
    return true;
  }

  static void enter(PairReport& pair, const WorkloadResult& result) {
    pair.state = result.passed ? PairState::passed : PairState::failed;
    pair.failure = result.failure;
    pair.cycles = result.cycles;
    pair.macs = result.macs;
    pair.seconds = result.seconds;
  }

  /// The design's last pair is done.
  void close(std::size_t design, const Open& open, bool save) {
    const PlannedDesign& planned = report_.plan.designs[design];
    if (!planned.code_coverage) return;
    report_.code.merge(open.code);
    if (save && !options_.only_pair)
      store_.save_design_coverage(design, open.first, open.first + planned.workloads.size() - 1,
                                  open.code);
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
    if (to_build_.empty() && report_.plan.suite == Suite::soak && !options_.only_pair) {
      grow();  // by a design of which everything may be there already
      return true;
    }
    if (!to_build_.empty()) {
      const std::size_t design = to_build_.front();
      to_build_.pop_front();
      build(lock, design);
      return true;
    }
    if (building_ == 0) return false;
    changed_.wait(lock);
    return true;
  }

  /// The next design of a soak.
  void grow() {
    const std::size_t design = report_.plan.designs.size();
    report_.plan.designs.push_back(soak_design(report_.plan.seed, design));
    take_up(design);
  }

  void build(std::unique_lock<std::mutex>& lock, std::size_t design) {
    const PlannedDesign planned = report_.plan.designs[design];
    tb::ModelOptions how;
    how.checked = true;
    how.trace = !options_.trace_folder.empty();
    how.coverage = {planned.code_coverage, planned.code_coverage, planned.code_coverage};
    tell(fmt::format("{}: building the model", planned.design.name));
    ++building_;
    lock.unlock();
    const Clock::time_point begin = Clock::now();
    tb::BuiltModel model;
    std::string problem;
    try {
      model = engine_.build(planned.design, how, stop_.get_token());
    } catch (const tb::Cancelled&) {
      lock.lock();
      --building_;
      throw;
    } catch (const std::exception& error) {
      problem = error.what();
    }
    lock.lock();
    --building_;
    Open& open = open_.at(design);
    time_left_.built(seconds_since(begin));
    if (problem.empty()) {
      report_.builds[design] = {true, model.from_cache, seconds_since(begin)};
      open.model = std::move(model);
      for (const std::size_t number : open.to_do) ready_.push_back(number);
    } else {
      for (const std::size_t number : open.to_do)
        fail(pair_of(number), fmt::format("the model cannot be built: {}", problem));
    }
    changed_.notify_all();
  }

  PairReport& pair_of(std::size_t number) {
    return options_.only_pair ? report_.pairs.front() : report_.pairs[number - 1];
  }

  /// What says nothing of the design: not kept, so that it is tried again.
  void fail(PairReport& pair, const std::string& why) {
    pair.state = PairState::failed;
    pair.failure = why;
    ++done_;
    ++failed_;
    time_left_.given_up(report_.plan.designs[pair.design], pair.workload);
    tell(fmt::format("pair {}: failed", pair.number));
  }

  void run_pair(std::unique_lock<std::mutex>& lock, std::size_t number) {
    const std::size_t design = pair_of(number).design;
    const Workload workload = pair_of(number).workload;
    const PlannedDesign planned = report_.plan.designs[design];
    const tb::BuiltModel model = open_.at(design).model;
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
    Open& open = open_.at(design);
    if (!problem.empty()) {
      fail(pair_of(number), fmt::format("the simulator failed: {}", problem));
      return;  // its design stays open: another run does this pair again
    }
    report_.functional.merge(result.functional);
    open.code.merge(code);
    enter(pair_of(number), result);
    ++done_;
    failed_ += result.passed ? 0 : 1;
    time_left_.ran(planned, workload, seconds_since(begin));
    if (--open.running_or_waiting == 0) {
      close(design, open, true);
      open_.erase(design);
    }
    tell(doing);
  }

  static tb::CodeCoverage read_counts(const fs::path& file, const tb::BuiltModel& model) {
    tb::CodeCoverage code;
    // A run that failed early leaves none.
    if (fs::exists(file)) code.add(file, model.source_folder);
    std::error_code ignored;
    fs::remove(file, ignored);
    return code;
  }

  void tell(const std::string& doing) {
    if (!progress_) return;
    RegressionProgress p;
    if (report_.plan.suite != Suite::soak || options_.only_pair) p.pairs = report_.pairs.size();
    p.done = done_;
    p.failed = failed_;
    for (const auto& [number, speed] : speeds_) p.cycles_per_second += speed;
    p.doing = doing;
    if (options_.deadline) {
      p.seconds_left = std::max(0.0, -seconds_since(*options_.deadline));
    } else if (const auto left = time_left_.seconds()) {
      p.seconds_left = *left;
    }
    try {
      progress_(p);
    } catch (const tb::Cancelled&) {  // not through the simulator, which may be what calls
      cancelled_ = true;
      stop_.request_stop();
    }
  }

  /// Coverage of designs that could not be finished, and of what the store said.
  void finish() {
    for (const auto& [design, open] : open_) report_.code.merge(open.code);
    for (const std::string& note : store_.notes()) report_.notes.push_back(note);
    report_.wall_seconds = seconds_since(begin_);
  }

  const RegressionOptions& options_;
  const Engine& engine_;
  Store& store_;
  const std::function<void(const RegressionProgress&)>& progress_;
  std::stop_token user_stop_;
  const Clock::time_point begin_ = Clock::now();

  std::mutex mutex_;  ///< of everything below
  std::condition_variable changed_;
  std::stop_source stop_;
  bool cancelled_ = false;
  std::exception_ptr error_;
  RegressionReport report_;
  std::size_t next_number_ = 1, done_ = 0, failed_ = 0, building_ = 0;
  std::map<std::size_t, Open> open_;      ///< by design
  std::deque<std::size_t> to_build_;      ///< designs
  std::deque<std::size_t> ready_;         ///< pairs
  std::map<std::size_t, double> speeds_;  ///< of running pairs
  TimeLeft time_left_;
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
