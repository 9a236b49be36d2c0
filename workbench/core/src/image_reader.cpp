#include "image_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "sdengine/data/channels.hpp"
#include "workbench/core/job.hpp"

namespace sd::core {

namespace {

/// Data sets of plain numbers ("0", "1", ...) say no more than the order.
bool are_numbers(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] != std::to_string(i)) return false;
  return true;
}

/// The first name that is not a class of the network; empty if all are.
std::string stranger(const graph::Network& network, const std::vector<std::string>& folders) {
  const auto& known = network.class_names;
  if (known.empty() || are_numbers(folders)) return {};
  for (const std::string& folder : folders)
    if (std::find(known.begin(), known.end(), folder) == known.end()) return folder;
  return {};
}

std::vector<int> match_classes(const graph::Network& network, const data::Dataset& images) {
  const auto& folders = images.class_names();
  const auto& known = network.class_names;
  std::vector<int> labels(folders.size());
  std::iota(labels.begin(), labels.end(), 0);
  if (known.empty() || are_numbers(folders)) return labels;
  for (std::size_t i = 0; i < folders.size(); ++i)
    labels[i] = static_cast<int>(std::find(known.begin(), known.end(), folders[i]) - known.begin());
  return labels;
}

/// True if the classes can be the network's outputs.
bool fits(const graph::Network& network, const data::Dataset& images) {
  if (network.outputs.size() != 1 || !stranger(network, images.class_names()).empty()) return false;
  const auto outputs =
      network.operators[static_cast<std::size_t>(network.outputs.front())].output.elements();
  const std::size_t classes = images.class_names().size();
  return network.class_names.empty() ? classes == outputs : classes <= outputs;
}

Digest hash_of(const data::Image& image, int label) {
  Sha256 hash;
  hash.add(std::vector<std::uint8_t>{static_cast<std::uint8_t>(label),
                                     static_cast<std::uint8_t>(label >> 8),
                                     static_cast<std::uint8_t>(label >> 16)});
  for (const int size : {image.channels, image.height, image.width}) {
    hash.add(std::vector<std::uint8_t>{static_cast<std::uint8_t>(size),
                                       static_cast<std::uint8_t>(size >> 8),
                                       static_cast<std::uint8_t>(size >> 16)});
  }
  hash.add(image.values);
  return hash.finish();
}

}  // namespace

ImageReader::ImageReader(const graph::Network& network, const data::Dataset& images, Labels labels)
    : network_(network), images_(images) {
  if (labels == Labels::wanted && !fits(network, images)) {
    has_labels_ = false;
    label_of_class_.assign(images.class_names().size(), -1);
    return;
  }
  if (const std::string name = stranger(network, images.class_names()); !name.empty()) {
    throw InputError(fmt::format(
        "{}: class {} is not among the network's classes ({}); name the folders after them",
        images.description(), name, fmt::join(network.class_names, ", ")));
  }
  label_of_class_ = match_classes(network, images);
}

Example ImageReader::get(std::size_t index) const {
  data::Sample sample = images_.get(index);
  const graph::TensorShape shape = network_.input_shape();
  if (sample.image.height != shape.height || sample.image.width != shape.width) {
    throw InputError(fmt::format(
        "{}: image {} is {} x {} pixels, but network {} takes {} x {}; resize the images first",
        images_.description(), index, sample.image.width, sample.image.height, network_.name,
        shape.width, shape.height));
  }
  Example example;
  example.label = label_of_class_[static_cast<std::size_t>(sample.label)];
  const data::Image image = data::with_channels(std::move(sample.image), shape.channels);
  example.hash = hash_of(image, example.label);
  example.pixels.reserve(shape.elements());
  const std::size_t plane =
      static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
  for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
    const float mean = network_.preprocessing.mean[c], stddev = network_.preprocessing.stddev[c];
    for (std::size_t p = 0; p < plane; ++p)
      example.pixels.push_back((static_cast<float>(image.values[c * plane + p]) / 255.0F - mean) /
                               stddev);
  }
  return example;
}

std::string hash_of_images(const std::vector<Digest>& images) {
  Sha256 hash;
  for (const Digest& image : images) hash.add(image);
  return to_string(hash.finish());
}

}  // namespace sd::core
