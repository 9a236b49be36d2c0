#include "paper/solve_three.hpp"

#include <algorithm>
#include <cmath>

namespace sd::decompose {

namespace {

/// Determinant over the product of the lengths: 1 for orthogonal vectors, 0 for dependent ones.
/// For Gram matrices that bounds the condition number (of the columns, scaled to unit length) by
/// 7 / 1e-4, and the closed form's error by 1e-11.
constexpr double least_volume = 1e-4;
/// Between squared lengths; 1e-9 in the lengths, above the usual rcond.
constexpr double least_length_ratio = 1e-18;

Matrix3 cofactors(const Matrix3& m) {
  Matrix3 c;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      const int i1 = (i + 1) % 3;
      const int i2 = (i + 2) % 3;
      const int j1 = (j + 1) % 3;
      const int j2 = (j + 2) % 3;
      c[i][j] = m[i1][j1] * m[i2][j2] - m[i1][j2] * m[i2][j1];
    }
  return c;
}

double determinant(const Matrix3& m, const Matrix3& c) {
  return m[0][0] * c[0][0] + m[0][1] * c[0][1] + m[0][2] * c[0][2];
}

/// Squared lengths: are those that are not zero near enough to each other?
bool comparable(const Three& squares) {
  double smallest = 0;
  double largest = 0;
  for (const double square : squares) {
    if (square == 0) continue;
    smallest = smallest == 0 ? square : std::min(smallest, square);
    largest = std::max(largest, square);
  }
  return smallest >= least_length_ratio * largest && std::isfinite(largest);
}

/// Inverse of a Gram matrix in which vectors that are zero are replaced by unit vectors.
bool invert_gram(Matrix3 gram, Matrix3& inverse) {
  if (!comparable({gram[0][0], gram[1][1], gram[2][2]})) return false;
  for (int j = 0; j < 3; ++j)
    if (gram[j][j] == 0) gram[j][j] = 1;
  const Matrix3 c = cofactors(gram);
  const double volume = determinant(gram, c);
  if (!(volume >= least_volume * (gram[0][0] * gram[1][1] * gram[2][2])) || !std::isnormal(volume))
    return false;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) inverse[i][j] = c[j][i] / volume;
  return true;
}

Matrix3 product(const Matrix3& a, const Matrix3& b) {
  Matrix3 c;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
  return c;
}

double dot(const Three& a, const Three& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

}  // namespace

bool solve_normal_equations(const NormalEquations& equations, Matrix3& basis) {
  Matrix3 inverse;
  if (!invert_gram(equations.gram, inverse)) return false;
  basis = product(inverse, equations.moment);
  return true;
}

bool invert_basis(const Matrix3& basis, Matrix3& inverse) {
  const Three squares{dot(basis[0], basis[0]), dot(basis[1], basis[1]), dot(basis[2], basis[2])};
  if (!comparable(squares)) return false;
  if (squares[0] != 0 && squares[1] != 0 && squares[2] != 0) {
    const Matrix3 c = cofactors(basis);
    const double volume = determinant(basis, c);
    const double box = std::sqrt(squares[0]) * std::sqrt(squares[1]) * std::sqrt(squares[2]);
    if (!(std::fabs(volume) >= least_volume * box) || !std::isnormal(volume)) return false;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) inverse[i][j] = c[j][i] / volume;
    return true;
  }
  Matrix3 gram;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) gram[i][j] = dot(basis[i], basis[j]);
  Matrix3 gram_inverse;
  if (!invert_gram(gram, gram_inverse)) return false;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      inverse[i][j] = squares[j] == 0
                          ? 0
                          : basis[0][i] * gram_inverse[0][j] + basis[1][i] * gram_inverse[1][j] +
                                basis[2][i] * gram_inverse[2][j];
  return true;
}

}  // namespace sd::decompose
