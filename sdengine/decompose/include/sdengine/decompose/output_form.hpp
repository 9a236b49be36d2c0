// The error of a layer's outputs as a quadratic form of the error of its weights.
#pragma once

#include <span>
#include <vector>

#include "sdengine/decompose/decompose.hpp"
#include "sdengine/decompose/second_moment.hpp"

namespace sd::decompose {

/// For the filters of one group, in matrix order (element row * columns + column of a filter's
/// matrix): an error d of the weights is an error d' H d of the output, the mean square over the
/// samples that H was taken from.
struct OutputForm {
  int dimension = 0;                   ///< rows * columns
  std::vector<double> matrix;          ///< H, [dimension][dimension], damped
  std::vector<double> inverse_factor;  ///< the upper triangular U of H^-1 = U' U
};

/// H = moment.matrix / samples + damping * mean(diagonal) * I, reordered; padding elements are dead
/// inputs. Throws std::invalid_argument as inverse_factor() does.
[[nodiscard]] OutputForm output_form(const SecondMoment& moment, const WeightShape& shape,
                                     const MatrixLayout& layout, double damping);

/// What `decompose_for_outputs` did, summed over the bases.
struct OutputFitReport {
  double objective = 0;  ///< sum over filters of d' H d + lambda * bits of the codes
  double error = 0;      ///< sum over filters of d' H d
  double bits = 0;       ///< of the codes, by the rate model
};

/// Decomposes one layer for the least error of its outputs,
///   sum_m (w_m - s_m Ce_m B)' H (w_m - s_m Ce_m B) + lambda * bits,
/// with one form for each group of the layer (filter m belongs to group m / (filters / groups)).
/// From each of three initial bases, and then hops / 4 times from a variation of the best: a pass
/// over the rows in which the inverse factor spreads the error of each row over the rows still to
/// come (Frantar et al., "GPTQ", 2022, with rows for columns), then descent, which never raises the
/// objective: the best code of each row with all others held, and the closed-form refit of all
/// bases of a filter together. `weights` is [filters][channels][R][S]. Uses rank, levels,
/// pointwise_columns, slice_rows, filters_per_basis, starts, lambda, rate, max_iterations and
/// tolerance of `settings`. Parallel over filters; the result does not depend on the number of
/// threads. Throws std::invalid_argument as decompose() does, for forms that do not fit, and for
/// books that are too large to be searched whole.
[[nodiscard]] Decomposition decompose_for_outputs(std::span<const float> weights,
                                                  const WeightShape& shape,
                                                  const Settings& settings,
                                                  std::span<const OutputForm> forms,
                                                  OutputFitReport* report = nullptr);

/// Refits all bases of `layer`, its codes held, for the least error of outputs. Throws
/// std::invalid_argument for forms that do not fit.
void refit_bases_for_outputs(Decomposition& layer, std::span<const float> weights,
                             std::span<const OutputForm> forms);

}  // namespace sd::decompose
