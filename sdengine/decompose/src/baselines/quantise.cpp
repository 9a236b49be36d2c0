#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

#include "compensation.hpp"
#include "level_grid.hpp"
#include "scale_search.hpp"
#include "sdengine/decompose/baselines.hpp"
#include "settings.hpp"

namespace sd::decompose {

namespace {

/// Filters that share the loads of one block of the inverse factor.
constexpr std::size_t panel_filters = 60;

/// Multiples of the scale of least weighted error from which compensation starts as well. Few bits
/// like a little more clipping, since compensation moves weights away from where the scale was
/// fitted.
constexpr double scale_trials[] = {1.0, 0.9};

/// What one filter is stored as.
struct Stored {
  double scale = 0;
  std::vector<std::uint8_t> codes;
};

/// Some filters of one group, in the order of compensation (the weight's own without).
class Panel {
 public:
  Panel(const LevelGrid& grid, std::span<const float> weights, std::span<const std::uint8_t> keep,
        std::size_t dimension, const Compensation::Group* group)
      : grid_(grid),
        keep_(keep),
        n_(dimension),
        filters_(weights.size() / dimension),
        group_(group) {
    weights_.resize(weights.size());
    for (std::size_t m = 0; m < filters_; ++m)
      for (std::size_t j = 0; j < n_; ++j) weights_[m * n_ + j] = weights[m * n_ + index_of(j)];
  }

  /// Codes come back in the weight's own order.
  [[nodiscard]] std::vector<Stored> run() const {
    std::vector<Stored> best(filters_);
    for (std::size_t m = 0; m < filters_; ++m) {
      best[m].scale = scale_of(m, {});
      for (std::size_t j = 0; j < n_; ++j)
        best[m].codes.push_back(code_for(m, j, weights_[m * n_ + j], best[m].scale));
    }
    if (group_ != nullptr) improve(best);
    for (Stored& stored : best) {
      const std::vector<std::uint8_t> ordered = stored.codes;
      for (std::size_t j = 0; j < n_; ++j) stored.codes[index_of(j)] = ordered[j];
    }
    return best;
  }

 private:
  [[nodiscard]] std::size_t index_of(std::size_t position) const {
    return group_ == nullptr ? position : static_cast<std::size_t>(group_->order[position]);
  }
  [[nodiscard]] bool kept(std::size_t m, std::size_t j) const {
    return keep_.empty() || keep_[m * n_ + index_of(j)] != 0;
  }
  [[nodiscard]] std::uint8_t code_for(std::size_t m, std::size_t j, double weight,
                                      double scale) const {
    return kept(m, j) && scale != 0 ? grid_.code(weight / scale) : grid_.code_of_zero();
  }

  /// The best scale for the kept weights of filter m.
  [[nodiscard]] double scale_of(std::size_t m, std::span<const double> importance) const {
    std::vector<double> weights;
    std::vector<double> chosen;
    for (std::size_t j = 0; j < n_; ++j) {
      if (!kept(m, j)) continue;
      weights.push_back(weights_[m * n_ + j]);
      if (!importance.empty()) chosen.push_back(importance[j]);
    }
    return best_scale(weights, chosen, grid_);
  }

  /// Replaces what compensation makes better.
  void improve(std::vector<Stored>& best) const {
    std::vector<double> errors =
        compensate(*group_, weights_, [&](std::size_t m, std::size_t j, double) {
          return best[m].scale * grid_.level(best[m].codes[j]);
        });
    std::vector<double> scales;
    for (std::size_t m = 0; m < filters_; ++m) scales.push_back(scale_of(m, group_->moment));
    for (const double factor : scale_trials) {
      std::vector<Stored> trial(filters_);
      for (std::size_t m = 0; m < filters_; ++m) {
        trial[m].scale = to_sixteen_bits(factor * scales[m]);
        trial[m].codes.resize(n_);
      }
      keep_better(trial, best, errors);
    }
  }

  void keep_better(std::vector<Stored>& trial, std::vector<Stored>& best,
                   std::vector<double>& errors) const {
    const std::vector<double> found =
        compensate(*group_, weights_, [&](std::size_t m, std::size_t j, double weight) {
          trial[m].codes[j] = code_for(m, j, weight, trial[m].scale);
          return trial[m].scale * grid_.level(trial[m].codes[j]);
        });
    for (std::size_t m = 0; m < filters_; ++m) {
      if (!(found[m] < errors[m])) continue;
      errors[m] = found[m];
      std::swap(best[m], trial[m]);
    }
  }

