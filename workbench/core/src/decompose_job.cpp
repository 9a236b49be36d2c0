#include "workbench/core/decompose_job.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <utility>

#include "activation_ranges.hpp"
#include "as_input_error.hpp"
#include "calibration_images.hpp"
#include "content_hash.hpp"
#include "decompose_settings.hpp"
#include "fit_design.hpp"
#include "model_input.hpp"
#include "option_ranges.hpp"
#include "resources.hpp"
#include "sdengine/pack/rebuilt.hpp"
#include "stages.hpp"
#include "thread_limit.hpp"
#include "watched_compression.hpp"
#include "workbench/core/version.hpp"
#include "workbench/core/write_file.hpp"

namespace sd::core {

namespace {

compress::Options settings_of(const DecomposeOptions& options) {
  compress::Options settings;
  if (options.settings) settings = read_decompose_settings(*options.settings);
  if (options.algorithm) settings.algorithm = *options.algorithm;
  if (options.target_ratio || options.target_drop) {
    settings.target_ratio = options.target_ratio;
    settings.target_drop = options.target_drop;
  }
  if (options.data_aware) settings.data_aware = *options.data_aware;
  if (options.bias_correction) settings.bias_correction = *options.bias_correction;
  if (options.norm_reestimation) settings.norm_reestimation = *options.norm_reestimation;
  if (options.dense_first) settings.dense_first = *options.dense_first;
  if (options.dense_last) settings.dense_last = *options.dense_last;
  if (options.seed) settings.exact.seed = *options.seed;
  return settings;
}

void check(const DecomposeOptions& options, const compress::Options& settings) {
  require_in_range("--calibration-images", options.calibration_images, 1, 1'000'000);
  require_in_range("--threads", options.threads, 0, 1024);
  if (options.target_ratio && options.target_drop)
    throw InputError("--target-ratio and --target-drop are both given; give one of them");
  if (settings.target_ratio)
    require_in_range("--target-ratio", *settings.target_ratio, least_target_ratio,
                     most_target_ratio);
  if (settings.target_drop) {
    require_in_range("--target-drop", *settings.target_drop, 0.0, 100.0);
    if (!options.calibrate)
      throw InputError(
          "a target for the accuracy's drop needs images to measure it on; give them with "
          "--calibrate DIR");
  }
  if (settings.norm_reestimation && !options.calibrate)
    throw InputError("norm re-estimation needs images; give them with --calibrate DIR");
  check_writable(options.output);
  std::error_code ignored;
  if (std::filesystem::equivalent(options.model, options.output, ignored))
    throw InputError(fmt::format("-o {} is the network that is to be decomposed; give another file",
                                 options.output.string()));
}

Json provenance_settings(const compress::Options& settings, const DecomposeReport& report) {
  Json json = settings_json(settings);
  const auto calibration = report.input_hashes.find("calibration");
  if (calibration != report.input_hashes.end())
    json["calibration"] = {{"images", report.calibration_images}, {"hash", calibration->second}};
  return json;
}

pack::Provenance provenance_of(const DecomposeOptions& options, const DecomposeReport& report) {
  pack::Provenance provenance;
  provenance.source_name = options.model.filename().string();
  provenance.source_sha256 = report.input_hashes.at("model").substr(std::string("sha256:").size());
  provenance.settings = report.settings;
  provenance.product_version = version();
  provenance.tool = "smartdeal decompose";
  return provenance;
}

/// pack() knows only the decomposed network's weights: a file tells the error against those that
/// the user gave.
void measure_errors(const graph::Network& original, pack::PackedModel& model) {
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (!model.layers[i]) continue;
    const std::vector<float>& weights = original.operators[i].weights;
    const std::vector<float> stored =
        pack::rebuilt_weights(*model.layers[i], pack::Rebuilt::integers);
    double error = 0, energy = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double w = weights[k], e = w - stored[k];
      error += e * e;
      energy += w * w;
    }
    model.layers[i]->relative_error = energy > 0 ? std::sqrt(error / energy) : 0.0;
  }
}

void add_layers(DecomposeReport& report, compress::Result& result, const pack::PackedModel& model) {
  for (compress::LayerResult& layer : result.layers) {
    const auto& packed = model.layers[static_cast<std::size_t>(layer.operator_index)];
    report.layers.push_back({std::move(layer), packed ? packed->relative_error : 0.0});
  }
}

