#include "sdengine/compress/compress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "drop_search.hpp"
#include "pipeline.hpp"
#include "sdengine/graph/batch_norm.hpp"
#include "walk.hpp"

namespace sd::compress {

namespace {

/// What the results of both walks may take together.
constexpr std::size_t memory_for_walks = std::size_t{6} << 30;

void require_images(const graph::Network& network, std::span<const std::vector<float>> images,
                    const Options& options) {
  const std::size_t elements = network.input_shape().elements();
  for (std::size_t i = 0; i < images.size(); ++i)
    if (images[i].size() != elements)
      throw std::invalid_argument(
          fmt::format("calibration image {} has {} values; the input of network {} has {}", i,
                      images[i].size(), network.name, elements));
  if (options.target_drop && images.size() < 2)
    throw std::invalid_argument("target_drop needs calibration images to measure the drop on");
  if (!options.labels.empty() && options.labels.size() != images.size())
    throw std::invalid_argument(fmt::format("there are {} labels for {} calibration images",
                                            options.labels.size(), images.size()));
}

std::vector<CurvePoint> network_curve(const std::vector<LayerCurve>& curves, double weights) {
  std::vector<CurvePoint> points;
  for (double ratio = 4; ratio <= 32; ratio *= std::pow(2.0, 0.25)) {
    const double price = price_for(curves, 32 * weights / ratio);
    double bits = 0;
    double distortion = 0;
    for (const LayerCurve& curve : curves) {
      const Choice choice = choose(curve, price);
      bits += choice.bits;
      distortion += curve.importance * choice.error;
    }
    points.push_back({32 * weights / bits, distortion});
  }
  return points;
}

/// Fits for a ratio; the last layer's codes may need a second attempt with a little less.
Result realise_ratio(Pipeline& pipeline, double ratio) {
  constexpr double caution = 0.998;
  constexpr int attempts = 3;
  double bits = 32 * pipeline.weights() / ratio * caution;
  for (int attempt = 1;; ++attempt) {
    Result result = pipeline.realise(bits, fmt::format("decompose to {:.2f}x", ratio));
    if (result.ratio_b8 >= ratio || attempt == attempts) {
      result.curve = network_curve(pipeline.curves(), pipeline.weights());
      return result;
    }
    bits *= caution * result.ratio_b8 / ratio;
  }
}

/// What a network and its images are before any algorithm looks at them.
struct Prepared {
  graph::Network original;
  std::span<const std::vector<float>> images;
  std::vector<std::string> notes;
};

Prepared prepare(const graph::Network& network, std::span<const std::vector<float>> images,
                 const Options& options) {
  graph::validate(network);
  Prepared prepared{network, images, {}};
  graph::fold_batch_norm(prepared.original);
  require_images(prepared.original, images, options);
  const std::size_t per_image = 2 * walk_bytes_per_image(prepared.original);
  const std::size_t fitting = std::max<std::size_t>(2, memory_for_walks / per_image);
  if (images.size() > fitting) {
    prepared.notes.push_back(fmt::format(
        "{} of the {} calibration images are used: the results of more would not fit in {} GiB of "
        "memory",
        fitting, images.size(), memory_for_walks >> 30));
    prepared.images = images.first(fitting);
  }
  return prepared;
}

}  // namespace

Result compress(const graph::Network& network, std::span<const std::vector<float>> images,
                const Options& options, const Progress& progress, std::stop_token stop) {
  const Prepared prepared = prepare(network, images, options);
  const Reporter report(progress, std::move(stop));
  Result result;
  if (options.target_drop) {
    result = search_for_drop(prepared.original, prepared.images, options, report);
  } else {
    Pipeline pipeline(prepared.original, prepared.images, options, report);
    result = options.target_ratio ? realise_ratio(pipeline, *options.target_ratio)
                                  : pipeline.realise(std::nullopt, "decompose");
  }
  result.notes.insert(result.notes.begin(), prepared.notes.begin(), prepared.notes.end());
  return result;
}

std::vector<Result> compress_at_ratios(const graph::Network& network,
                                       std::span<const std::vector<float>> images,
                                       const Options& options, std::span<const double> ratios,
                                       const Progress& progress, std::stop_token stop) {
  const Prepared prepared = prepare(network, images, options);
  const Reporter report(progress, std::move(stop));
  std::vector<Result> results;
  Options targeted = options;
  for (const double ratio : ratios) {
    targeted.target_ratio = ratio;
    static_cast<void>(plan_layers(prepared.original, targeted));  // checks every ratio first
  }
  Pipeline pipeline(prepared.original, prepared.images, targeted, report);
  for (const double ratio : ratios) {
    results.push_back(realise_ratio(pipeline, ratio));
    results.back().notes.insert(results.back().notes.begin(), prepared.notes.begin(),
                                prepared.notes.end());
  }
  return results;
}

}  // namespace sd::compress
