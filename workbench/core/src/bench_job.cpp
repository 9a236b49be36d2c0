#include "workbench/core/bench_job.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <span>

#include "as_input_error.hpp"
#include "content_hash.hpp"
#include "json_envelope.hpp"
#include "option_ranges.hpp"
#include "resources.hpp"
#include "sdengine/decompose/decompose.hpp"
#include "sdengine/decompose/paper.hpp"
#include "sdengine/pack/packed_model.hpp"
#include "sdengine/zoo/zoo.hpp"
#include "stages.hpp"
#include "thread_limit.hpp"

namespace sd::core {

namespace {

template <typename Value>
std::span<const std::uint8_t> bytes_of(const std::vector<Value>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(Value)};
}

const BenchChoice& choice_of(const std::string& name) {
  const auto& choices = bench_choices();
  const auto found = std::find_if(choices.begin(), choices.end(),
                                  [&](const BenchChoice& choice) { return choice.name == name; });
  if (found != choices.end()) return *found;
  std::vector<std::string> names;
  for (const BenchChoice& choice : choices) names.push_back(choice.name);
  throw InputError(fmt::format("--cases {}: there is no such case; allowed are {}", name,
                               fmt::join(names, ", ")));
}

/// As many bits a row as the paper's n = 3 with seven levels (12), by one alternation from each
/// initial basis: what a first look at a large network costs. The defaults refine for much longer.
decompose::Settings quick_settings() {
  decompose::Settings settings;
  settings.rank = 4;
  settings.levels = 3;
  settings.max_iterations = 1;
  settings.hops = 0;
  return settings;
}

std::string settings_words(const std::string& algorithm) {
  if (algorithm == "paper") {
    const decompose::PaperSettings s;
    return fmt::format("iternum {}, threshold {}, scale {}, threshold_row {}", s.iternum,
                       s.threshold, s.scale, s.threshold_row);
  }
  const decompose::Settings s = quick_settings();
  return fmt::format("rank {}, levels {}, max_iterations {}, hops {}, slice_rows {}", s.rank,
                     s.levels, s.max_iterations, s.hops, s.slice_rows);
}

decompose::Decomposition decompose_layer(const std::string& algorithm,
                                         std::span<const float> weights,
                                         const decompose::WeightShape& shape) {
  return algorithm == "paper" ? decompose::decompose_paper(weights, shape, {}).layer
                              : decompose::decompose(weights, shape, quick_settings());
}

double energy_of(std::span<const float> weights) {
  double sum = 0;
  for (const float w : weights) sum += static_cast<double>(w) * w;
  return sum;
}

BenchCase run_case(const BenchChoice& choice, const graph::Network& network, int threads,
                   Stages& stages) {
  BenchCase result;
  result.name = choice.name;
  result.network = choice.network;
  result.algorithm = choice.algorithm;
  result.settings = settings_words(choice.algorithm);
  result.threads = threads;
  result.reference_cpu_seconds = choice.reference_cpu_seconds;
  std::int64_t all_weights = 0;
  for (const graph::Operator& op : network.operators)
    all_weights += static_cast<std::int64_t>(op.weights.size());

  const ThreadLimit limit(threads);
  double error = 0, energy = 0;
  Sha256 hash;
  const bool per_case = restart_peak_memory();
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const graph::Operator& op = network.operators[i];
    if (!op.has_weights()) continue;
    stages.update(static_cast<double>(result.weights) / static_cast<double>(all_weights), op.name);
    const decompose::WeightShape shape = pack::weight_shape(network, static_cast<int>(i));
    const double cpu_before = cpu_seconds();
    const auto before = std::chrono::steady_clock::now();
    const decompose::Decomposition layer = decompose_layer(choice.algorithm, op.weights, shape);
    result.wall_seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
    result.cpu_seconds += cpu_seconds() - cpu_before;
    hash.add(bytes_of(layer.coefficients));
    hash.add(bytes_of(layer.basis));
    hash.add(bytes_of(layer.filter_scale));
    const double layer_energy = energy_of(op.weights);
    error += layer.relative_error * layer.relative_error * layer_energy;
    energy += layer_energy;
    ++result.layers;
    result.weights += static_cast<std::int64_t>(op.weights.size());
  }
  result.relative_error = energy > 0 ? std::sqrt(error / energy) : 0;
  result.peak_memory_bytes = per_case ? recent_peak_memory_bytes() : peak_memory_bytes();
  result.result_hash = to_string(hash.finish());
  return result;
}

BenchReport bench_checked(const BenchOptions& options, Stages& stages) {
  std::vector<std::string> wanted = options.cases;
  if (wanted.empty())
    for (const BenchChoice& choice : bench_choices()) wanted.push_back(choice.name);
  for (const std::string& name : wanted) (void)choice_of(name);
  if (options.threads.empty()) throw InputError("--threads: no number is given; give 1 or more");
  for (const int threads : options.threads) require_in_range("--threads", threads, 1, 1024);

  BenchReport report;
  report.peak_memory_per_case = restart_peak_memory();
  std::map<std::string, std::string> hashes;
  for (const std::string& name : wanted) {
    const BenchChoice& choice = choice_of(name);
    stages.begin(fmt::format("build {}", choice.network));
    const graph::Network network = zoo::build(choice.network, options.seed);
    for (const int threads : options.threads) {
      stages.begin(fmt::format("{}, {} {}", name, threads, threads == 1 ? "thread" : "threads"));
      report.cases.push_back(run_case(choice, network, threads, stages));
      const std::string& hash = report.cases.back().result_hash;
      if (hashes.emplace(name, hash).first->second != hash) report.same_for_all_threads = false;
    }
  }
  return report;
}

}  // namespace

const std::vector<BenchChoice>& bench_choices() {
  static const std::vector<BenchChoice> choices = {
      {"resnet56/paper", "resnet56", "paper", 3.5},
      {"resnet56/exact", "resnet56", "exact", 3.5},
      {"vgg19/paper", "vgg19-cifar", "paper", 72},
      {"vgg19/exact", "vgg19-cifar", "exact", 72},
  };
  return choices;
}

BenchReport bench_decompose(const BenchOptions& options, const Observer& observer,
                            std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  Stages stages(observer, std::move(stop));
  BenchReport report = as_input_error([&] { return bench_checked(options, stages); });
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

std::string report_text(const BenchReport& report) {
  Json cases = Json::array();
  for (const BenchCase& c : report.cases)
    cases.push_back({
        {"name", c.name},
        {"network", c.network},
        {"algorithm", c.algorithm},
        {"settings", c.settings},
        {"threads", c.threads},
        {"layers", c.layers},
        {"weights", c.weights},
        {"cpu_seconds", c.cpu_seconds},
        {"wall_seconds", c.wall_seconds},
        {"peak_memory_bytes", c.peak_memory_bytes},
        {"reference_cpu_seconds", c.reference_cpu_seconds},
        {"speedup_cpu", c.cpu_seconds > 0 ? c.reference_cpu_seconds / c.cpu_seconds : 0.0},
        {"relative_error", c.relative_error},
        {"result_hash", c.result_hash},
    });
  return envelope("bench decompose", Json::object(),
                  {{"cases", std::move(cases)},
                   {"peak_memory_of", report.peak_memory_per_case ? "case" : "process"},
                   {"same_for_all_threads", report.same_for_all_threads},
                   {"wall_seconds", report.wall_seconds}});
}

}  // namespace sd::core