void note_target(DecomposeReport& report, const compress::Options& settings) {
  if (!settings.target_ratio) return;
  report.target_ratio = settings.target_ratio;
  report.target_met = report.ratio_b8 >= *settings.target_ratio;
  if (report.target_met) return;
  report.notes.push_back(
      fmt::format("the ratio {:.2f} was asked for and {:.2f} reached; let the settings leave more "
                  "to choose",
                  *settings.target_ratio, report.ratio_b8));
}

/// What a target in points is measured by.
void note_measure(DecomposeReport& report, compress::Options& settings, std::vector<int> labels) {
  report.notes.push_back(
      labels.empty()
          ? "the classes of the calibration images are not the network's: the drop is measured as "
            "disagreement with the float network's decisions"
          : "the drop is measured in accuracy on calibration images that are kept from the fits");
  settings.labels = std::move(labels);
}

void append(std::vector<std::string>& notes, const std::vector<std::string>& more) {
  notes.insert(notes.end(), more.begin(), more.end());
}

DecomposeReport decompose_checked(const DecomposeOptions& options, Stages& stages) {
  DecomposeReport report;
  stages.begin("read network and data");
  compress::Options settings = settings_of(options);
  check(options, settings);
  std::optional<design::DesignPoint> design;
  if (options.design) design = design::read_toml(*options.design);
  const graph::Network network = load_onnx(options.model);
  report.model_name = network.name;
  report.model_source = options.model.string();
  report.input_hashes["model"] = hash_of_file(options.model);
  if (options.settings) report.input_hashes["settings"] = hash_of_file(*options.settings);
  report.notes = network.notes;
  if (design) {
    report.input_hashes["design"] = hash_of_file(*options.design);
    append(report.notes, fit_to_design(settings, *design));
  }
  std::vector<std::vector<float>> images;
  if (options.calibrate) {
    const auto dataset = data::open_dataset(*options.calibrate, data::Split::train);
    CalibrationImages read =
        read_calibration(network, *dataset, options.calibration_images, stages);
    images = std::move(read.pixels);
    if (settings.target_drop) note_measure(report, settings, std::move(read.labels));
    report.input_hashes["calibration"] = read.hash;
    report.calibration_description = dataset->description();
  }
  report.calibration_images = images.size();
  report.settings = provenance_settings(settings, report).dump();

  compress::Result result = compress_watched(
      network.name, "", stages, [&](const compress::Progress& progress, std::stop_token stop) {
        return compress::compress(network, images, settings, progress, std::move(stop));
      });
  append(report.notes, result.notes);
  report.relative_error = result.relative_error;
  report.ratio_b8 = result.ratio_b8;
  report.ratio_b32 = result.ratio_b32;
  report.ratio_packed = result.ratio_packed;
  report.curve = result.curve;

  stages.begin("calibrate activations");
  const std::vector<float> ranges = activation_ranges(result.network, images, settings.exact.seed);
  if (images.empty())
    report.notes.push_back(
        "the integers' activation ranges are estimated on made-up images with the mean and "
        "deviation "
        "of the network's preprocessing; give images with --calibrate DIR for ranges, and codes, "
        "that "
        "fit the network's data");
  stages.begin("pack");
  pack::PackedModel model = pack::pack(result.network, result.choices, ranges);
  measure_errors(network, model);
  add_layers(report, result, model);
  note_target(report, settings);
  if (design) append(report.notes, left_to_host(model, *design));
  stages.begin("write model");
  pack::save(model, provenance_of(options, report), options.output);
  report.file = options.output.string();
  report.file_bytes = std::filesystem::file_size(options.output);
  report.file_hash = hash_of_file(options.output);
  return report;
}

}  // namespace

DecomposeReport decompose_model(const DecomposeOptions& options, const Observer& observer,
                                std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  const ThreadLimit limit(options.threads);
  Stages stages(observer, std::move(stop));
  DecomposeReport report = as_input_error([&] { return decompose_checked(options, stages); });
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.peak_memory_bytes = peak_memory_bytes();
  return report;
}

}  // namespace sd::core
