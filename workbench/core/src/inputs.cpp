#include "inputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "content_hash.hpp"
#include "data_input.hpp"
#include "embedded_model.hpp"
#include "option_ranges.hpp"
#include "sdengine/graph/onnx_import.hpp"

namespace sd::core {

namespace {

constexpr std::size_t default_shapes = 1000;

void load_network(const RunOptions& options, Inputs& inputs) {
  if (options.model) {
    inputs.network = graph::import_onnx(*options.model);
    inputs.model_source = options.model->string();
    inputs.hashes["model"] = hash_of_file(*options.model);
  } else {
    inputs.network = import_embedded_model();
    inputs.model_source = "built in";
    inputs.hashes["model"] = to_string(sha256(embedded_model()));
  }
  inputs.notes = inputs.network.notes;
}

void load_images(const RunOptions& options, Inputs& inputs) {
  if (options.data) {
    inputs.images = data::open_dataset(*options.data);
    inputs.notes.push_back(
        "activation ranges are calibrated on the first images of the data folder, which are also "
        "among those that accuracy is measured on");
  } else if (options.model) {
    throw InputError(fmt::format(
        "no images for {}: give a folder of test images, one sub-folder per class, with --data DIR",
        options.model->string()));
  } else {
    const std::size_t count =
        std::max({options.accuracy_images > 0 ? static_cast<std::size_t>(options.accuracy_images)
                                              : default_shapes,
                  static_cast<std::size_t>(options.images)});
    inputs.images = data::generated_shapes(count, data::shapes_test_seed);
    inputs.calibration = data::generated_shapes(
        static_cast<std::size_t>(options.calibration_images), data::shapes_train_seed);
  }
  if (static_cast<std::size_t>(options.images) > inputs.images->size()) {
    throw InputError(fmt::format("--images {}: {} has {} images; ask for at most that many",
                                 options.images, inputs.images->description(),
                                 inputs.images->size()));
  }
}

}  // namespace

void check_options(const RunOptions& options) {
  require_in_range("--images", options.images, 1, 1'000'000);
  require_in_range("--accuracy-images", options.accuracy_images, 0, 10'000'000);
  require_in_range("--calibration-images", options.calibration_images, 1, 100'000);
  require_in_range("--threads", options.threads, 0, 1024);
  require_in_range("--prune-energy", options.prune_energy, 0.0, 0.9);
}

Inputs load_inputs(const RunOptions& options) {
  Inputs inputs;
  if (options.design) inputs.design = design::read_toml(*options.design);
  design::validate(inputs.design);
  if (!inputs.design.rebuild) {
    throw InputError(
        fmt::format("design {}: sd.rebuild is false, but the run compares an SD design with its "
                    "dense baseline; set it to true",
                    inputs.design.name));
  }
  inputs.hashes["design"] = design::content_hash(inputs.design);
  load_network(options, inputs);
  load_images(options, inputs);
  check_classes(inputs.network, *inputs.images, inputs.notes);
  return inputs;
}

}  // namespace sd::core
