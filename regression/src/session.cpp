#include "session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "coverage_samples.hpp"

namespace sd::regression {

namespace {

/// Behind the image: whoever writes there is seen.
constexpr std::uint8_t pattern = 0x5a;

}  // namespace

Session::Session(const Request& request, std::size_t memory_bytes)
    : request_(request),
      memory_(memory_bytes, pattern),
      chip_(request.model, memory_, static_cast<std::uint32_t>(request.workload.seed)) {
  result_.functional = functional_coverage_model();
  sample_design(result_.functional, request.design);
  if (request_.trace)
    chip_.trace_window(request_.trace->file, request_.trace->begin, request_.trace->end);
}

void Session::load(const std::vector<std::uint8_t>& image) {
  if (image.size() > memory_.size())
    throw std::invalid_argument(
        fmt::format("an image of {} bytes for a memory of {}", image.size(), memory_.size()));
  std::copy(image.begin(), image.end(), memory_.begin());
  std::fill(memory_.begin() + static_cast<std::ptrdiff_t>(image.size()),
            memory_.begin() + static_cast<std::ptrdiff_t>(std::max(used_, image.size())), pattern);
  used_ = image.size();
}

std::optional<std::size_t> Session::first_difference(const std::vector<std::uint8_t>& image) const {
  const auto differs = std::mismatch(image.begin(), image.end(), memory_.begin());
  if (differs.first != image.end()) return static_cast<std::size_t>(differs.first - image.begin());
  const auto dirty = std::find_if(memory_.begin() + static_cast<std::ptrdiff_t>(image.size()),
                                  memory_.end(), [](std::uint8_t b) { return b != pattern; });
  if (dirty != memory_.end()) return static_cast<std::size_t>(dirty - memory_.begin());
  return std::nullopt;
}

tb::ProgramRun Session::run(std::uint32_t address, std::uint32_t commands, std::uint64_t longest) {
  tb::ProgramRun run = chip_.run(address, commands, longest, request_.stop,
                                 [this](std::uint64_t cycles) { report(cycles); });
  count(run.counters);
  return run;
}

void Session::report(std::uint64_t cycles_of_run) {
  if (request_.stop.stop_requested()) throw tb::Cancelled();
  if (!request_.progress) return;
  WorkloadProgress now;
  now.cycles = chip_.cycles();
  const double seconds = chip_.simulation_seconds();
  now.cycles_per_second = seconds > 0 ? static_cast<double>(now.cycles) / seconds : 0;
  // Of a repetition nobody knows the length; some tens of thousands of cycles are usual.
  const double part =
      static_cast<double>(cycles_of_run) / (static_cast<double>(cycles_of_run) + 2e4);
  now.fraction = std::min(1.0, (repetition_ + part) / std::max(1, request_.workload.repetitions));
  request_.progress(now);
}

void Session::fail(const std::string& text, std::uint64_t cycle) {
  result_.passed = false;
  failure_cycle_ = cycle;
  result_.failure = fmt::format("{} of seed {}, repetition {} of {}, design {} ({}): {}",
                                name_of(request_.workload.kind), request_.workload.seed,
                                repetition_ + 1, request_.workload.repetitions, design().name,
                                design::content_hash(design()), text);
}

WorkloadResult Session::finish() {
  result_.cycles = chip_.cycles();
  result_.macs = macs_;
  result_.seconds = chip_.simulation_seconds();
  if (!request_.options.code_coverage_file.empty() && !request_.trace)
    chip_.write_coverage(request_.options.code_coverage_file);
  return std::move(result_);
}

}  // namespace sd::regression
