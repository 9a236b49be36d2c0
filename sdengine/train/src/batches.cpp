#include "batches.hpp"

#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "sdengine/train/train.hpp"

namespace sd::train {

Examples load_examples(const graph::Network& network, const data::Dataset& images, int classes) {
  const graph::TensorShape shape = network.input_shape();
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto& [mean, stddev, from_model] = network.preprocessing;
  if (mean.size() != channels || stddev.size() != channels) {
    throw TrainError(
        fmt::format("network {}: preprocessing has {} means and {} deviations, but the input has "
                    "{} channels; give one of each per channel",
                    network.name, mean.size(), stddev.size(), channels));
  }
  if (images.size() == 0)
    throw TrainError(fmt::format("{}: there are no images to train on", images.description()));
  Examples examples;
  examples.elements = shape.elements();
  examples.pixels.reserve(images.size() * examples.elements);
  examples.labels.reserve(images.size());
  const std::size_t plane = examples.elements / channels;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const data::Sample sample = images.get(i);
    const data::Image& image = sample.image;
    if (graph::TensorShape{image.channels, image.height, image.width} != shape) {
      throw TrainError(
          fmt::format("{}: image {} is {} x {} x {}, but network {} takes {} x {} x {}; use images "
                      "of that size",
                      images.description(), i, image.channels, image.height, image.width,
                      network.name, shape.channels, shape.height, shape.width));
    }
    if (sample.label < 0 || sample.label >= classes) {
      throw TrainError(fmt::format("{}: image {} has label {}, but network {} has {} outputs",
                                   images.description(), i, sample.label, network.name, classes));
    }
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t p = 0; p < plane; ++p)
        examples.pixels.push_back(
            (static_cast<float>(image.values[c * plane + p]) / 255.0F - mean[c]) / stddev[c]);
    examples.labels.push_back(sample.label);
  }
  return examples;
}

std::vector<std::size_t> shuffled(std::size_t count, std::mt19937_64& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

}  // namespace sd::train