  const LevelGrid& grid_;
  std::span<const std::uint8_t> keep_;
  std::size_t n_, filters_;
  const Compensation::Group* group_;
  std::vector<double> weights_;
};

void require_usable(std::span<const float> weights, const WeightShape& shape, int bits,
                    const Compensation* compensation) {
  if (bits < 2 || bits > 8)
    throw std::invalid_argument(
        fmt::format("a baseline with {} bits per weight; it must be in 2 .. 8", bits));
  const std::int64_t dimension =
      std::int64_t{shape.channels} * shape.kernel_height * shape.kernel_width;
  if (shape.filters < 1 || dimension < 1 ||
      static_cast<std::int64_t>(weights.size()) != shape.filters * dimension)
    throw std::invalid_argument(fmt::format("there are {} weights; the shape says {} filters of {}",
                                            weights.size(), shape.filters, dimension));
  require_finite(weights);
  if (compensation == nullptr) return;
  const auto groups = compensation->groups();
  if (shape.filters % static_cast<std::int64_t>(groups.size()) != 0 ||
      static_cast<std::int64_t>(groups.front().order.size()) != dimension)
    throw std::invalid_argument(
        fmt::format("the compensation is for {} groups of filters of {} weights; the layer has {} "
                    "filters of {}",
                    groups.size(), groups.front().order.size(), shape.filters, dimension));
}

QuantisedLayer run(std::span<const float> weights, const WeightShape& shape, const LevelGrid& grid,
                   int bits, std::span<const std::uint8_t> keep, const Compensation* compensation) {
  QuantisedLayer layer;
  layer.bits = bits;
  layer.shape = shape;
  layer.levels = grid.levels();
  layer.codes.resize(weights.size());
  layer.scale.resize(static_cast<std::size_t>(shape.filters));
  const std::size_t n = weights.size() / layer.scale.size();
  const std::size_t groups = compensation == nullptr ? 1 : compensation->groups().size();
  const std::size_t group_filters = layer.scale.size() / groups;
  const std::size_t panels = (group_filters - 1) / panel_filters + 1;  // of one group
  tbb::parallel_for(std::size_t{0}, groups * panels, [&](std::size_t task) {
    const std::size_t in_group = task % panels * panel_filters;
    const std::size_t first = task / panels * group_filters + in_group;
    const std::size_t count = std::min(panel_filters, group_filters - in_group);
    const Panel panel(grid, weights.subspan(first * n, count * n),
                      keep.empty() ? keep : keep.subspan(first * n, count * n), n,
                      compensation == nullptr ? nullptr : &compensation->groups()[task / panels]);
    const std::vector<Stored> stored = panel.run();
    for (std::size_t m = 0; m < count; ++m) {
      layer.scale[first + m] = static_cast<float>(stored[m].scale);
      std::copy(stored[m].codes.begin(), stored[m].codes.end(),
                layer.codes.begin() + static_cast<std::ptrdiff_t>((first + m) * n));
    }
  });
  return layer;
}

/// Rebuilt weights, error and storage, from codes, scales and mask.
void complete(QuantisedLayer& layer, std::span<const float> weights) {
  layer.weights.resize(weights.size());
  const std::size_t n = weights.size() / layer.scale.size();
  double error = 0;
  double energy = 0;
  std::int64_t coded = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (layer.kept.empty() || layer.kept[i] != 0) {
      layer.weights[i] = static_cast<float>(layer.levels[layer.codes[i]]) * layer.scale[i / n];
      ++coded;
    }
    const double difference = static_cast<double>(weights[i]) - layer.weights[i];
    error += difference * difference;
    energy += static_cast<double>(weights[i]) * weights[i];
  }
  layer.relative_error = energy > 0 ? std::sqrt(error / energy) : 0.0;
  layer.storage.mask = static_cast<std::int64_t>(layer.kept.size());
  layer.storage.scales = 16 * static_cast<std::int64_t>(layer.scale.size());
  layer.storage.codes = coded * layer.bits;
  layer.storage.bias_and_shift = (32 + 6) * static_cast<std::int64_t>(layer.scale.size());
}

}  // namespace

QuantisedLayer quantise(std::span<const float> weights, const WeightShape& shape, LevelSet set,
                        int bits, const Compensation* compensation) {
  require_usable(weights, shape, bits, compensation);
  QuantisedLayer layer = run(weights, shape, LevelGrid(set, bits), bits, {}, compensation);
  layer.method = fmt::format("{} {} bits{}", to_string(set), bits,
                             compensation == nullptr ? "" : ", compensated");
  complete(layer, weights);
  return layer;
}

QuantisedLayer prune_and_quantise(std::span<const float> weights, const WeightShape& shape,
                                  std::span<const std::uint8_t> keep, int bits,
                                  const Compensation* compensation) {
  require_usable(weights, shape, bits, compensation);
  if (keep.size() != weights.size())
    throw std::invalid_argument(
        fmt::format("a pruning mask of {} elements for {} weights", keep.size(), weights.size()));
  const LevelGrid grid(LevelSet::uniform, bits);
  QuantisedLayer layer = run(weights, shape, grid, bits, keep, compensation);
  layer.method =
      fmt::format("pruned, {} bits{}", bits, compensation == nullptr ? "" : ", compensated");
  for (const std::uint8_t code : layer.codes) layer.kept.push_back(code != grid.code_of_zero());
  complete(layer, weights);
  return layer;
}

}  // namespace sd::decompose
