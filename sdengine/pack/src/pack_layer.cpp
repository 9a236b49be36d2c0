#include "pack_layer.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "bias_correction.hpp"
#include "choices.hpp"
#include "filter_weights.hpp"
#include "layer_checks.hpp"
#include "sdengine/pack/rebuilt.hpp"
#include "stage_of_scales.hpp"
#include "structure.hpp"

namespace sd::pack {

namespace {

/// Slices of layers that are left dense; nothing depends on it, since there is no basis.
constexpr int dense_slice_rows = 1 << 20;
/// A bias of at most 30 bits keeps acc + bias, with acc of 32 bits, well inside 33.
constexpr double largest_bias = 1 << 30;
/// ScaleFit's lean weight for inputs of unknown mean: what the ReLU of a bell-shaped value has.
/// Where the means are known, the bias takes their part, and only their change from image to image
/// is left. (Both measured on ResNet-20: the error of the integer network's outputs against the
/// float ones is least around these.)
constexpr double lean_of_unknown_means = 0.5, lean_of_known_means = 0.02;

/// 1 for every matrix element that is a weight, 0 for padding.
std::vector<std::uint8_t> present_elements(const decompose::WeightShape& shape,
                                           const decompose::MatrixLayout& layout,
                                           std::size_t weights) {
  const std::vector<float> ones =
      decompose::to_matrices(std::vector<float>(weights, 1.0F), shape, layout);
  return {ones.begin(), ones.end()};
}

double relative_error(std::span<const float> weights, std::span<const float> stored) {
  double error = 0;
  double energy = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = static_cast<double>(weights[i]) - stored[i];
    error += difference * difference;
    energy += static_cast<double>(weights[i]) * weights[i];
  }
  return energy > 0 ? std::sqrt(error / energy) : 0;
}

OutputStage stage_of(const graph::Operator& op, float bias, float weight_scale, float input_scale,
                     float output_scale) {
  OutputStage stage = stage_of_scales(op, weight_scale, input_scale, output_scale);
  const double accumulator_scale = static_cast<double>(weight_scale) * input_scale;
  stage.bias = static_cast<std::int32_t>(
      std::clamp(std::nearbyint(bias / accumulator_scale), -largest_bias, largest_bias));
  return stage;
}

/// How much more bias a filter needs for the mean of its inputs where Ce * B stands for its integer
/// weights, in accumulator units.
std::vector<std::int16_t> float_biases(const graph::Operator& op, const graph::TensorShape& input,
                                       const LayerChoice& choice,
                                       const std::vector<float>& integer_bias, float input_scale,
                                       const PackedLayer& layer) {
  const std::vector<float> factor_bias =
      corrected_bias(op, input, rebuilt_weights(layer, Rebuilt::factors), choice.input_mean);
  std::vector<std::int16_t> result;
  for (std::size_t m = 0; m < factor_bias.size(); ++m) {
    const double unit = static_cast<double>(layer.weight_scale[m]) * input_scale;
    const double difference = static_cast<double>(factor_bias[m]) - integer_bias[m];
    result.push_back(static_cast<std::int16_t>(
        std::clamp(std::nearbyint(difference / unit), -32768.0, 32767.0)));
  }
  return result;
}

/// Codes for factors above 0: where a filter's is negative, they change sign; where it is 0, they
/// go.
std::vector<decompose::Coefficient> codes_for_positive_factors(
    const decompose::Decomposition& decomposition) {
  std::vector<decompose::Coefficient> codes = decomposition.coefficients;
  const std::size_t size = static_cast<std::size_t>(decomposition.layout.rows) * decomposition.rank;
  for (int m = 0; m < decomposition.layout.filters; ++m) {
    const float factor = decomposition.scale_of(m);
    if (factor > 0) continue;
    for (decompose::Coefficient& c :
         std::span(codes).subspan(static_cast<std::size_t>(m) * size, size))
      c = static_cast<decompose::Coefficient>(factor < 0 ? -c : 0);
  }
  return codes;
}

/// The integer weights of one layer, filter by filter or group by group.
class LayerWeights {
 public:
  LayerWeights(const graph::Operator& op, const LayerChoice& choice, float input_scale,
               float output_scale, PackedLayer& layer)
      : op_(op),
        choice_(choice),
        input_scale_(input_scale),
        output_scale_(output_scale),
        layer_(layer),
        targets_(layer.dense ? decompose::to_matrices(op.weights, layer.shape, layer.layout)
                             : choice.decomposition->rebuild()),
        present_(present_elements(layer.shape, layer.layout, op.weights.size())),
        filter_size_(static_cast<std::size_t>(layer.layout.rows) * layer.layout.columns),
        code_size_(static_cast<std::size_t>(layer.layout.rows) * layer.rank),
        basis_size_(static_cast<std::size_t>(layer.layout.slices()) * layer.rank *
                    layer.layout.columns) {
    const auto filters = static_cast<std::size_t>(layer.layout.filters);
    layer.weight_scale.resize(filters);
    layer.dense_weights.resize(layer.dense ? filters * filter_size_ : 0);
    layer.rebuild_shift.resize(layer.dense ? 0 : filters);
    layer.basis.resize(layer.dense ? 0 : basis_size_ * layer.layout.basis_groups());
  }

