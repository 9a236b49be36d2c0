// Second moment of a layer's inputs: what turns an error of weights into an error of outputs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sdengine/decompose/matrix_layout.hpp"

namespace sd::decompose {

/// The moments of one group of one layer. A sample x is one input patch: what one filter of the
/// group is multiplied with at one output position, in the weight's own order (c, r, s), index
/// (c * R + r) * S + s, padding as zeros; for a fully connected layer the input itself. Every
/// filter of a group sees the same patches; a layer with G groups has a vector of G moments, filter
/// m belonging to group m / (filters / G). A depthwise layer has one per channel.
///
/// An error d of a filter's weights changes its output by d'x; over the samples the mean square of
/// that is d' H d, H = matrix / samples, of which (d' mean)^2 is what a corrected bias takes away.
struct SecondMoment {
  int dimension = 0;           ///< C/groups * R * S
  std::vector<double> matrix;  ///< [dimension][dimension], symmetric: sum over samples of x x'
  std::vector<double> mean;    ///< [dimension]: sum over samples of x / samples
  std::int64_t samples = 0;
};

[[nodiscard]] SecondMoment empty_moment(int dimension);

/// Adds `patches`, [count][moment.dimension]. Every sum runs in the order of the patches, in
/// double, whatever the number of threads. Throws std::invalid_argument if the length does not fit
/// or a value is not finite.
void add_samples(SecondMoment& moment, std::span<const float> patches);

/// The moment about the mean, matrix - samples * mean mean', with mean 0: for a layer whose bias is
/// corrected afterwards.
[[nodiscard]] SecondMoment centred(const SecondMoment& moment);

/// The upper triangular U, [dimension][dimension], of
///   (matrix / samples + damping * mean(diagonal) * I)^-1 = U' U,
/// by which GPTQ (Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative
/// Pre-trained Transformers", 2022) spreads the error of input j over the inputs after it: with
/// e = (w_j - q_j) / U_jj, w_k -= e * U_jk for k > j; the damped error of the whole filter is then
/// the sum of all e^2. A dead input (zero on the diagonal) touches no other; it weighs damping *
/// mean(diagonal) like the rest of I, or 1 where that is zero. Parallel; the result does not depend
/// on the number of threads. Throws std::invalid_argument for a moment whose lengths disagree or
/// that has no samples, a damping that is negative or not finite, and where the damped matrix is
/// not positive definite in double (a larger damping helps).
[[nodiscard]] std::vector<double> inverse_factor(const SecondMoment& moment, double damping);

/// Throws std::invalid_argument unless there is one moment for each group of the layer (their
/// number divides the filters) and each has the lengths that `shape` asks for.
void require_fits(std::span<const SecondMoment> moments, const WeightShape& shape);

/// Mean square over samples and filters of the change of a layer's output, relative to that of the
/// output without bias: sqrt(sum_m d_m' H d_m / sum_m w_m' H w_m), d = weights - stored. 0 if the
/// output is zero. Both arrays are [filters][channels][R][S].
[[nodiscard]] double output_error(std::span<const float> weights, std::span<const float> stored,
                                  const WeightShape& shape, std::span<const SecondMoment> moments);

}  // namespace sd::decompose
