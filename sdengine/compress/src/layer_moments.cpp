#include "layer_moments.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "sdengine/pack/packed_model.hpp"

namespace sd::compress {

namespace {

/// Samples for each dimension of a second moment, as far as the images have them: enough that a
/// damping of one percent outweighs the noise, few enough that the products take seconds.
constexpr std::size_t samples_per_dimension = 40, fewest_samples = 20000;
/// Of a sum of squares, well above its rounding.
constexpr double rounding = 1e-10;
/// Patches that are added in one go.
constexpr std::size_t batch_values = std::size_t{1} << 22;

/// Output positions of image `image`, the same on every machine.
std::vector<int> chosen_positions(std::size_t image, int positions, int wanted) {
  std::vector<int> all(static_cast<std::size_t>(positions));
  std::iota(all.begin(), all.end(), 0);
  if (wanted >= positions) return all;
  std::uint64_t state = image + 1;
  for (int i = 0; i < wanted; ++i) {  // SplitMix64 (Steele, Lea, Flood, 2014), as a shuffle
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    const auto left = static_cast<std::uint64_t>(positions - i);
    std::swap(all[static_cast<std::size_t>(i)],
              all[static_cast<std::size_t>(i) + ((z ^ (z >> 31)) % left)]);
  }
  all.resize(static_cast<std::size_t>(wanted));
  std::sort(all.begin(), all.end());
  return all;
}

/// The input patches of one layer.
class Patches {
 public:
  Patches(const graph::Network& network, int index)
      : op_(network.operators[static_cast<std::size_t>(index)]),
        in_(network.operators[static_cast<std::size_t>(op_.inputs[0])].output),
        shape_(pack::weight_shape(network, index)),
        flat_(op_.kind == graph::OperatorKind::fully_connected) {}

  [[nodiscard]] const decompose::WeightShape& shape() const { return shape_; }
  [[nodiscard]] int dimension() const {
    return shape_.channels * shape_.kernel_height * shape_.kernel_width;
  }
  [[nodiscard]] int groups() const { return flat_ ? 1 : op_.groups; }
  [[nodiscard]] int positions() const { return flat_ ? 1 : op_.output.height * op_.output.width; }

  /// The patch of a group at an output position, in the order of a filter's weights.
  void copy(const std::vector<float>& image, int group, int position, float* to) const {
    if (flat_) {
      std::copy(image.begin(), image.end(), to);
      return;
    }
    const graph::Window& w = op_.window;
    const int top = position / op_.output.width * w.stride_height - w.pad_top;
    const int left = position % op_.output.width * w.stride_width - w.pad_left;
    for (int c = group * shape_.channels; c < (group + 1) * shape_.channels; ++c)
      for (int r = 0; r < w.kernel_height; ++r)
        for (int s = 0; s < w.kernel_width; ++s) {
          const int y = top + r * w.dilation_height;
          const int x = left + s * w.dilation_width;
          const bool inside = y >= 0 && y < in_.height && x >= 0 && x < in_.width;
          *to++ =
              inside ? image[(static_cast<std::size_t>(c) * in_.height + y) * in_.width + x] : 0.0F;
        }
  }

 private:
  const graph::Operator& op_;
  const graph::TensorShape& in_;
  decompose::WeightShape shape_;
  bool flat_;
};

/// Sums of r and of x * r for the filters of one group, in a fixed order.
struct MissingSums {
  std::vector<double> products;  ///< [filters of the group][dimension]
  std::vector<double> sums;      ///< [filters of the group]
};

void add_missing(MissingSums& sums, const float* patches, const float* missing, std::size_t count,
                 std::size_t dimension) {
  tbb::parallel_for(std::size_t{0}, sums.sums.size(), [&](std::size_t f) {
    double* const products = sums.products.data() + f * dimension;
    for (std::size_t k = 0; k < count; ++k) {
      const double r = missing[f * count + k];
      sums.sums[f] += r;
      const float* const patch = patches + k * dimension;
      for (std::size_t j = 0; j < dimension; ++j) products[j] += r * patch[j];
    }
  });
}

}  // namespace

Tensors missing_outputs(const Tensors& wanted, const Tensors& found) {
  Tensors result = wanted;
  for (std::size_t i = 0; i < result.size(); ++i)
    for (std::size_t k = 0; k < result[i].size(); ++k) result[i][k] -= found[i][k];
  return result;
}

LayerMoments measure_moments(const graph::Network& network, int index, const Tensors& inputs,
                             const Tensors& missing) {
  const Patches patches(network, index);
  const auto dimension = static_cast<std::size_t>(patches.dimension());
  const int groups = patches.groups();
  const auto group_filters = static_cast<std::size_t>(patches.shape().filters / groups);
  const std::size_t wanted = std::max(samples_per_dimension * dimension, fewest_samples);
  const int per_image = static_cast<int>(std::min<std::size_t>(
      static_cast<std::size_t>(patches.positions()), (wanted - 1) / inputs.size() + 1));
  const std::size_t batch_images =
      std::max<std::size_t>(1, batch_values / (dimension * static_cast<std::size_t>(per_image)));

  LayerMoments result;
  result.missing.resize(missing.empty() ? 0 : group_filters * groups * dimension);
  for (int group = 0; group < groups; ++group) {
    decompose::SecondMoment moment = decompose::empty_moment(patches.dimension());
    MissingSums sums{std::vector<double>(missing.empty() ? 0 : group_filters * dimension),
                     std::vector<double>(missing.empty() ? 0 : group_filters)};
    for (std::size_t first = 0; first < inputs.size(); first += batch_images) {
      const std::size_t images = std::min(batch_images, inputs.size() - first);
      const std::size_t count = images * static_cast<std::size_t>(per_image);
      std::vector<float> batch(count * dimension);
      std::vector<float> batch_missing(sums.sums.size() * count);
      tbb::parallel_for(std::size_t{0}, images, [&](std::size_t i) {
        const std::size_t image = first + i;
        std::size_t k = i * static_cast<std::size_t>(per_image);
        for (const int position : chosen_positions(image, patches.positions(), per_image)) {
          patches.copy(inputs[image], group, position, batch.data() + k * dimension);
          for (std::size_t f = 0; f < sums.sums.size(); ++f)
            batch_missing[f * count + k] =
                missing[image][(static_cast<std::size_t>(group) * group_filters + f) *
                                   static_cast<std::size_t>(patches.positions()) +
                               static_cast<std::size_t>(position)];
          ++k;
        }
      });
      decompose::add_samples(moment, batch);
      add_missing(sums, batch.data(), batch_missing.data(), count, dimension);
    }
    const auto samples = static_cast<double>(moment.samples);
    for (std::size_t f = 0; f < sums.sums.size(); ++f)
      for (std::size_t j = 0; j < dimension; ++j)
        result.missing[(static_cast<std::size_t>(group) * group_filters + f) * dimension + j] =
            static_cast<float>((sums.products[f * dimension + j] - moment.mean[j] * sums.sums[f]) /
                               samples);
    decompose::SecondMoment spread = decompose::centred(moment);
    // An input that never changes has no variance but for the rounding of the difference: what is
    // left must not be negative.
    for (std::size_t j = 0; j < dimension; ++j)
      spread.matrix[j * dimension + j] +=
          rounding * moment.matrix[j * dimension + j] * static_cast<double>(dimension);
    result.inputs.push_back(std::move(spread));
  }
  return result;
}

}  // namespace sd::compress
