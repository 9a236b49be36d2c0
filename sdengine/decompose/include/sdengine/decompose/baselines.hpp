// What SD is to be compared with at equal bits: plain uniform quantisation, sums of powers of two
// per weight, and magnitude pruning. They are counted and evaluated; the accelerator does not run
// them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sdengine/decompose/second_moment.hpp"

namespace sd::decompose {

/// Values that one weight can take, times a scale of its filter.
enum class LevelSet {
  /// -2^(bits-1) .. 2^(bits-1) - 1. The scale may be negative, so that the level which is there on
  /// one side only serves the longer tail; there is no zero point.
  uniform,
  /// Sums of signed powers of two ("APoT"; Li, Dong, Wang, "Additive Powers-of-Two Quantization",
  /// ICLR 2020): a sign and, for bits - 1 = 2 n + h, n terms of 2 bits and one of h bit, whose
  /// powers
  /// are dealt out in turn; 2^bits - 1 values.
  powers_of_two,
};
[[nodiscard]] const char* to_string(LevelSet set);

/// Order in which errors are compensated.
enum class WeightOrder {
  natural,         ///< as stored
  largest_moment,  ///< inputs of the largest second moment first (GPTQ's "act order")
};

/// What error compensation needs to know about a layer's inputs; to be made once and used for every
/// number of bits. Holds dimension^2 doubles per group.
class Compensation {
 public:
  /// `moments`, one per group, are not kept; `damping` as in inverse_factor(), which says what is
  /// thrown.
  Compensation(std::span<const SecondMoment> moments, const WeightShape& shape,
               double damping = 0.01, WeightOrder order = WeightOrder::largest_moment);
  ~Compensation();
  Compensation(Compensation&&) noexcept;
  Compensation& operator=(Compensation&&) noexcept;

  struct Group;
  [[nodiscard]] std::span<const Group> groups() const;

 private:
  std::vector<Group> groups_;
};

/// Bits of a layer in the form that pack_bits() writes, and what its output stage holds besides, as
/// in packed_bits() of an SD layer.
struct BaselineBits {
  std::int64_t codes = 0;
  std::int64_t mask = 0;            ///< pruned layers: one bit per weight
  std::int64_t scales = 0;          ///< 16 per filter; SD's 16-bit multiplier of the output stage
  std::int64_t bias_and_shift = 0;  ///< 32 + 6 per filter
  [[nodiscard]] std::int64_t weights() const { return codes + mask + scales; }
  [[nodiscard]] std::int64_t total() const { return weights() + bias_and_shift; }
};

struct QuantisedLayer {
  std::string method;  ///< for tables, such as "uniform 4 bits, compensated"
  int bits = 0;        ///< of one code
  WeightShape shape;
  std::vector<int> levels;          ///< value of each code, ascending; at most 2^bits
  std::vector<std::uint8_t> codes;  ///< [filters][channels][R][S]
  /// Per filter, in 16 bits: a sign, 8 bits of exponent, 7 of fraction (the upper half of a float).
  std::vector<float> scale;
  std::vector<std::uint8_t> kept;  ///< per weight, 0 where pruned; empty: every weight has a code
  std::vector<float> weights;      ///< levels[code] * scale, or 0; exact in float
  BaselineBits storage;
  double relative_error = 0;  ///< ||W - stored||_F / ||W||_F
};

/// Quantises one layer to codes of 2 to 8 bits. Per filter, the scale of least squared error is
/// searched (clipping included) and weights are rounded to the nearest level. With `compensation`,
/// every weight's error is spread over the weights still to come (GPTQ), from that scale and from
/// others; the result with the least damped output error is kept for every filter, so that none is
/// worse than plain rounding. Filters run in parallel; the result does not depend on the number of
/// threads; permuting filters permutes it, and scaling weights by a power of two changes nothing
/// but scales. Throws std::invalid_argument for weights that are not finite or do not fit the
/// shape, and for bits out of range.
[[nodiscard]] QuantisedLayer quantise(std::span<const float> weights, const WeightShape& shape,
                                      LevelSet set, int bits,
                                      const Compensation* compensation = nullptr);

/// Over what magnitudes compete.
enum class PruneScope { layer, network };

/// Which weights magnitude pruning keeps (1) and drops (0): the largest floor(density * count +
/// 0.5) of each layer, or of all layers together; of equal magnitudes the earlier one. Throws
/// std::invalid_argument for a density outside 0 .. 1 or weights that are not finite.
[[nodiscard]] std::vector<std::vector<std::uint8_t>> magnitude_masks(
    std::span<const std::span<const float>> layers, double density, PruneScope scope);

/// The weights that `keep` keeps, in `bits` bits of LevelSet::uniform; one mask bit per weight, and
/// codes for what is not zero (a kept weight that rounds to zero is dropped as well). With
/// `compensation`, the errors of pruning and of rounding are spread over the weights still to come
/// (as SparseGPT does; Frantar and Alistarh, 2023), under the condition of quantise(). Throws as
/// quantise() does, and if `keep` has another length than `weights`.
[[nodiscard]] QuantisedLayer prune_and_quantise(std::span<const float> weights,
                                                const WeightShape& shape,
                                                std::span<const std::uint8_t> keep, int bits = 8,
                                                const Compensation* compensation = nullptr);

/// The layer as one string of bits, least significant bit first: mask, scales (16 bits each), codes
/// of the kept weights. `size` is what BaselineBits::weights() counts.
struct BitString {
  std::vector<std::uint8_t> bytes;
  std::int64_t size = 0;
};
[[nodiscard]] BitString pack_bits(const QuantisedLayer& layer);

/// The weights that a string holds; `layer` says shape, bits, levels and whether there is a mask.
/// Throws std::invalid_argument if the string is too short or a code has no level.
[[nodiscard]] std::vector<float> unpack_bits(const BitString& string, const QuantisedLayer& layer);

}  // namespace sd::decompose
