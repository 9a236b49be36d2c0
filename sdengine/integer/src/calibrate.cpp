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

constexpr std::size_t images_at_a_time = 64;

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

std::vector<float> calibrate(const graph::Network& network, Images images, RangeRule rule,
                             double percentile) {
  require_images(network, images);
  if (!(percentile > 0 && percentile <= 100))
    throw std::invalid_argument(fmt::format(
        "the percentile of calibration is {}; it must be above 0 and at most 100", percentile));
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
  tbb::parallel_for(std::size_t{0}, ranges.size(), [&](std::size_t i) {
    ranges[i] = rule == RangeRule::percentile ? histograms[i].percentile(percentile)
                                              : histograms[i].best_range();
  });
  return ranges;
}

std::vector<std::vector<float>> channel_means(const graph::Network& network, Images images) {
  require_images(network, images);
  const inference::FloatExecutor executor(network);
  using Sums = std::vector<std::vector<double>>;  // [operator][channel]
  Sums totals(network.operators.size());
  for (std::size_t op = 0; op < totals.size(); ++op)
    totals[op].resize(static_cast<std::size_t>(network.operators[op].output.channels));
  // Added up in the order of the images, so that the number of threads does not show; a few images
  // at a time, so that their number does not show in memory.
  for (std::size_t first = 0; first < images.size(); first += images_at_a_time) {
    std::vector<Sums> sums(std::min(images_at_a_time, images.size() - first));
    tbb::parallel_for(std::size_t{0}, sums.size(), [&](std::size_t i) {
      (void)executor.run(images[first + i], [&](int index, std::span<const float> values) {
        const std::size_t channels = totals[static_cast<std::size_t>(index)].size();
        const std::size_t pixels = values.size() / channels;
        std::vector<double>& of_image = sums[i].emplace_back(channels);
        for (std::size_t k = 0; k < values.size(); ++k) of_image[k / pixels] += values[k];
      });
    });
    for (const Sums& of_image : sums)
      for (std::size_t op = 0; op < totals.size(); ++op)
        for (std::size_t c = 0; c < totals[op].size(); ++c) totals[op][c] += of_image[op][c];
  }
  std::vector<std::vector<float>> means(totals.size());
  for (std::size_t op = 0; op < means.size(); ++op) {
    const graph::TensorShape& shape = network.operators[op].output;
    const double count = static_cast<double>(images.size()) * shape.height * shape.width;
    for (const double total : totals[op]) means[op].push_back(static_cast<float>(total / count));
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
