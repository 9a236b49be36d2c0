// Least squares of least norm, rounded as LAPACK rounds.
//
// The procedure compares solutions of least squares with thresholds. A slice with few elements left
// is often fitted exactly, its solution is then a power of two up to rounding, and so is, at the
// usual settings, five times the threshold: the last bit of the solver decides whether a row stays.
// Likewise a basis of rank 2 that was rounded to float32 has a third singular value that is nothing
// but rounding, and the coefficients are divided by it. To end where the public code ends, such
// slices need its solver's operations in its solver's order: NumPy's lstsq is LAPACK's dgelsd.
#pragma once

#include "paper/bidiagonal_svd.hpp"

namespace sd::decompose {

/// X [n][k] of least norm among those that minimise ||matrix X - right||_F, for matrix [m][n],
/// m >= n, and right [m][k]; singular values up to rcond * largest count as zero. The operations of
/// LAPACK 3.11's dgelsd with the reference BLAS, for n up to 25 (beyond, it changes its algorithm).
[[nodiscard]] ColumnMajor least_squares(ColumnMajor matrix, ColumnMajor right, double rcond);

}  // namespace sd::decompose
