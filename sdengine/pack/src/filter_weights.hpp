// The integer weights of one filter: dense, or by basis and codes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scale_fit.hpp"
#include "sdengine/decompose/decomposition.hpp"

namespace sd::pack {

/// What a filter's integer weights are to approximate, in matrix form.
struct FilterTarget {
  std::span<const float> weights;         ///< [rows][columns]
  std::span<const std::uint8_t> present;  ///< [rows][columns]: 0 where the matrix is only padded
  int rows = 0, columns = 0;
  double smallest_scale =
      0;  ///< the weight scale must not be below this (so that the bias fits 32 bits)
  double lean_weight = 0;  ///< of ScaleFit

  [[nodiscard]] TargetSums sums() const;
  [[nodiscard]] float largest() const;
};

struct DenseFilter {
  std::vector<std::int8_t> weights;  ///< [rows][columns]
  double scale = 0;                  ///< 0 if all integer weights are 0
  double error = 0;                  ///< as ScaleFit defines it
};

/// The scale of least error (ScaleFit) over a grid of clipping points.
[[nodiscard]] DenseFilter quantise_dense(const FilterTarget& target);

struct BasisFilter {
  std::vector<std::int8_t> basis;  ///< [slices][rank][columns]
  int rebuild_shift = 0;
  double scale = 0;  ///< 0 if all integer weights are 0
  double error = 0;  ///< as ScaleFit defines it
};

/// Basis, shift and scale of least error (ScaleFit) for given codes: a grid of basis scales for
/// every shift, then integer basis entries moved by one as long as that helps. `codes` is
/// [rows][rank], `basis` is [slices][rank][columns].
[[nodiscard]] BasisFilter quantise_basis(const FilterTarget& target,
                                         std::span<const decompose::Coefficient> codes,
                                         std::span<const float> basis, int rank, int levels,
                                         int slice_rows);

}  // namespace sd::pack
