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

/// One filter of a group that shares a basis.
struct GroupFilter {
  FilterTarget target;
  std::span<const decompose::Coefficient> codes;  ///< [rows][rank]
  double factor = 1;                              ///< above 0: the target is factor * Ce * B
};

struct SharedBasis {
  std::vector<std::int8_t> basis;  ///< [slices][rank][columns]
  std::vector<int> rebuild_shift;  ///< [filters]
  std::vector<double> scale;       ///< [filters], 0 if all integer weights of the filter are 0
  double error = 0;                ///< as ScaleFit defines it, of all filters together
};

/// The integer basis that the filters of a group share, and a shift and a scale for each filter, of
/// least error (ScaleFit, added up over the filters: since a filter's error is that of its real
/// weights, it counts with the square of its factor) for given codes: a grid of basis scales for
/// every shift, filters of finer weights with smaller shifts; then integer basis entries moved by
/// one as long as that helps, and the shifts of single filters. `basis` is [slices][rank][columns];
/// `filters` has at least one, all of one shape.
[[nodiscard]] SharedBasis quantise_basis(std::span<const GroupFilter> filters,
                                         std::span<const float> basis, int rank, int levels,
                                         int slice_rows);

}  // namespace sd::pack
