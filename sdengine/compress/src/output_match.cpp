#include "output_match.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sd::compress {

namespace {

/// Deviations beyond these factors say more about the few images than about the layer.
constexpr double smallest_factor = 0.5, largest_factor = 2;

}  // namespace

ChannelStatistics statistics(const Tensors& values, int channels) {
  const auto count = static_cast<std::size_t>(channels);
  ChannelStatistics result{std::vector<double>(count), std::vector<double>(count)};
  if (values.empty()) return result;
  const std::size_t plane = values.front().size() / count;
  const auto samples = static_cast<double>(values.size() * plane);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t c) {
    double sum = 0;
    double squares = 0;
    for (const std::vector<float>& image : values)
      for (std::size_t p = c * plane; p < (c + 1) * plane; ++p) {
        sum += image[p];
        squares += static_cast<double>(image[p]) * image[p];
      }
    const double mean = sum / samples;
    result.mean[c] = mean;
    result.deviation[c] = std::sqrt(std::max(0.0, squares / samples - mean * mean));
  });
  return result;
}

double relative_output_error(const Tensors& values, const Tensors& reference, int channels) {
  const ChannelStatistics wanted = statistics(reference, channels);
  std::vector<double> errors(values.size());
  tbb::parallel_for(std::size_t{0}, values.size(), [&](std::size_t i) {
    for (std::size_t k = 0; k < values[i].size(); ++k) {
      const double difference = static_cast<double>(values[i][k]) - reference[i][k];
      errors[i] += difference * difference;
    }
  });
  double error = 0;
  for (const double e : errors) error += e;
  double energy = 0;
  for (const double deviation : wanted.deviation) energy += deviation * deviation;
  if (!values.empty())
    energy *= static_cast<double>(values.size() * values.front().size()) / channels;
  return energy > 0 ? std::sqrt(error / energy) : 0;
}

void correct_bias(graph::Operator& op, const ChannelStatistics& found,
                  const ChannelStatistics& wanted) {
  for (std::size_t m = 0; m < op.bias.size(); ++m)
    op.bias[m] = static_cast<float>(op.bias[m] + wanted.mean[m] - found.mean[m]);
}

void restore_deviation(decompose::Decomposition& decomposition, std::vector<float>& rebuilt,
                       const ChannelStatistics& found, const ChannelStatistics& wanted) {
  const auto filters = static_cast<std::size_t>(decomposition.layout.filters);
  const std::size_t size = rebuilt.size() / filters;
  if (decomposition.filter_scale.empty()) decomposition.filter_scale.assign(filters, 1.0F);
  for (std::size_t m = 0; m < filters; ++m) {
    if (!(found.deviation[m] > 0)) continue;
    const auto factor = static_cast<float>(
        std::clamp(wanted.deviation[m] / found.deviation[m], smallest_factor, largest_factor));
    decomposition.filter_scale[m] *= factor;
    for (std::size_t k = m * size; k < (m + 1) * size; ++k) rebuilt[k] *= factor;
  }
}

}  // namespace sd::compress
