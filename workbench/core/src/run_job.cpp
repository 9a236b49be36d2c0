// The main job, in order. Each step's work is in a file of its own.
#include "workbench/core/run_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "accuracy.hpp"
#include "as_input_error.hpp"
#include "chip.hpp"
#include "decompose_network.hpp"
#include "image_reader.hpp"
#include "inputs.hpp"
#include "layer_reports.hpp"
#include "resources.hpp"
#include "sdengine/integer/calibrate.hpp"
#include "stages.hpp"
#include "thread_limit.hpp"

namespace sd::core {

namespace {

std::vector<std::vector<float>> calibration_pixels(const ImageReader& reader, int wanted) {
  const std::size_t count = std::min(static_cast<std::size_t>(wanted), reader.size());
  std::vector<std::vector<float>> images;
  images.reserve(count);
  for (std::size_t i = 0; i < count; ++i) images.push_back(reader.get(i).pixels);
  return images;
}

std::shared_ptr<const pack::PackedModel> packed(const graph::Network& network,
                                                const std::vector<pack::LayerChoice>& choices,
                                                const std::vector<float>& ranges) {
  return std::make_shared<const pack::PackedModel>(pack::pack(network, choices, ranges));
}

/// A chip that runs nothing proves nothing.
void require_work(const graph::Network& network, const schedule::Program& program) {
  if (!program.layers.empty()) return;
  const std::string why =
      program.off_chip.empty()
          ? std::string("it has no convolution and no fully connected layer")
          : fmt::format(
                "{}: {}",
                network.operators[static_cast<std::size_t>(program.off_chip.front().operator_index)]
                    .name,
                program.off_chip.front().reason);
  throw InputError(
      fmt::format("no layer of network {} runs on design {} ({}); change the design point",
                  network.name, program.design.name, why));
}

void note_placement(RunReport& report, const schedule::Program& dense) {
  for (const LayerReport& layer : report.layers) {
    if (!layer.on_rtl) {
      report.notes.push_back(
          layer.off_chip_reason.empty()
              ? fmt::format("{} ({}) runs on the integer reference", layer.name, layer.kind)
              : fmt::format("{} ({}) runs on the integer reference: {}", layer.name, layer.kind,
                            layer.off_chip_reason));
    }
    const bool on_dense =
        std::any_of(dense.runs.begin(), dense.runs.end(), [&](const schedule::ProgramRun& run) {
          return std::find(run.operators.begin(), run.operators.end(), layer.operator_index) !=
                 run.operators.end();
        });
    if (on_dense != layer.on_rtl) {
      report.notes.push_back(
          fmt::format("{} runs on only one of the two chips, so that their cycles and energies "
                      "cover different work",
                      layer.name));
    }
  }
  report.notes.push_back(
      "cycles, bytes and energy cover what runs on the accelerator, whole images; a layer's cycles "
      "are those of the layer "
      "by itself, its maps in DRAM");
}

void note_growth(RunReport& report) {
  for (const LayerReport& layer : report.layers) {
    if (!layer.decomposed || layer.bits_packed <= layer.bits_dense) continue;
    report.notes.push_back(fmt::format(
        "{} takes more bits decomposed ({}) than as 8-bit weights ({}): with {} rows a filter, its "
        "basis does not pay",
        layer.name, layer.bits_packed, layer.bits_dense, layer.rows));
  }
}

std::vector<Example> first_images(const ImageReader& reader, int count) {
  std::vector<Example> images;
  for (int i = 0; i < count; ++i) images.push_back(reader.get(static_cast<std::size_t>(i)));
  return images;
}

RunReport run_checked(const RunOptions& options, Stages& stages) {
  RunReport report;
  stages.begin("read network and data");
  Inputs inputs = load_inputs(options);
  require_tools();
  const graph::Network& network = inputs.network;
  report.model_name = network.name;
  report.model_source = inputs.model_source;
  report.data_description = inputs.images->description();
  report.input_hashes = inputs.hashes;
  report.notes = inputs.notes;
  const ImageReader images(network, *inputs.images);
  const ImageReader calibration(network, inputs.calibration ? *inputs.calibration : *inputs.images);

  stages.begin("decompose");
  DecomposedNetwork decomposed =
      decompose_network(network, inputs.design, options.prune_energy, stages);
  report.layers = decomposed.layers;
  report.notes.insert(report.notes.end(), decomposed.notes.begin(), decomposed.notes.end());
  stages.layers(report.layers);

  stages.begin("calibrate and pack");
  const auto pixels = calibration_pixels(calibration, options.calibration_images);
  integer::measure_input_means(network, pixels, decomposed.choices);
  const graph::Network rebuilt = pack::with_rebuilt_weights(network, decomposed.choices);
  const auto sd_model = packed(network, decomposed.choices, integer::calibrate(rebuilt, pixels));
  stages.check();
  std::vector<pack::LayerChoice> dense = dense_choices(network, inputs.design);
  integer::measure_input_means(network, pixels, dense);
  const auto dense_model = packed(network, dense, integer::calibrate(network, pixels));
  add_packing(report.layers, *sd_model);
  note_growth(report);
  const schedule::Program sd_program = schedule::build_program(*sd_model, inputs.design);
  const schedule::Program dense_program =
      schedule::build_program(*dense_model, inputs.design.dense_baseline());
  require_work(network, sd_program);
  require_work(network, dense_program);
  add_placement(report.layers, sd_program);
  note_placement(report, dense_program);
  stages.layers(report.layers);

  stages.begin("measure accuracy");
  const integer::Executor sd_reference(sd_model), dense_reference(dense_model);
  const std::size_t count =
      options.accuracy_images > 0
          ? std::min(static_cast<std::size_t>(options.accuracy_images), images.size())
          : images.size();
  AccuracyResult measured =
      measure_accuracy({network, rebuilt, sd_reference, dense_reference}, images, count, stages);
  report.accuracy = measured.accuracy;
  report.input_hashes["data"] = measured.images_hash;

  const std::vector<Example> chosen = first_images(images, options.images);
  ChipResult sd = run_chip("SmartDeal", sd_program, sd_reference, chosen, options.cache, stages);
  report.sd = std::move(sd.report);
  add_simulation(report.layers, sd.layers);
  stages.layers(report.layers);
  report.baseline =
      run_chip("dense baseline", dense_program, dense_reference, chosen, options.cache, stages)
          .report;

  report.bit_exact = !report.sd.mismatch && !report.baseline.mismatch;
  const double sd_energy = report.sd.energy_per_image.total_pj();
  report.energy_ratio =
      sd_energy > 0 ? report.baseline.energy_per_image.total_pj() / sd_energy : 0.0;
  return report;
}

}  // namespace

RunReport run(const RunOptions& options, const RunObserver& observer, std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  check_options(options);
  const ThreadLimit limit(options.threads);
  Stages stages(observer, std::move(stop));
  RunReport report = as_input_error([&] { return run_checked(options, stages); });
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.peak_memory_bytes = peak_memory_bytes();
  report.tools_peak_memory_bytes = tools_peak_memory_bytes();
  return report;
}

}  // namespace sd::core
