// W -> Ce, B by alternating the exact best code of every row with the closed-form refit of the
// basis.
#pragma once

#include <functional>
#include <span>

#include "sdengine/decompose/decomposition.hpp"
#include "sdengine/decompose/rate.hpp"

namespace sd::decompose {

struct Settings {
  int rank = 4;
  int levels = 3;
  int pointwise_columns = 3;  ///< n for 1x1 and fully connected layers
  int slice_rows = 192;
  int starts = 3;           ///< initial bases that are tried, 1 to 3
  int max_iterations = 16;  ///< alternations per initialisation
  int hops =
      16;  ///< further descents, each from the best basis so far with one row moved at random
  double tolerance = 2e-3;  ///< stop when the objective falls by less than this fraction
  /// Rows are zeroed jointly over groups of this many filters (rows that a lock-step array can then
  /// skip) ...
  int prune_group = 32;
  /// ... smallest energy first, as long as the zeroed energy stays below this fraction of the
  /// layer's energy.
  double prune_energy = 0.0;
  /// The objective is ||X - Ce B||_F^2 + lambda * bits of the codes, so that zeros are chosen where
  /// they pay; lambda is in squared weights per bit. Above 0 it needs a book that is searched whole
  /// (see fit.hpp).
  double lambda = 0.0;
  RateModel rate = RateModel::reference;
  /// Slices of this many consecutive filters share a basis, each filter with a scale of its own.
  int filters_per_basis = 1;
  std::uint64_t seed = 1;
};

/// Decomposes one layer. `weights` is [filters][channels][R][S]. Filters run in parallel; the
/// result does not depend on the number of threads. Throws std::invalid_argument for non-finite
/// weights or settings out of range (naming the field).
[[nodiscard]] Decomposition decompose(std::span<const float> weights, const WeightShape& shape,
                                      const Settings& settings);

}  // namespace sd::decompose
