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

}  // namespace

Result compress(const graph::Network& network, std::span<const std::vector<float>> images,
                const Options& options, const Progress& progress, std::stop_token stop) {
  graph::validate(network);
  graph::Network original = network;
  graph::fold_batch_norm(original);
  require_images(original, images, options);
  const Reporter report(progress, std::move(stop));

  std::vector<std::string> notes;
  const std::size_t per_image = 2 * walk_bytes_per_image(original);
  if (const std::size_t fitting = std::max<std::size_t>(2, memory_for_walks / per_image);
      images.size() > fitting) {
    notes.push_back(
        fmt::format("{} of the {} calibration images are used: the results of more would "
                    "not fit in {} GiB of memory",
                    fitting, images.size(), memory_for_walks >> 30));
    images = images.first(fitting);
  }

  Result result;
  if (options.target_drop) {
    result = search_for_drop(original, images, options, report);
  } else {
    Pipeline pipeline(original, images, options, report);
    std::optional<double> bits;
    if (options.target_ratio) bits = 32 * pipeline.weights() / *options.target_ratio;
    result = pipeline.realise(bits, "decompose");
    if (bits) result.curve = network_curve(pipeline.curves(), pipeline.weights());
  }
  result.notes.insert(result.notes.begin(), notes.begin(), notes.end());
  return result;
}

}  // namespace sd::compress
