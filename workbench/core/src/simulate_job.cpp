#include "workbench/core/simulate_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "as_input_error.hpp"
#include "chip.hpp"
#include "image_reader.hpp"
#include "model_input.hpp"
#include "option_ranges.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

struct Images {
  std::vector<integer::Tensor> values;
  std::vector<int> labels;  ///< empty: none
};

/// Any 8-bit values: the hardware has to take them all.
Images random_images(const graph::Network& network, const SimulateOptions& options) {
  Images images;
  std::mt19937_64 random(static_cast<std::uint64_t>(options.seed));
  for (int i = 0; i < options.first + options.images; ++i) {
    integer::Tensor image(network.input_shape().elements());
    for (auto& value : image)
      value = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    if (i >= options.first) images.values.push_back(std::move(image));
  }
  return images;
}

Images read_images(const integer::Executor& reference, const SimulateOptions& options,
                   SimulateReport& report) {
  const graph::Network& network = reference.model().network;
  if (!options.data) {
    report.data_description = fmt::format("random values from seed {}", options.seed);
    return random_images(network, options);
  }
  const auto data = data::open_dataset(*options.data);
  report.data_description = data->description();
  const auto first = static_cast<std::size_t>(options.first);
  const auto count = static_cast<std::size_t>(options.images);
  if (first + count > data->size())
    throw InputError(
        fmt::format("--first {} --images {}: {} has {} images, numbered from 0; ask for less",
                    first, count, data->description(), data->size()));
  const ImageReader reader(network, *data, Labels::wanted);
  Images images;
  std::vector<Digest> hashes;
  for (std::size_t i = first; i < first + count; ++i) {
    const Example example = reader.get(i);
    images.values.push_back(reference.quantise_input(example.pixels));
    images.labels.push_back(example.label);
    hashes.push_back(example.hash);
  }
  if (!reader.has_labels()) images.labels.clear();
  report.data_hash = hash_of_images(hashes);
  return images;
}

void add(tb::SimulationResult& sum, tb::SimulationResult part) {
  if (part.first_mismatch && !sum.first_mismatch) {
    part.first_mismatch->image += sum.images;
    sum.first_mismatch = part.first_mismatch;
  }
  for (std::size_t i = 0; i < part.layers.size(); ++i) {
    sum.layers[i].images += part.layers[i].images;
    sum.layers[i].bit_exact = sum.layers[i].bit_exact && part.layers[i].bit_exact;
    if (part.layers[i].counters) *sum.layers[i].counters += *part.layers[i].counters;
  }
  sum.total += part.total;
  sum.images += part.images;
  sum.predictions.insert(sum.predictions.end(), part.predictions.begin(), part.predictions.end());
  sum.simulation_seconds += part.simulation_seconds;
}

tb::SimulationResult simulate_images(const tb::BuiltModel& built, const schedule::Program& program,
                                     const integer::Executor& reference,
                                     const std::vector<integer::Tensor>& images,
                                     const SimulateOptions& options, Stages& stages) {
  tb::SimulationOptions how;
  how.memory.latency_cycles = options.latency_cycles;
  how.memory.stalls_per_1024 = options.stalls_per_1024;
  how.memory.seed = static_cast<std::uint64_t>(options.seed);
  how.watchdog_cycles = static_cast<std::uint64_t>(options.watchdog_cycles);
  std::size_t done = 0;
  const auto some = [&](std::size_t count) {
    const auto begin = images.begin() + static_cast<std::ptrdiff_t>(done);
    return tb::simulate(
        built, program, reference, {begin, begin + static_cast<std::ptrdiff_t>(count)}, how,
        [&](tb::SimulationProgress p) {
          const double whole =
              (static_cast<double>(done) + p.fraction * static_cast<double>(count)) /
              static_cast<double>(images.size());
          p.image += done;
          p.images = images.size();
          stages.update(whole, progress_text(p));
        },
        stages.stop());
  };
  stages.begin("simulate");
  if (!options.trace) return some(images.size());
  // The trace is that of the first image; the others run without, as fast as ever.
  how.trace_file = *options.trace;
  tb::SimulationResult result = some(1);
  how.trace_file.clear();
  how.memory.seed += program.runs.size();
  done = 1;
  if (result.bit_exact() && images.size() > 1) add(result, some(images.size() - 1));
  return result;
}

