#include "sdengine/integer/calibrate.hpp"

#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

#include "magnitude_histogram.hpp"
#include "sdengine/inference/float_executor.hpp"

namespace sd::integer {

namespace {

using Images = std::span<const std::vector<float>>;

void require_images(const graph::Network& network, Images images) {
  if (images.empty()) throw std::invalid_argument("calibration needs at least one image");
  for (std::size_t i = 0; i < images.size(); ++i)
    if (images[i].size() != network.input_shape().elements())
      throw std::invalid_argument(
          fmt::format("calibration image {} has {} values; the network's input has {}", i,
                      images[i].size(), network.input_shape().elements()));
}

/// Runs all images in parallel; every thread has its own copy of `start`, seen by `see(state,
/// operator, values)`.
template <typename State, typename See>
tbb::enumerable_thread_specific<State> observe(const inference::FloatExecutor& executor,
                                               Images images, const State& start, See see) {
  tbb::enumerable_thread_specific<State> states(start);
  tbb::parallel_for(std::size_t{0}, images.size(), [&](std::size_t i) {
    State& state = states.local();
    (void)executor.run(images[i], [&](int index, std::span<const float> values) {
      see(state[static_cast<std::size_t>(index)], values);
    });
  });
  return states;
}

std::vector<float> largest_magnitudes(const inference::FloatExecutor& executor, Images images,
                                      std::size_t operators) {
  const auto states = observe(executor, images, std::vector<float>(operators),
                              [](float& largest, std::span<const float> values) {
                                for (const float value : values)
                                  largest = std::max(largest, std::fabs(value));
                              });
  std::vector<float> result(operators);
  for (const auto& state : states)
    for (std::size_t i = 0; i < operators; ++i) result[i] = std::max(result[i], state[i]);
  return result;
}

}  // namespace

std::vector<float> calibrate(const graph::Network& network, Images images, RangeRule rule) {
  require_images(network, images);
  const inference::FloatExecutor executor(network);
  std::vector<float> ranges = largest_magnitudes(executor, images, network.operators.size());
  if (rule == RangeRule::min_max) return ranges;

  std::vector<MagnitudeHistogram> histograms(ranges.begin(), ranges.end());
  // Counts are whole numbers, so that neither order nor number of threads changes the sums.
  const auto states = observe(executor, images, histograms,
                              [](MagnitudeHistogram& histogram, std::span<const float> values) {
                                histogram.count(values);
                              });
  for (const auto& state : states)
    for (std::size_t i = 0; i < histograms.size(); ++i) histograms[i] += state[i];
  for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i] = histograms[i].best_range();
  return ranges;
}

std::vector<std::vector<float>> channel_means(const graph::Network& network, Images images) {
  require_images(network, images);
  const inference::FloatExecutor executor(network);
  using Sums = std::vector<std::vector<double>>;  // [operator][channel]
  std::vector<Sums> sums(images.size());
  tbb::parallel_for(std::size_t{0}, images.size(), [&](std::size_t i) {
    (void)executor.run(images[i], [&](int index, std::span<const float> values) {
      const auto channels = static_cast<std::size_t>(
          network.operators[static_cast<std::size_t>(index)].output.channels);
      const std::size_t pixels = values.size() / channels;
      std::vector<double>& of_image = sums[i].emplace_back(channels);
      for (std::size_t k = 0; k < values.size(); ++k) of_image[k / pixels] += values[k];
    });
  });
  // Added up in the order of the images, so that the number of threads does not show.
  std::vector<std::vector<float>> means(network.operators.size());
  for (std::size_t op = 0; op < means.size(); ++op) {
    const graph::TensorShape& shape = network.operators[op].output;
    const double count = static_cast<double>(images.size()) * shape.height * shape.width;
    for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
      double sum = 0;
      for (const Sums& of_image : sums) sum += of_image[op][c];
      means[op].push_back(static_cast<float>(sum / count));
    }
  }
  return means;
}

void measure_input_means(const graph::Network& network, Images images,
                         std::vector<pack::LayerChoice>& choices) {
  if (choices.size() != network.operators.size())
    throw std::invalid_argument(fmt::format("there are {} choices for {} operators", choices.size(),
                                            network.operators.size()));
  const std::vector<std::vector<float>> means = channel_means(network, images);
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (network.operators[i].has_weights())
      choices[i].input_mean = means[static_cast<std::size_t>(network.operators[i].inputs[0])];
}

}  // namespace sd::integer
