#include "verilator_tb/simulate_each.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace sd::tb {
namespace {

using Clock = std::chrono::steady_clock;

class Crew {
 public:
  Crew(const BuiltModel& model, const schedule::Program& program,
       const integer::Executor& reference, const std::vector<NumberedImage>& images,
       const SimulationOptions& options,
       const std::function<void(std::size_t, const SimulationResult&)>& done,
       const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop)
      : model_(model),
        program_(program),
        reference_(reference),
        images_(images),
        options_(options),
        done_(done),
        progress_(progress),
        outcomes_(images.size()),
        end_(images.size()),
        on_stop_(std::move(stop), [this] { stop_all(); }) {}

  std::vector<SimulationResult> run(std::size_t jobs) {
    {
      std::vector<std::jthread> workers;
      for (std::size_t i = 0; i < std::min(jobs, images_.size()); ++i)
        workers.emplace_back([this] { work(); });
    }
    std::vector<SimulationResult> results;
    for (Outcome& outcome : outcomes_) {
      if (outcome.error) std::rethrow_exception(outcome.error);
      if (!outcome.result) throw Cancelled();
      results.push_back(std::move(*outcome.result));
      if (!results.back().bit_exact()) break;
    }
    return results;
  }

 private:
  /// Of one image.
  struct Outcome {
    std::optional<SimulationResult> result;
    std::exception_ptr error;
    std::stop_source stop;  ///< its own: an image in front of it may make it needless
    std::uint64_t cycles = 0;
    double fraction = 0;
  };

  void work() {
    while (const auto index = take()) {
      Outcome& outcome = outcomes_[*index];
      try {
        SimulationResult result = simulate_one(*index);
        const std::scoped_lock lock(mutex_);
        outcome.cycles = result.total.cycles;
        outcome.fraction = 1;
        if (done_) done_(images_[*index].number, result);
        if (!result.bit_exact()) end_at(*index);
        outcome.result = std::move(result);
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        outcome.error = std::current_exception();
        end_at(*index);
      }
    }
  }

  std::optional<std::size_t> take() {
    const std::scoped_lock lock(mutex_);
    if (stopped_ || next_ >= end_) return std::nullopt;
    return next_++;
  }

  /// Nothing behind image `index` counts any more. The lock is held.
  void end_at(std::size_t index) {
    end_ = std::min(end_, index + 1);
    for (std::size_t i = index + 1; i < next_; ++i) outcomes_[i].stop.request_stop();
  }

  void stop_all() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    for (Outcome& outcome : outcomes_) outcome.stop.request_stop();
  }

  SimulationResult simulate_one(std::size_t index) {
    SimulationOptions options = options_;
    options.first_image = images_[index].number;
    options.trace_file.clear();
    return simulate(
        model_, program_, reference_, {images_[index].values}, options,
        [&](const SimulationProgress& now) { report(index, now); },
        outcomes_[index].stop.get_token());
  }

  /// One image's progress becomes that of all.
  void report(std::size_t index, const SimulationProgress& now) {
    const std::scoped_lock lock(mutex_);
    outcomes_[index].cycles = now.cycles;
    outcomes_[index].fraction = now.fraction;
    if (!progress_) return;
    SimulationProgress all;
    all.images = images_.size();
    all.layer = now.layer;
    double done = 0;
    for (std::size_t i = 0; i < next_; ++i) {
      all.cycles += outcomes_[i].cycles;
      done += outcomes_[i].fraction;
      all.image += outcomes_[i].result ? 1 : 0;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    all.fraction = done / static_cast<double>(images_.size());
    all.cycles_per_second = seconds > 0 ? static_cast<double>(all.cycles) / seconds : 0;
    all.seconds_left = all.fraction > 0 ? seconds * (1 - all.fraction) / all.fraction : 0;
    progress_(all);
  }

  const BuiltModel& model_;
  const schedule::Program& program_;
  const integer::Executor& reference_;
  const std::vector<NumberedImage>& images_;
  const SimulationOptions& options_;
  const std::function<void(std::size_t, const SimulationResult&)>& done_;
  const std::function<void(const SimulationProgress&)>& progress_;
  const Clock::time_point begin_ = Clock::now();

  /// Of everything below. Recursive: the user may ask for the stop within a call that tells news.
  std::recursive_mutex mutex_;
  std::vector<Outcome> outcomes_;
  std::size_t next_ = 0, end_;
  bool stopped_ = false;
  std::stop_callback<std::function<void()>> on_stop_;  ///< last: it may be called at once
};

}  // namespace

std::vector<SimulationResult> simulate_each(
    const BuiltModel& model, const schedule::Program& program, const integer::Executor& reference,
    const std::vector<NumberedImage>& images, const SimulationOptions& options, std::size_t jobs,
    const std::function<void(std::size_t number, const SimulationResult& result)>& done,
    const std::function<void(const SimulationProgress&)>& progress, std::stop_token stop) {
  if (jobs == 0) jobs = std::max(1U, std::thread::hardware_concurrency());
  return Crew(model, program, reference, images, options, done, progress, std::move(stop))
      .run(jobs);
}

}  // namespace sd::tb
