// Closed forms for three columns, with the conditions under which they are as good as the solver of
// least_squares.hpp.
#pragma once

#include <array>

namespace sd::decompose {

using Three = std::array<double, 3>;
using Matrix3 = std::array<Three, 3>;

/// Ce' Ce and Ce' A.
struct NormalEquations {
  Matrix3 gram{};
  Matrix3 moment{};
};

/// B = (Ce' Ce)^+ Ce' A; a column of Ce that is zero gets a row of zeros, as in the solution of
/// least norm. False, and `basis` untouched, where the other columns are too near to dependence, or
/// too different in size for `rcond` to be out of play.
[[nodiscard]] bool solve_normal_equations(const NormalEquations& equations, Matrix3& basis);

/// B^+ by cofactors; rows that are zero are left out of it. False as above.
[[nodiscard]] bool invert_basis(const Matrix3& basis, Matrix3& inverse);

}  // namespace sd::decompose
