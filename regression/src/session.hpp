// A workload under way: one simulated chip from the first repetition to the last, so that each
// starts with what the one before left behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "regression/workload_run.hpp"
#include "verilator_tb/accelerator.hpp"

namespace sd::regression {

/// Cycles [begin, end) of the chip that are to be seen as a waveform.
struct TraceWindow {
  std::filesystem::path file;
  std::uint64_t begin = 0, end = 0;
};

/// What run_workload() was asked for.
struct Request {
  const tb::BuiltModel& model;
  const design::DesignPoint& design;
  const Workload& workload;
  const WorkloadOptions& options;
  const std::function<void(const WorkloadProgress&)>& progress;
  std::stop_token stop;
  std::optional<TraceWindow> trace;
};

class Session {
 public:
  /// `memory_bytes`: of the DRAM. Throws ToolError, DesignFault.
  Session(const Request& request, std::size_t memory_bytes);

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] const design::DesignPoint& design() const { return request_.design; }
  [[nodiscard]] tb::Accelerator& chip() { return chip_; }
  [[nodiscard]] std::vector<std::uint8_t>& memory() { return memory_; }
  /// Puts an image at address 0 and a pattern behind it.
  void load(const std::vector<std::uint8_t>& image);
  /// Address of the first byte that is not the image's or, behind it, the pattern's.
  [[nodiscard]] std::optional<std::size_t> first_difference(
      const std::vector<std::uint8_t>& image) const;

  /// Runs what is in memory, with progress and cancelling; counts cycles and MACs.
  [[nodiscard]] tb::ProgramRun run(std::uint32_t address, std::uint32_t commands,
                                   std::uint64_t longest);
  /// What was simulated by other means than run().
  void count(const tb::Counters& counters) { macs_ += counters.macs; }

  void begin_repetition(int number) { repetition_ = number; }
  void report(std::uint64_t cycles_of_run = 0);
  /// Ends the workload: what is wrong with the repetition at hand, and the cycle in which it
  /// showed.
  void fail(const std::string& text, std::uint64_t cycle);
  /// Says what led to the failure, before it.
  void explain(const std::string& text) { result_.failure = text + ": " + result_.failure; }
  [[nodiscard]] bool failed() const { return !result_.passed; }
  [[nodiscard]] std::uint64_t failure_cycle() const { return failure_cycle_; }

  [[nodiscard]] tb::FunctionalCoverage& functional() { return result_.functional; }
  /// Writes what the model counted of its code. Call it once.
  [[nodiscard]] WorkloadResult finish();

 private:
  Request request_;
  std::vector<std::uint8_t> memory_;
  tb::Accelerator chip_;
  std::size_t used_ = 0;  ///< of the memory by the last image
  int repetition_ = 0;
  std::uint64_t macs_ = 0, failure_cycle_ = 0;
  WorkloadResult result_;
};

/// One kind of workload; returns the cycle in which it failed.
struct Ending {
  WorkloadResult result;
  std::uint64_t failure_cycle = 0;
};
[[nodiscard]] Ending run_programs(const Request& request);
[[nodiscard]] Ending run_networks(const Request& request);
[[nodiscard]] Ending run_faults(const Request& request);
[[nodiscard]] Ending run_directed(const Request& request);

}  // namespace sd::regression
