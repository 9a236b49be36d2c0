#include "simulated_images.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

#include "image_reader.hpp"

namespace sd::core {

namespace {

/// Any 8-bit values: the hardware has to take them all.
SimulatedImages random_images(const graph::Network& network, const SimulateOptions& options) {
  SimulatedImages images;
  images.description = fmt::format("random values from seed {}", options.seed);
  std::mt19937_64 random(static_cast<std::uint64_t>(options.seed));
  for (int i = 0; i < options.first + options.images; ++i) {
    integer::Tensor image(network.input_shape().elements());
    for (auto& value : image)
      value = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    if (i >= options.first)
      images.values.push_back({static_cast<std::size_t>(i), std::move(image)});
  }
  return images;
}

}  // namespace

SimulatedImages read_simulated_images(const integer::Executor& reference,
                                      const SimulateOptions& options) {
  const graph::Network& network = reference.model().network;
  if (!options.data) return random_images(network, options);
  const auto data = data::open_dataset(*options.data);
  const auto first = static_cast<std::size_t>(options.first);
  const auto count = static_cast<std::size_t>(options.images);
  if (first + count > data->size())
    throw InputError(
        fmt::format("--first {} --images {}: {} has {} images, numbered from 0; ask for less",
                    first, count, data->description(), data->size()));
  const ImageReader reader(network, *data, Labels::wanted);
  SimulatedImages images;
  images.description = data->description();
  std::vector<Digest> hashes;
  for (std::size_t i = first; i < first + count; ++i) {
    const Example example = reader.get(i);
    images.values.push_back({i, reference.quantise_input(example.pixels)});
    images.labels.push_back(example.label);
    hashes.push_back(example.hash);
  }
  if (!reader.has_labels()) images.labels.clear();
  images.hash = hash_of_images(hashes);
  return images;
}

}  // namespace sd::core
