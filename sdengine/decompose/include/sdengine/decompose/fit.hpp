// One matrix X ~ Ce * B: the step that decompose() repeats for every slice of every filter.
#pragma once

#include <span>
#include <vector>

#include "sdengine/decompose/decompose.hpp"

namespace sd::decompose {

struct Fit {
  std::vector<Coefficient> coefficients;  ///< [rows][rank]
  std::vector<float> basis;               ///< [rank][columns]
  double objective = 0;                   ///< ||X - Ce B||_F^2 with exactly this basis
  /// Objective before the first alternation (no coefficients) and after each one, for the
  /// initialisation that won. It never rises.
  std::vector<double> trace;
};

/// Fits `matrix` ([rows][columns], row major). Alternates, from three initial bases and then from
/// `hops` variations of the best,
///   (a) the best code of every row for the basis at hand, and
///   (b) the least-squares basis for the codes at hand, B = (Ce' Ce)^+ Ce' X,
/// and keeps the best iterate. Step (a) tries every code of the book, all (2*levels+1)^rank of
/// them, up to a book of 65,536 codes ((rank, levels) = (4, 7), (5, 4), (3, 15)). A larger book is
/// searched by coordinate descent over overlapping blocks of coefficients, each block exhaustively:
/// a good code, not always the best one. A row of zeros keeps zero coefficients. Scaling the matrix
/// by a power of two changes nothing but the basis. Uses rank, levels, max_iterations, tolerance,
/// hops and seed of `settings`; throws std::invalid_argument as decompose() does.
[[nodiscard]] Fit fit_matrix(std::span<const float> matrix, int columns, const Settings& settings);

}  // namespace sd::decompose
