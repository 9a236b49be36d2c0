// Plane rotations and 2x2 singular values, in LAPACK's order of operations (dlartg, dlasv2, dlas2).
#pragma once

namespace sd::decompose {

/// [c s; -s c] [f; g] = [r; 0].
struct Rotation {
  double c = 1;
  double s = 0;
  double r = 0;
};
[[nodiscard]] Rotation rotation_for(double f, double g);

/// Singular values and vectors of [f g; 0 h].
struct TriangularSvd {
  double smallest = 0;  ///< with sign
  double largest = 0;   ///< with sign
  double sin_right = 0;
  double cos_right = 1;
  double sin_left = 0;
  double cos_left = 1;
};
[[nodiscard]] TriangularSvd triangular_svd(double f, double g, double h);

/// The smaller singular value of [f g; 0 h].
[[nodiscard]] double smallest_singular_value(double f, double g, double h);

}  // namespace sd::decompose
