// How fast decomposition is on this machine, next to the paper's public code.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "workbench/core/job.hpp"

namespace sd::core {

/// A network of the zoo and an algorithm.
struct BenchChoice {
  std::string name;       ///< "resnet56/paper"
  std::string network;    ///< zoo::build()'s name for it
  std::string algorithm;  ///< "paper" or "exact"
  /// CPU seconds of the authors' public Python code for these shapes, at threshold 0.004, 30
  /// iterations, no column scaling, no row thresholding, with NumPy 1.24 on netlib's LAPACK, on two
  /// cores of an AMD EPYC (family 25, model 17).
  double reference_cpu_seconds = 0;
};

[[nodiscard]] const std::vector<BenchChoice>& bench_choices();

struct BenchOptions {
  std::vector<std::string> cases;  ///< names of choices; empty: all
  std::vector<int> threads = {2};  ///< each case runs once for each number
  std::uint64_t seed = 1;          ///< of the random weights
};

struct BenchCase {
  std::string name, network, algorithm, settings;
  int threads = 0, layers = 0;
  std::int64_t weights = 0;
  double cpu_seconds = 0, wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  double reference_cpu_seconds = 0;
  double relative_error = 0;  ///< of all layers together
  std::string result_hash;    ///< of codes, bases and scales of all layers
};

struct BenchReport {
  std::vector<BenchCase> cases;
  bool peak_memory_per_case = false;  ///< false: of the process so far (the kernel cannot reset it)
  bool same_for_all_threads = true;   ///< a case's results do not depend on the number of threads
  double wall_seconds = 0;
};

/// Times decomposition alone: the network with its random weights is there before the clock starts.
/// Throws InputError, tb::Cancelled.
[[nodiscard]] BenchReport bench_decompose(const BenchOptions& options, const Observer& observer,
                                          std::stop_token stop);

/// As one JSON object (docs/report_format.md), with a newline at its end.
[[nodiscard]] std::string report_text(const BenchReport& report);

}  // namespace sd::core
