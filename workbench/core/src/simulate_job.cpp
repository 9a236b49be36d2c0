#include "workbench/core/simulate_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "as_input_error.hpp"
#include "chip.hpp"
#include "content_hash.hpp"
#include "hardware_hash.hpp"
#include "investigation.hpp"
#include "model_input.hpp"
#include "option_ranges.hpp"
#include "simulated_images.hpp"
#include "simulation_store.hpp"
#include "slot_shares.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

using Results = std::map<std::size_t, tb::SimulationResult>;  ///< by number of the image

tb::SimulationOptions simulation_options(const SimulateOptions& options) {
  tb::SimulationOptions how;
  how.memory.latency_cycles = options.latency_cycles;
  how.memory.stalls_per_1024 = options.stalls_per_1024;
  how.memory.seed = static_cast<std::uint64_t>(options.seed);
  how.memory.faults = options.memory_faults;
  how.watchdog_cycles = static_cast<std::uint64_t>(options.watchdog_cycles);
  return how;
}

RunIdentity identity_of(const SimulateOptions& options, const SimulateReport& report,
                        const schedule::Program& program, const tb::BuiltModel& built) {
  return {{"model", report.model_hash},
          {"design", report.design_hash},
          {"--layers", options.layers ? "yes" : "no"},
          {"--latency", std::to_string(options.latency_cycles)},
          {"--stalls", std::to_string(options.stalls_per_1024)},
          {"--seed", std::to_string(options.seed)},
          {"--plant-fault", options.plant_fault.value_or("none")},
          {"schedule", to_string(sha256(program.image))},
          {"generated hardware", hash_of_sources(built.source_folder)}};
}

/// Simulates what the store does not hold. Returns the results of at least all images up to the
/// first that goes wrong; what the accelerator does wrong there, if it is no value, goes to
/// `failure`.
Results simulate_images(const Simulated& chip, const std::vector<tb::NumberedImage>& images,
                        const SimulateOptions& options, const SimulationStore* store,
                        std::size_t& resumed, std::string& failure, Stages& stages) {
  Results results;
  std::vector<tb::NumberedImage> missing;
  for (const tb::NumberedImage& image : images) {
    auto found = store != nullptr ? store->find(image) : std::nullopt;
    if (!found) {
      missing.push_back(image);
      continue;
    }
    const bool wrong = !found->bit_exact();
    results.emplace(image.number, std::move(*found));
    if (wrong) break;
  }
  resumed = results.size();
  const auto finished = [&](std::size_t number, const tb::SimulationResult& result) {
    const auto image = std::find_if(missing.begin(), missing.end(), [&](const auto& candidate) {
      return candidate.number == number;
    });
    if (store != nullptr) store->put(*image, result);
    results.insert_or_assign(number, result);
  };
  stages.begin("simulate");
  try {
    if (options.trace) {
      tb::SimulationOptions how = chip.how;
      how.trace_file = *options.trace;
      how.first_image = images.front().number;
      const auto traced = tb::simulate(
          chip.model, chip.program, chip.reference, {images.front().values}, how,
          [&](const tb::SimulationProgress& p) { stages.update(p.fraction, progress_text(p)); },
          stages.stop());
      if (!missing.empty() && missing.front().number == images.front().number) {
        finished(images.front().number, traced);
        missing.erase(missing.begin());
      }
      if (!traced.bit_exact()) return results;
      stages.begin("simulate");
    }
    (void)tb::simulate_each(
        chip.model, chip.program, chip.reference, missing, chip.how,
        static_cast<std::size_t>(options.jobs), finished,
        [&](tb::SimulationProgress p) {
          p.image += images.size() - missing.size();
          p.images = images.size();
          stages.update(p.fraction, progress_text(p));
        },
        stages.stop());
  } catch (const tb::DesignFault& fault) {
    failure = fault.what();
  }
  return results;
}

void add(tb::SimulationResult& sum, const tb::SimulationResult& part) {
  if (sum.layers.empty()) {
    sum = part;
    return;
  }
  for (std::size_t i = 0; i < part.layers.size(); ++i) {
    sum.layers[i].images += part.layers[i].images;
    sum.layers[i].bit_exact = sum.layers[i].bit_exact && part.layers[i].bit_exact;
    if (part.layers[i].counters) *sum.layers[i].counters += *part.layers[i].counters;
  }
  if (!sum.first_mismatch) sum.first_mismatch = part.first_mismatch;
  sum.total += part.total;
  sum.images += part.images;
  sum.simulation_seconds += part.simulation_seconds;
}

/// The sum over the images up to the first that went wrong; its place in `images`, or their number.
std::pair<tb::SimulationResult, std::size_t> sum_of(const Results& results,
                                                    const SimulatedImages& images,
                                                    SimulateReport& report) {
  tb::SimulationResult sum;
  for (std::size_t i = 0; i < images.values.size(); ++i) {
    const auto found = results.find(images.values[i].number);
    if (found == results.end()) return {sum, i};
    const tb::SimulationResult& result = found->second;
    add(sum, result);
    if (!result.predictions.empty()) {
      ImagePrediction prediction;
      prediction.image = images.values[i].number;
      if (!images.labels.empty()) prediction.label = images.labels[i];
      prediction.chip = result.predictions.front();
      prediction.reference = result.reference_predictions.front();
      report.predictions.push_back(prediction);
    }
    if (!result.bit_exact()) return {sum, i};
  }
  return {sum, images.values.size()};
}

