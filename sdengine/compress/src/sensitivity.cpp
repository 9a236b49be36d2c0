#include "sensitivity.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sdengine/inference/float_executor.hpp"

namespace sd::compress {

namespace {

constexpr std::size_t most_images = 128;
/// Deviation of the noise, relative to a filter's weights: small enough to be a derivative, large
/// enough to stand out of the rounding.
constexpr double noise = 0.05;

std::vector<std::vector<float>> outputs_of(const graph::Network& network,
                                           std::span<const std::vector<float>> images) {
  const inference::FloatExecutor executor(network);
  std::vector<std::vector<float>> outputs(images.size());
  tbb::parallel_for(std::size_t{0}, images.size(),
                    [&](std::size_t i) { outputs[i] = executor.run(images[i]); });
  return outputs;
}

/// Uniform noise of the filter's own size; std::mt19937_64 draws the same on every machine.
std::vector<float> with_noise(const std::vector<float>& weights, int filters) {
  std::mt19937_64 random(1);
  std::vector<float> result = weights;
  const std::size_t size = weights.size() / static_cast<std::size_t>(filters);
  for (std::size_t first = 0; first < weights.size(); first += size) {
    double energy = 0;
    for (std::size_t k = first; k < first + size; ++k)
      energy += static_cast<double>(weights[k]) * weights[k];
    const double amplitude = noise * std::sqrt(12 * energy / static_cast<double>(size));
    for (std::size_t k = first; k < first + size; ++k)
      result[k] +=
          static_cast<float>(amplitude * (static_cast<double>(random() >> 11) * 0x1p-53 - 0.5));
  }
  return result;
}

}  // namespace

Sensitivity::Sensitivity(const graph::Network& original, std::span<const std::vector<float>> images)
    : original_(original),
      images_(images.first(std::min(images.size(), most_images))),
      outputs_(outputs_of(original, images_)) {
  const std::size_t count = outputs_.front().size();
  for (std::size_t k = 0; k < count; ++k) {
    double sum = 0, squares = 0;
    for (const std::vector<float>& output : outputs_) {
      sum += output[k];
      squares += static_cast<double>(output[k]) * output[k];
    }
    energy_ += squares - sum * sum / static_cast<double>(outputs_.size());
  }
}

double Sensitivity::of(const LayerPlan& plan,
                       std::span<const decompose::SecondMoment> moments) const {
  graph::Network changed = original_;
  std::vector<float>& weights =
      changed.operators[static_cast<std::size_t>(plan.operator_index)].weights;
  const std::vector<float> before = weights;
  weights = with_noise(before, plan.shape.filters);
  const double layer = decompose::output_error(before, weights, plan.shape, moments);
  if (!(layer > 0) || !(energy_ > 0)) return 0;
  const auto outputs = outputs_of(changed, images_);
  double error = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    for (std::size_t k = 0; k < outputs[i].size(); ++k) {
      const double difference = static_cast<double>(outputs[i][k]) - outputs_[i][k];
      error += difference * difference;
    }
  return error / energy_ / (layer * layer);
}

}  // namespace sd::compress
