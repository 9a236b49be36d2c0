#include "workbench/core/compare_job.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <span>
#include <utility>

#include "activation_ranges.hpp"
#include "as_input_error.hpp"
#include "calibration_images.hpp"
#include "classifiers.hpp"
#include "content_hash.hpp"
#include "data_input.hpp"
#include "model_input.hpp"
#include "option_ranges.hpp"
#include "resources.hpp"
#include "sdengine/compress/baseline.hpp"
#include "stage_clock.hpp"
#include "stages.hpp"
#include "thread_limit.hpp"
#include "watched_compression.hpp"

namespace sd::core {

namespace {

void check(const CompareOptions& options) {
  require_in_range("--images", options.images, 0, 10'000'000);
  require_in_range("--calibration-images", options.calibration_images, 1, 1'000'000);
  require_in_range("--threads", options.threads, 0, 1024);
  if (options.ratios.empty() || options.ratios.size() > most_compared_ratios)
    throw InputError(fmt::format("--ratios names {} ratios; give 1 to {}", options.ratios.size(),
                                 most_compared_ratios));
  for (const double ratio : options.ratios)
    require_in_range("--ratios", ratio, least_compared_ratio, most_compared_ratio);
  std::vector<double> sorted = options.ratios;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i] - sorted[i - 1] < least_distance_of_ratios)
      throw InputError(
          fmt::format("--ratios: {} and {} are nearer to each other than {}; leave "
                      "one of them out",
                      sorted[i - 1], sorted[i], least_distance_of_ratios));
}

/// What a comparison works on.
struct Subjects {
  graph::Network network;
  std::vector<std::vector<float>> images;  ///< of calibration
  std::vector<double> ratios;
  compress::Options settings;
};

std::vector<compress::Result> decompose_all(const Subjects& subjects, bool with_images,
                                            Stages& stages, StageClock& clock) {
  const char* prefix = with_images ? "SD, data-aware: " : "SD, weights only: ";
  return compress_watched(
      subjects.network.name, prefix, stages,
      [&](const compress::Progress& progress, const std::stop_token& stop) {
        const compress::Progress timed = [&](const std::string& stage, double fraction,
                                             const std::string& detail) {
          clock.at(stage);
          progress(stage, fraction, detail);
        };
        const std::span<const std::vector<float>> images =
            with_images ? std::span(subjects.images) : std::span<const std::vector<float>>();
        return compress::compress_at_ratios(subjects.network, images, subjects.settings,
                                            subjects.ratios, timed, stop);
      });
}

compress::BaselineResult quantise(const Subjects& subjects, compress::Baseline method, double ratio,
                                  Stages& stages) {
  return compress_watched(subjects.network.name, fmt::format("{:.2f}x, ", ratio), stages,
                          [&](const compress::Progress& progress, const std::stop_token& stop) {
                            return compress::quantise_network(subjects.network, subjects.images,
                                                              method, ratio, progress, stop);
                          });
}

/// Ratios of SD are those of the layers that it decomposes.
void note_dense_layers(const compress::Result& result, std::vector<std::string>& notes) {
  std::vector<std::string> names;
  for (const compress::LayerResult& layer : result.layers)
    if (!layer.decomposed) names.push_back(layer.name);
  if (names.empty()) return;
  constexpr std::size_t shown = 5;
  const std::size_t count = names.size();
  names.resize(std::min(count, shown));
  notes.push_back(fmt::format(
      "SD leaves {} in dense 8-bit weights{} and its ratios are those of the other layers; the "
      "baselines' are those of all",
      fmt::join(names, ", "),
      count > shown ? fmt::format(" (and {} more layers)", count - shown) : ""));
}

void add_notes(const std::vector<std::string>& more, std::vector<std::string>& notes) {
  for (const std::string& note : more)
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
}

std::shared_ptr<const pack::PackedModel> packed(const compress::Result& result,
                                                const Subjects& subjects) {
  return std::make_shared<const pack::PackedModel>(
      pack::pack(result.network, result.choices,
                 activation_ranges(result.network, subjects.images, subjects.settings.exact.seed)));
}

double fraction_right(const std::vector<int>& truth, const std::vector<int>& said) {
  const std::size_t right =
      std::transform_reduce(truth.begin(), truth.end(), said.begin(), std::size_t{0}, std::plus<>(),
                            [](int a, int b) { return static_cast<std::size_t>(a == b ? 1 : 0); });
  return static_cast<double>(right) / static_cast<double>(truth.size());
}

/// The test images, and how many of them are looked at.
struct Exam {
  const ImageReader& reader;
  std::size_t count;
};

