// The published procedure (SmartExchange, Zhao et al., ISCA 2020; SmartDeal, arXiv:2101.01163), as
// its authors' public code does it: docs/decompose.md says where that code's defects are absent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sdengine/decompose/decomposition.hpp"
#include "sdengine/decompose/reference_account.hpp"
#include "sdengine/decompose/structural_prune.hpp"

namespace sd::decompose {

/// The public code's parameters, by its names (there with the prefix decompose_).
struct PaperSettings {
  int iternum = 30;          ///< at most iternum - 1 passes; 1 projects the weights and refits B
  double threshold = 0.004;  ///< on |Ce|, absolute; below it an element becomes zero
  double decay = 0.5;        ///< of the threshold, at a restart (`scale`)
  /// Scale each column of Ce for the projection, so that its logarithms are centred. A column that
  /// loses all its elements restarts the descent with threshold * decay.
  bool scale = false;
  double tol = 1e-10;    ///< stop when Ce changes by at most this (Frobenius)
  double rcond = 1e-10;  ///< singular values below rcond * largest count as zero
  /// A row of Ce whose magnitudes add up to less than 5 * threshold becomes zero. Kernels wider
  /// than 1 only.
  bool threshold_row = false;
  double max_c = 32;  ///< largest magnitude in Ce, a power of two
  /// B and Ce are rounded to float32 after every solve, as the public code does with float32
  /// weights; not with `scale`, which makes everything double there.
  bool single_precision = true;

  int pointwise_columns = 3;  ///< n of 1x1 and fully connected layers
  int group_size = 64;        ///< slices have at most group_size * n rows
  int levels = 15;            ///< exponents per column of Ce that are kept (15: the packed form)
  StructuralPruning pruning;
};

/// What happened pass by pass, after the last restart.
struct PaperHistory {
  std::vector<double> error;           ///< ||A - Ce B||_F, Ce projected and B refitted
  std::vector<std::int64_t> nonzeros;  ///< of the projected Ce
};

struct PaperFit {
  std::vector<double> coefficients;  ///< Ce [rows][columns]: 0 or a signed power of two
  std::vector<double> basis;         ///< B [columns][columns]
  double error = 0;                  ///< ||A - Ce B||_F
  int passes = 0;                    ///< refits of B and Ce, after the last restart
  int restarts = 0;
  bool converged = false;
  double threshold = 0;  ///< the one in force at the end
  PaperHistory history;
};

/// Decomposes one matrix A ([rows][columns], row major). Throws std::invalid_argument for settings
/// out of range (naming the field), for elements that are not finite and for a size that is not a
/// whole number of rows.
[[nodiscard]] PaperFit fit_matrix_paper(std::span<const double> matrix, int columns,
                                        const PaperSettings& settings);

struct PaperDecomposition {
  /// Ce = coefficients * 2^top_power, per basis and column; the power is in the basis here.
  Decomposition layer;
  /// [layer.layout.bases()][rank]: the largest power in that column of Ce; 0 if it is empty.
  std::vector<std::int16_t> top_power;
  LayerCounts counts;  ///< of Ce before any coefficient was dropped, magnitudes by their power
  /// Non-zero coefficients more than `levels` - 1 powers below the largest of their column. They
  /// are zero in `layer`, whose bases are fitted to what is left.
  std::int64_t dropped = 0;
};

/// Decomposes one layer. `weights` is [filters][channels][R][S]. Slices run in parallel; the result
/// does not depend on the number of threads or on the machine's vector instructions. Throws
/// std::invalid_argument as fit_matrix_paper() does.
[[nodiscard]] PaperDecomposition decompose_paper(std::span<const float> weights,
                                                 const WeightShape& shape,
                                                 const PaperSettings& settings);

/// Rows of a slice: the fewest slices of at most group_size * columns rows, as equal as can be.
[[nodiscard]] int paper_slice_rows(int rows, int columns, int group_size = 64);

}  // namespace sd::decompose
