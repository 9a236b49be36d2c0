#include "calibration_images.hpp"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "workbench/core/job.hpp"

namespace sd::core {

namespace {

/// SplitMix64 (Steele et al. 2014): the same numbers everywhere, unlike std's distributions.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// In [-1, 1).
  double next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-52 - 1.0;
  }

 private:
  std::uint64_t state_;
};

/// Adds a random grid of `cells` x `cells` values, interpolated bilinearly, times `weight`.
void add_octave(std::vector<double>& plane, int height, int width, int cells, double weight,
                Random& random) {
  const int points = cells + 1;
  std::vector<double> grid(static_cast<std::size_t>(points) * static_cast<std::size_t>(points));
  for (double& value : grid) value = random.next();
  for (int y = 0; y < height; ++y) {
    const double v = (y + 0.5) * cells / height;
    const int row = std::min(static_cast<int>(v), cells - 1);
    for (int x = 0; x < width; ++x) {
      const double u = (x + 0.5) * cells / width;
      const int column = std::min(static_cast<int>(u), cells - 1);
      const auto at = [&](int dy, int dx) {
        return grid[static_cast<std::size_t>((row + dy) * points + column + dx)];
      };
      const double fy = v - row, fx = u - column;
      const double top = at(0, 0) * (1 - fx) + at(0, 1) * fx;
      const double bottom = at(1, 0) * (1 - fx) + at(1, 1) * fx;
      plane[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
            static_cast<std::size_t>(x)] += weight * (top * (1 - fy) + bottom * fy);
    }
  }
}

/// A plane of mean 0 and deviation 1. Amplitude in proportion to the wavelength: 1/f.
std::vector<double> random_plane(int height, int width, Random& random) {
  std::vector<double> plane(static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
  for (int cells = 2; cells <= std::max(height, width) && cells <= 256; cells *= 2)
    add_octave(plane, height, width, cells, 1.0 / cells, random);
  double mean = 0, square = 0;
  for (const double value : plane) mean += value;
  mean /= static_cast<double>(plane.size());
  for (const double value : plane) square += (value - mean) * (value - mean);
  const double deviation = std::sqrt(square / static_cast<double>(plane.size()));
  for (double& value : plane) value = deviation > 0 ? (value - mean) / deviation : 0.0;
  return plane;
}

}  // namespace

CalibrationImages read_calibration(const graph::Network& network, const data::Dataset& images,
                                   int count, Stages& stages) {
  const ImageReader reader(network, images, Labels::wanted);
  const std::size_t wanted = std::min(static_cast<std::size_t>(count), reader.size());
  constexpr std::size_t most_bytes = std::size_t{4} << 30U;
  const std::size_t image_bytes = network.input_shape().elements() * sizeof(float);
  if (wanted > most_bytes / image_bytes)
    throw InputError(fmt::format(
        "{} calibration images of {} would take more than 4 GiB; ask for at most {} with "
        "--calibration-images",
        wanted, network.name, most_bytes / image_bytes));
  CalibrationImages result;
  result.pixels.resize(wanted);
  if (reader.has_labels()) result.labels.resize(wanted);
  std::vector<Digest> hashes(wanted);
  std::atomic<std::size_t> done{0};
  tbb::parallel_for(std::size_t{0}, wanted, [&](std::size_t i) {
    Example example = reader.get(i);
    hashes[i] = example.hash;
    if (reader.has_labels()) result.labels[i] = example.label;
    result.pixels[i] = std::move(example.pixels);
    stages.update(static_cast<double>(++done) / static_cast<double>(wanted));
  });
  result.hash = hash_of_images(hashes);
  return result;
}

std::vector<std::vector<float>> made_up_images(const graph::Network& network, int count,
                                               std::uint64_t seed) {
  const graph::TensorShape shape = network.input_shape();
  Random random(seed);
  std::vector<std::vector<float>> images;
  for (int i = 0; i < count; ++i) {
    // Colours of one image differ less than its places do: a common plane and one of each channel.
    const std::vector<double> common = random_plane(shape.height, shape.width, random);
    std::vector<float> pixels;
    pixels.reserve(shape.elements());
    for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
      const std::vector<double> own = random_plane(shape.height, shape.width, random);
      const double mean = network.preprocessing.mean[c], stddev = network.preprocessing.stddev[c];
      for (std::size_t p = 0; p < own.size(); ++p) {
        const double value = mean + stddev * (0.9 * common[p] + 0.436 * own[p]);
        const double pixel = std::round(255 * std::clamp(value, 0.0, 1.0));
        pixels.push_back(static_cast<float>((pixel / 255 - mean) / stddev));
      }
    }
    images.push_back(std::move(pixels));
  }
  return images;
}

}  // namespace sd::core
