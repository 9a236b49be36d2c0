// A network in the integers that the hardware works on (docs/numerics.md).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdengine/decompose/decomposition.hpp"
#include "sdengine/graph/network.hpp"

namespace sd::pack {

/// One sentence: what cannot be packed, in which layer, and why.
class PackError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// round_shift(v, k) = (v + (1 << (k-1))) >> k, arithmetic; v for k = 0.
[[nodiscard]] constexpr std::int64_t round_shift(std::int64_t value, int shift) {
  return shift == 0 ? value : (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

/// y = sat_8( max?( round_shift( (acc + bias) * multiplier, shift ) ) ); multiplier in 0..32767,
/// shift in 0..47.
struct OutputStage {
  std::int32_t bias = 0;
  std::int16_t multiplier = 0;
  std::uint8_t shift = 0;
  friend bool operator==(const OutputStage&, const OutputStage&) = default;
};
[[nodiscard]] std::int8_t apply(const OutputStage& stage, std::int32_t accumulator, bool relu);

/// The stage (bias 0) whose multiplier / 2^shift is nearest to `factor`, with the multiplier as
/// large as 15 bits hold. Throws PackError if `factor` is negative, not finite, or above 32767.
[[nodiscard]] OutputStage stage_for(double factor);

/// Weights of a convolution or fully connected operator. Matrix order everywhere:
/// [filters][rows][...].
struct PackedLayer {
  decompose::WeightShape shape;
  decompose::MatrixLayout layout;
  bool dense = false;  ///< left dense: `dense_weights`; otherwise the SD fields
  int rank = 0, levels = 0;
  std::vector<decompose::Coefficient> coefficients;  ///< [filters][rows][rank]
  std::vector<std::int8_t> basis;                    ///< [layout.bases()][rank][columns]
  std::vector<std::uint8_t> rebuild_shift;           ///< q_m, [filters], 0..15
  std::vector<std::int8_t> dense_weights;            ///< [filters][rows][columns]
  std::vector<float> weight_scale;  ///< [filters]: real weight = integer weight * scale
  std::vector<OutputStage> stages;  ///< [filters]
  double relative_error = 0;        ///< of the integer weights against the original ones
  /// [filters], or empty for zeros: what is added to stage.bias, in its unit, where Ce * B stands
  /// for the integer weights without their rounding (Rebuilt::factors). Nothing in the hardware
  /// reads it.
  std::vector<std::int16_t> float_bias;

  /// The integer weights of one row of one filter: sat_8(round_shift(sum_j sign_j * (B[j][s] <<
  /// (levels-1-e_j)), q_m)).
  void rebuild_row(int filter, int row, std::span<std::int8_t> columns) const;
  /// True if every coefficient (or dense weight) of the row is zero.
  [[nodiscard]] bool row_is_zero(int filter, int row) const;
  /// Bits in packed form, and as dense 8-bit weights (with 32-bit bias, 16-bit multiplier, 6-bit
  /// shift per filter in both).
  [[nodiscard]] std::int64_t bits_packed() const;
  [[nodiscard]] std::int64_t bits_dense() const;
};

/// What the operators without weights need, multiplier / 2^shift being a ratio of scales (`shift`
/// is common to the inputs). add: y = sat_8(max?(round_shift(a * multipliers[0] + b *
/// multipliers[1], shift))); average pool: one multiplier, which holds scale ratio / count; concat:
/// one multiplier per input; activation: one multiplier if its clip needs a scale finer than its
/// input's, none otherwise; others have no multipliers and pass values through.
struct ElementwiseStage {
  std::vector<std::int16_t> multipliers;
  std::uint8_t shift = 0;
};

struct PackedModel {
  graph::Network network;               ///< structure and names; float weights and biases removed
  std::vector<float> activation_scale;  ///< per operator: real value = integer * scale
  std::vector<std::optional<PackedLayer>> layers;  ///< per operator
  std::vector<ElementwiseStage> elementwise;       ///< per operator
};

/// How one operator's weights are to be stored.
struct LayerChoice {
  std::optional<decompose::Decomposition> decomposition;  ///< empty: dense 8-bit
  int pointwise_columns = 3;  ///< n of a dense 1x1 or fully connected layer
  /// Mean of each channel of the operator's input, over images and positions
  /// (integer::measure_input_means); may be empty. With it, the bias makes up for the mean of what
  /// the stored weights do wrong: b + sum (w - w_stored) * mean (Nagel et al., "Data-free
  /// quantization through weight equalization and bias correction", 2019).
  std::vector<float> input_mean;
};

/// Quantises bases (or dense weights), picks q_m, and derives biases, multipliers and shifts from
/// the activation ranges. `choices` and `activation_max` (largest magnitude to be represented, per
/// operator; 0 where nothing but zero was seen) are indexed by operator. Basis, q_m and weight
/// scale of a filter are searched together for the least error of the integer weights against those
/// that the decomposition rebuilds in float (the network's own, where a layer is left dense); the
/// error counts squares, and errors that lean to one side once more (they add up over inputs with a
/// mean above zero). Scales: max pool, subsample_pad and softmax inherit their input's; concat
/// takes the coarsest of its inputs'; an activation inherits, unless it clips below what its
/// input's scale reaches; every other operator gets activation_max / 127, or clip_upper / 127 where
/// that is less, so that saturation at 127 is the clip. Throws PackError naming the layer if the
/// choices do not fit the network, an accumulator could exceed 32 bits, or an average pool counts a
/// varying number of elements.
[[nodiscard]] PackedModel pack(const graph::Network& network,
                               const std::vector<LayerChoice>& choices,
                               const std::vector<float>& activation_max);

/// Weight shape of an operator as the decomposition sees it.
[[nodiscard]] decompose::WeightShape weight_shape(const graph::Network& network,
                                                  int operator_index);

/// The network with the weights that the decompositions rebuild in float ("SD float"), biases
/// corrected where a choice has `input_mean`.
[[nodiscard]] graph::Network with_rebuilt_weights(const graph::Network& network,
                                                  const std::vector<LayerChoice>& choices);

/// Checks every index, shape, array length and field range of a model that came from elsewhere;
/// throws PackError.
void validate(const PackedModel& model);

}  // namespace sd::pack
