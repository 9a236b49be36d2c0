#include "initial_basis.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace sd::decompose {

namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

Matrix as_matrix(const RowBatch& rows) {
  Matrix result(rows.rows, rows.columns);
  for (int i = 0; i < rows.rows; ++i)
    for (int s = 0; s < rows.columns; ++s) result(i, s) = rows.at(i, s);
  return result;
}

std::vector<float> as_basis(const Matrix& basis) {
  std::vector<float> result;
  for (Eigen::Index j = 0; j < basis.rows(); ++j)
    for (Eigen::Index s = 0; s < basis.cols(); ++s)
      result.push_back(static_cast<float>(basis(j, s)));
  return result;
}

/// One basis row along each direction, as long as the rows reach along it. Beyond one row per
/// direction, the further ones lie at 0.6 of the length (between two powers of two) on the sum and
/// the difference of neighbouring directions.
Matrix along(const Matrix& directions, const Matrix& rows, int rank) {
  const Eigen::Index count = directions.cols();
  Vector reach = (rows * directions).cwiseAbs().colwise().maxCoeff();
  Matrix basis(rank, rows.cols());
  for (Eigen::Index j = 0; j < rank; ++j) {
    const Eigen::Index a = j % count;
    const Eigen::Index b = (j + 1) % count;
    const Eigen::Index lap = j / count;
    if (lap == 0) {
      basis.row(j) = reach(a) * directions.col(a).transpose();
    } else {
      const double sign = lap % 2 == 1 ? 1.0 : -1.0;
      const Vector mixed =
          a == b ? Vector(reach(a) * directions.col(a))
                 : Vector(reach(a) * directions.col(a) + sign * reach(b) * directions.col(b));
      basis.row(j) = 0.6 * mixed.transpose();
    }
  }
  return basis;
}

Matrix principal_axes(const Matrix& rows) {
  const Matrix covariance = rows.transpose() * rows;
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
  return solver.eigenvectors().rowwise().reverse();  // largest first
}

/// Each basis row is the row that the basis so far reaches worst with a single coefficient. With no
/// more different rows than `rank` this reaches every row exactly.
Matrix farthest_rows(const Matrix& rows, int rank, int levels) {
  Vector error = rows.rowwise().squaredNorm();
  Matrix basis = Matrix::Zero(rank, rows.cols());
  for (Eigen::Index j = 0; j < rank; ++j) {
    Eigen::Index worst = 0;
    if (error.maxCoeff(&worst) <= 0) break;
    basis.row(j) = rows.row(worst);
    for (Eigen::Index i = 0; i < rows.rows(); ++i)
      for (int e = 0; e < levels; ++e)
        for (const double sign : {1.0, -1.0})
          error(i) =
              std::min(error(i), (rows.row(i) - std::ldexp(sign, -e) * basis.row(j)).squaredNorm());
  }
  return basis;
}

}  // namespace

std::vector<std::vector<float>> initial_bases(const RowBatch& rows, int rank, int levels) {
  const Matrix matrix = as_matrix(rows);
  return {as_basis(along(Matrix::Identity(rows.columns, rows.columns), matrix, rank)),
          as_basis(along(principal_axes(matrix), matrix, rank)),
          as_basis(farthest_rows(matrix, rank, levels))};
}

}  // namespace sd::decompose
