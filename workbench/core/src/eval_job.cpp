#include "workbench/core/eval_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "as_input_error.hpp"
#include "classifiers.hpp"
#include "data_input.hpp"
#include "evaluation_counts.hpp"
#include "image_reader.hpp"
#include "model_input.hpp"
#include "option_ranges.hpp"
#include "resources.hpp"
#include "stages.hpp"
#include "thread_limit.hpp"

namespace sd::core {

namespace {

std::vector<std::string> names_of_classes(const graph::Network& network,
                                          const data::Dataset& images) {
  const std::size_t count =
      network.operators[static_cast<std::size_t>(network.output())].output.elements();
  std::vector<std::string> names =
      network.class_names.empty() ? images.class_names() : network.class_names;
  for (std::size_t i = names.size(); i < count; ++i) names.push_back(fmt::format("class {}", i));
  names.resize(count);
  return names;
}

EvalReport evaluate_checked(const EvalOptions& options, Stages& stages) {
  EvalReport report;
  stages.begin("read network and data");
  const ModelInput model = load_model(options.model);
  require_classifier(model.network);
  const auto images = data::open_dataset(options.data);
  report.notes = model.notes;
  check_classes(model.network, *images, report.notes);
  report.model_name = model.network.name;
  report.model_source = options.model.string();
  report.data_description = images->description();
  report.input_hashes["model"] = model.hash;
  report.classes = names_of_classes(model.network, *images);
  const ImageReader reader(model.network, *images);
  const std::size_t count = options.images > 0
                                ? std::min(static_cast<std::size_t>(options.images), reader.size())
                                : reader.size();

  std::vector<Classifier> classifiers;
  classifiers.push_back(float_classifier(model.packed ? "sd_float" : "float", model.network));
  if (model.packed) classifiers.push_back(integer_classifier(model.packed));

  stages.begin("measure accuracy");
  const auto [truth, said, images_hash] = classify_images(classifiers, reader, count, stages);

  report.images = count;
  report.input_hashes["data"] = images_hash;
  report.images_of_class.assign(report.classes.size(), 0);
  for (const int label : truth) ++report.images_of_class[static_cast<std::size_t>(label)];
  for (std::size_t c = 0; c < classifiers.size(); ++c)
    report.evaluations.push_back(
        count_evaluation(classifiers[c].arithmetic, truth, said[c], report.classes.size()));
  if (said.size() == 2) {
    for (std::size_t i = 0; i < count; ++i) report.disagreements += said[0][i] != said[1][i];
  }
  return report;
}

}  // namespace

EvalReport evaluate(const EvalOptions& options, const Observer& observer, std::stop_token stop) {
  const auto begin = std::chrono::steady_clock::now();
  require_in_range("--images", options.images, 0, 10'000'000);
  require_in_range("--threads", options.threads, 0, 1024);
  const ThreadLimit limit(options.threads);
  Stages stages(observer, std::move(stop));
  EvalReport report = as_input_error([&] { return evaluate_checked(options, stages); });
  report.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report.peak_memory_bytes = peak_memory_bytes();
  return report;
}

}  // namespace sd::core