/// The baselines of one ratio, and everyone's accuracy. `weights_only` and `data_aware` are spent:
/// what is not needed any more makes room for the next row.
CompareRow compare_at(double ratio, const Subjects& subjects, compress::Result weights_only,
                      compress::Result data_aware, const Exam& exam, Stages& stages) {
  using compress::Baseline;
  CompareRow row;
  row.target_ratio = ratio;
  row.gaussian_bound = gaussian_bound(ratio);
  std::vector<Classifier> classifiers;
  std::vector<double*> accuracies;
  const auto enter = [&](ComparedMethod& method, const auto& result, double reached) {
    method.ratio = reached;
    method.relative_error = result.relative_error;
    classifiers.push_back(float_classifier("float", result.network));
    accuracies.push_back(&method.accuracy);
  };
  enter(row.weights_only, weights_only, weights_only.ratio_b8);
  enter(row.data_aware, data_aware, data_aware.ratio_b8);
  row.weights_only.ratio_packed = weights_only.ratio_packed;
  row.data_aware.ratio_packed = data_aware.ratio_packed;
  for (const auto& [method, cell] : {std::pair{Baseline::uniform, &row.uniform},
                                     {Baseline::powers_of_two, &row.powers_of_two},
                                     {Baseline::pruning, &row.pruning}}) {
    const compress::BaselineResult result = quantise(subjects, method, ratio, stages);
    enter(*cell, result, result.ratio);
  }
  stages.begin(fmt::format("{:.2f}x, pack", ratio));
  classifiers.push_back(integer_classifier(packed(data_aware, subjects)));
  accuracies.push_back(&row.data_aware.accuracy_integer);

  stages.begin(fmt::format("{:.2f}x, measure accuracy", ratio));
  const Classified answers = classify_images(classifiers, exam.reader, exam.count, stages);
  for (std::size_t c = 0; c < classifiers.size(); ++c)
    *accuracies[c] = fraction_right(answers.truth, answers.said[c]);
  return row;
}

CompareReport compare_checked(const CompareOptions& options, Stages& stages) {
  CompareReport report;
  check(options);
  stages.begin("read network and data");
  Subjects subjects;
  subjects.network = load_onnx(options.model);
  subjects.ratios = options.ratios;
  if (options.seed) subjects.settings.exact.seed = *options.seed;
  require_classifier(subjects.network);
  const auto test_images = data::open_dataset(options.data);
  report.notes = subjects.network.notes;
  check_classes(subjects.network, *test_images, report.notes);
  const ImageReader reader(subjects.network, *test_images);
  report.images = options.images > 0
                      ? std::min(static_cast<std::size_t>(options.images), reader.size())
                      : reader.size();
  const auto calibration = data::open_dataset(options.calibrate, data::Split::train);
  CalibrationImages read =
      read_calibration(subjects.network, *calibration, options.calibration_images, stages);
  subjects.images = std::move(read.pixels);
  report.model_name = subjects.network.name;
  report.model_source = options.model.string();
  report.data_description = test_images->description();
  report.calibration_description = calibration->description();
  report.calibration_images = subjects.images.size();
  report.input_hashes = {{"model", hash_of_file(options.model)}, {"calibration", read.hash}};

  const Exam exam{reader, report.images};
  stages.begin("measure accuracy in float");
  const Classified original =
      classify_images({float_classifier("float", subjects.network)}, reader, exam.count, stages);
  report.float_accuracy = fraction_right(original.truth, original.said[0]);
  report.input_hashes["data"] = original.images_hash;

  StageClock untold, clock;
  std::vector<compress::Result> weights_only = decompose_all(subjects, false, stages, untold);
  const auto begin = std::chrono::steady_clock::now();
  std::vector<compress::Result> data_aware = decompose_all(subjects, true, stages, clock);
  const std::vector<double> fits = clock.last_seconds(subjects.ratios.size());
  report.curve_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() -
      std::accumulate(fits.begin(), fits.end(), 0.0);
  note_dense_layers(data_aware.front(), report.notes);
  for (std::size_t i = 0; i < subjects.ratios.size(); ++i) {
    add_notes(data_aware[i].notes, report.notes);
    report.rows.push_back(compare_at(subjects.ratios[i], subjects, std::move(weights_only[i]),
                                     std::move(data_aware[i]), exam, stages));
    report.rows.back().data_aware.seconds = fits[i];
  }
  return report;
}

}  // namespace

double gaussian_bound(double ratio) {
  return std::exp2(-32 / ratio);
}

CompareReport compare_methods(const CompareOptions& options, const Observer& observer,
                              std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  const ThreadLimit limit(options.threads);
  Stages stages(observer, std::move(stop));
  CompareReport report = as_input_error([&] { return compare_checked(options, stages); });
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.peak_memory_bytes = peak_memory_bytes();
  return report;
}

}  // namespace sd::core