  /// Every filter or group writes into its own part of the layer, whatever thread it runs on.
  void quantise() {
    if (layer_.dense)
      tbb::parallel_for(0, layer_.layout.filters, [this](int m) { quantise_dense_filter(m); });
    else
      tbb::parallel_for(0, layer_.layout.basis_groups(), [this](int g) { quantise_group(g); });
  }

 private:
  [[nodiscard]] FilterTarget target_of(int m) const {
    const auto filter = static_cast<std::size_t>(m);
    FilterTarget target;
    target.weights = std::span(targets_).subspan(filter * filter_size_, filter_size_);
    target.present = std::span(present_).subspan(filter * filter_size_, filter_size_);
    target.rows = layer_.layout.rows;
    target.columns = layer_.layout.columns;
    target.smallest_scale =
        2 * std::fabs(static_cast<double>(op_.bias[filter])) / (input_scale_ * largest_bias);
    target.lean_weight = choice_.input_mean.empty() ? lean_of_unknown_means : lean_of_known_means;
    return target;
  }

  void set_scale(int m, double scale, double smallest) {
    // A filter of zeros gives its bias alone: any scale does that is fine against the output's.
    if (scale <= 0)
      scale = std::max(static_cast<double>(output_scale_) / input_scale_ / 256, smallest);
    layer_.weight_scale[static_cast<std::size_t>(m)] = static_cast<float>(scale);
  }

  void quantise_dense_filter(int m) {
    const FilterTarget target = target_of(m);
    const DenseFilter found = quantise_dense(target);
    std::copy(found.weights.begin(), found.weights.end(),
              layer_.dense_weights.begin() +
                  static_cast<std::ptrdiff_t>(static_cast<std::size_t>(m) * filter_size_));
    set_scale(m, found.scale, target.smallest_scale);
  }

  void quantise_group(int g) {
    const int first = g * layer_.layout.filters_per_basis;
    const int count = std::min(layer_.layout.filters_per_basis, layer_.layout.filters - first);
    std::vector<GroupFilter> filters;
    for (int m = first; m < first + count; ++m) {
      const double factor = std::fabs(choice_.decomposition->scale_of(m));
      filters.push_back({target_of(m),
                         std::span(layer_.coefficients)
                             .subspan(static_cast<std::size_t>(m) * code_size_, code_size_),
                         factor > 0 ? factor : 1});
    }
    const std::size_t basis = static_cast<std::size_t>(g) * basis_size_;
    const SharedBasis found =
        quantise_basis(filters, std::span(choice_.decomposition->basis).subspan(basis, basis_size_),
                       layer_.rank, layer_.levels, layer_.layout.slice_rows);
    std::copy(found.basis.begin(), found.basis.end(),
              layer_.basis.begin() + static_cast<std::ptrdiff_t>(basis));
    for (int k = 0; k < count; ++k) {
      const auto filter = static_cast<std::size_t>(k);
      layer_.rebuild_shift[static_cast<std::size_t>(first + k)] =
          static_cast<std::uint8_t>(found.rebuild_shift[filter]);
      set_scale(first + k, found.scale[filter], filters[filter].target.smallest_scale);
    }
  }

  const graph::Operator& op_;
  const LayerChoice& choice_;
  float input_scale_, output_scale_;
  PackedLayer& layer_;
  std::vector<float> targets_;
  std::vector<std::uint8_t> present_;
  std::size_t filter_size_, code_size_, basis_size_;
};

}  // namespace

PackedLayer pack_layer(const graph::Network& network, int index, const LayerChoice& choice,
                       float input_scale, float output_scale) {
  require_weights(network, index);
  const graph::Operator& op = network.operators[static_cast<std::size_t>(index)];
  if (op.batch_norm)
    fail(op,
         "has a batch norm beside its weights; fold it (graph::fold_batch_norm) before packing");
  PackedLayer layer;
  layer.shape = weight_shape(network, index);
  layer.dense = !choice.decomposition;
  layer.layout = layer.dense
                     ? decompose::layout_of(layer.shape, choice.pointwise_columns, dense_slice_rows)
                     : choice.decomposition->layout;
  if (!layer.dense) {
    layer.rank = choice.decomposition->rank;
    layer.levels = choice.decomposition->levels;
    layer.coefficients = codes_for_positive_factors(*choice.decomposition);
  }
  LayerWeights(op, choice, input_scale, output_scale, layer).quantise();
  const std::vector<float> stored = rebuilt_weights(layer, Rebuilt::integers);
  layer.relative_error = relative_error(op.weights, stored);
  const graph::TensorShape& input =
      network.operators[static_cast<std::size_t>(op.inputs[0])].output;
  const std::vector<float> bias = corrected_bias(op, input, stored, choice.input_mean);
  for (std::size_t m = 0; m < bias.size(); ++m)
    layer.stages.push_back(stage_of(op, bias[m], layer.weight_scale[m], input_scale, output_scale));
  if (!layer.dense && !choice.input_mean.empty())
    layer.float_bias = float_biases(op, input, choice, bias, input_scale, layer);
  require_accumulators_fit(op, layer);
  return layer;
}

}  // namespace sd::pack