void describe_layers(const graph::Network& network, const schedule::Program& program,
                     const tb::SimulationResult& result, SimulateReport& report) {
  report.layers.resize(network.operators.size());
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    report.layers[i].name = network.operators[i].name;
    report.layers[i].kind = graph::to_string(network.operators[i].kind);
  }
  for (const schedule::OffChip& off : program.off_chip) {
    SimulatedLayer& layer = report.layers[static_cast<std::size_t>(off.operator_index)];
    layer.off_chip_reason = off.reason;
    report.notes.push_back(fmt::format("{} ({}) runs on the integer reference: {}", layer.name,
                                       layer.kind, off.reason));
  }
  for (const tb::LayerRun& run : result.layers) {
    SimulatedLayer& layer = report.layers[static_cast<std::size_t>(run.operator_index)];
    layer.compared = run.compared && run.images > 0;
    layer.bit_exact = layer.compared && run.bit_exact;
    layer.counters = run.counters;
    report.compared += layer.compared ? 1 : 0;
  }
  report.layers.erase(report.layers.begin());  // the image
}

void measure(const tb::SimulationResult& result, SimulateReport& report) {
  report.images = result.images;
  report.counters = result.total;
  report.simulation_seconds = result.simulation_seconds;
  report.mac_utilisation = mac_utilisation(result.total, report.design);
  if (result.simulation_seconds <= 0) return;
  report.cycles_per_second = static_cast<double>(result.total.cycles) / result.simulation_seconds;
  report.macs_per_second = static_cast<double>(result.total.macs) / result.simulation_seconds;
}

SimulateReport simulate_checked(const SimulateOptions& options, Stages& stages) {
  SimulateReport report;
  stages.begin("read network and data");
  if (options.trace) check_writable(*options.trace);
  SdInput input = load_sd(options.model);
  if (options.design) report.design = design::read_toml(*options.design);
  design::validate(report.design);
  if (options.dense) report.design = report.design.dense_baseline();
  report.design_hash = design::content_hash(report.design);
  const auto model = std::make_shared<const pack::PackedModel>(std::move(input.file.model));
  report.model_name = model->network.name;
  report.model_source = options.model.string();
  report.model_hash = input.hash;
  report.by_layer = options.layers;
  const integer::Executor reference(model);
  const Images images = read_images(reference, options, report);
  schedule::ScheduleOptions wishes;
  wishes.separate_runs = options.layers;
  const schedule::Program program = schedule::build_program(*model, report.design, wishes);
  if (program.runs.empty())
    throw InputError(
        fmt::format("nothing of network {} runs on design {}{}; smartdeal schedule says why",
                    report.model_name, report.design.name,
                    program.off_chip.empty() ? "" : ": " + program.off_chip.front().reason));
  require_tools();

  tb::ModelOptions how;
  how.trace = options.trace.has_value();
  const tb::BuiltModel built = build_chip("", report.design, options.cache, how, stages);
  report.build_seconds = built.build_seconds;
  report.built_from_cache = built.from_cache;

  const tb::SimulationResult result =
      simulate_images(built, program, reference, images.values, options, stages);
  measure(result, report);
  describe_layers(model->network, program, result, report);
  report.mismatch = result.first_mismatch;
  if (report.mismatch) report.mismatch->image += static_cast<std::size_t>(options.first);
  if (!images.labels.empty() && !result.predictions.empty()) {
    report.right = 0;
    for (std::size_t i = 0; i < result.predictions.size(); ++i)
      *report.right += result.predictions[i] == images.labels[i] ? 1 : 0;
  }
  return report;
}

}  // namespace

SimulateReport simulate_network(const SimulateOptions& options, const Observer& observer,
                                std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  require_in_range("--images", options.images, 1, 1'000'000);
  require_in_range("--first", options.first, 0, 10'000'000);
  require_in_range("--latency", options.latency_cycles, 0, 100'000);
  require_in_range("--stalls", options.stalls_per_1024, 0, 1023);
  require_in_range("--seed", options.seed, 0, 2'000'000'000);
  require_in_range("--watchdog", options.watchdog_cycles, 1L, 1'000'000'000'000L);
  Stages stages(observer, std::move(stop));
  SimulateReport report = as_input_error([&] { return simulate_checked(options, stages); });
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace sd::core