void describe_layers(const graph::Network& network, const schedule::Program& program,
                     const pack::PackedModel& model, const tb::SimulationResult& result,
                     SimulateReport& report) {
  report.layers.resize(network.operators.size());
  for (std::size_t i = 1; i < network.operators.size(); ++i) {
    report.layers[i].name = network.operators[i].name;
    report.layers[i].kind = graph::to_string(network.operators[i].kind);
    report.layers[i].runs_as = schedule::execution_text(program, model, static_cast<int>(i));
  }
  for (const schedule::OffChip& off : program.off_chip) {
    SimulatedLayer& layer = report.layers[static_cast<std::size_t>(off.operator_index)];
    layer.off_chip_reason = off.reason;
    report.notes.push_back(fmt::format("{} ({}) runs on the integer reference: {}", layer.name,
                                       layer.kind, off.reason));
  }
  for (const tb::LayerRun& run : result.layers) {
    const auto index = static_cast<std::size_t>(run.operator_index);
    SimulatedLayer& layer = report.layers[index];
    layer.compared = run.compared && run.images > 0;
    layer.bit_exact = layer.compared && run.bit_exact;
    layer.counters = run.counters;
    report.compared += layer.compared ? 1 : 0;
    const schedule::OperatorExecution& how = program.operators[index];
    if (layer.counters && how.execution == schedule::Execution::array)
      layer.slots = slot_shares(*layer.counters, report.design, program.layers[how.layer.value()],
                                network.operators[index]);
  }
  report.layers.erase(report.layers.begin());  // the image
}

std::vector<ProfiledLayer> profile(const Simulated& chip, const tb::NumberedImage& image,
                                   Stages& stages) {
  stages.begin("profile");
  const auto& operators = chip.reference.model().network.operators;
  const auto name = [&](int index) { return operators[static_cast<std::size_t>(index)].name; };
  std::vector<ProfiledLayer> layers;
  for (tb::LayerProfile& layer : tb::profile_layers(
           chip.model, chip.program, chip.reference, image.values, chip.how.memory,
           [&](double fraction) { stages.update(fraction); }, stages.stop())) {
    std::string names = name(layer.operator_index);
    for (const int add : layer.fused) names += " + " + name(add);
    layers.push_back({std::move(names), std::move(layer)});
  }
  return layers;
}

void measure(const tb::SimulationResult& result, SimulateReport& report) {
  report.images = result.images;
  report.counters = result.total;
  report.simulation_seconds = result.simulation_seconds;
  report.mac_utilisation = mac_utilisation(result.total, report.design);
  const bool labelled = !report.predictions.empty() && report.predictions.front().label;
  if (labelled) {
    report.right = report.reference_right = 0;
    for (const ImagePrediction& prediction : report.predictions) {
      *report.right += prediction.chip == prediction.label ? 1 : 0;
      *report.reference_right += prediction.reference == prediction.label ? 1 : 0;
    }
  }
  if (result.simulation_seconds <= 0) return;
  report.cycles_per_second = static_cast<double>(result.total.cycles) / result.simulation_seconds;
  report.macs_per_second = static_cast<double>(result.total.macs) / result.simulation_seconds;
}

SimulateReport simulate_checked(SimulateOptions options, Stages& stages) {
  SimulateReport report;
  stages.begin("read network and data");
  if (options.trace) check_writable(*options.trace);
  if (options.investigate) check_writable(*options.investigate);
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
  if (options.jobs == 0)
    options.jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  report.jobs = static_cast<std::size_t>(options.jobs);
  const integer::Executor reference(model);
  const SimulatedImages images = read_simulated_images(reference, options);
  report.data_description = images.description;
  report.data_hash = images.hash;
  schedule::ScheduleOptions wishes;
  wishes.separate_runs = options.layers;
  const schedule::Program program =
      simulated_program(*model, report.design, wishes, options.plant_fault);
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
  std::optional<SimulationStore> store;
  if (options.store) store.emplace(*options.store, identity_of(options, report, program, built));

  const tb::SimulationOptions settings = simulation_options(options);
  const Simulated chip = {built, program, reference, settings};
  const Results results = simulate_images(chip, images.values, options, store ? &*store : nullptr,
                                          report.resumed, report.failure, stages);
  const auto [sum, wrong] = sum_of(results, images, report);
  report.mismatch = sum.first_mismatch;
  if (report.mismatch) report.failure.clear();  // of an image behind it
  measure(sum, report);
  describe_layers(model->network, program, *model, sum, report);
  if (options.profile && report.bit_exact())
    report.profile = profile(chip, images.values.front(), stages);
  if (wrong < images.values.size())
    investigate(chip, images.values[wrong], options, stages, report);
  return report;
}

}  // namespace

SimulateReport simulate_network(const SimulateOptions& options, const Observer& observer,
                                std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  require_in_range("--images", options.images, 1, 1'000'000);
  require_in_range("--first", options.first, 0, 10'000'000);
  require_in_range("--jobs", options.jobs, 0, 1024);
  require_in_range("--latency", options.latency_cycles, 0, 100'000);
  require_in_range("--stalls", options.stalls_per_1024, 0, 1023);
  require_in_range("--seed", options.seed, 0, 2'000'000'000);
  require_in_range("--watchdog", options.watchdog_cycles, 1L, 1'000'000'000'000L);
  require_in_range("--window", options.window_cycles, 1, 10'000'000);
  Stages stages(observer, std::move(stop));
  SimulateReport report = as_input_error([&] { return simulate_checked(options, stages); });
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace sd::core
