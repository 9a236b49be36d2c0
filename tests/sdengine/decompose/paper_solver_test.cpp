// The inner parts of the paper's procedure: its solver, its vector passes, its two slices.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <cstring>
#include <random>

#include "paper/column_scale.hpp"
#include "paper/descent.hpp"
#include "paper/least_squares.hpp"
#include "paper/vector_pass.hpp"
#include "random_weights.hpp"

namespace sd::decompose {
namespace {

/// Elements are normal, powers of two, or mostly zero powers of two: what the procedure solves for.
ColumnMajor random_system(int rows, int columns, int kind, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  ColumnMajor matrix(rows, columns);
  for (double& x : matrix.values) {
    x = normal(random);
    if (kind > 0) x = std::copysign(std::exp2(std::round(std::log2(std::fabs(x))) - 3), x);
    if (kind > 1 && random() % 4 != 0) x = 0;
  }
  return matrix;
}

TEST(PaperSolver, LeastSquaresIsTheSolutionOfLeastNorm) {
  std::mt19937_64 random(1);
  for (const int n : {1, 2, 3, 5, 7})
    for (const int kind : {0, 1, 2})
      for (int k = 0; k < 40; ++k) {
        const int rows = n + static_cast<int>(random() % 20);
        const ColumnMajor matrix = random_system(rows, n, kind, random);
        const ColumnMajor right = random_system(rows, 4, 0, random);
        const ColumnMajor solution = least_squares(matrix, right, 1e-10);
        const Eigen::Map<const Eigen::MatrixXd> a(matrix.values.data(), rows, n);
        const Eigen::Map<const Eigen::MatrixXd> b(right.values.data(), rows, 4);
        Eigen::JacobiSVD<Eigen::MatrixXd> svd(Eigen::MatrixXd(a),
                                              Eigen::ComputeThinU | Eigen::ComputeThinV);
        svd.setThreshold(1e-10);
        const Eigen::MatrixXd expected = svd.solve(Eigen::MatrixXd(b));
        const Eigen::Map<const Eigen::MatrixXd> actual(solution.values.data(), n, 4);
        EXPECT_LE((actual - expected).norm(), 1e-9 * (1 + expected.norm()))
            << rows << " x " << n << ", kind " << kind;
      }
}

// Values that LAPACK 3.11's dgelsd with the reference BLAS gave for these systems: all bits.
TEST(PaperSolver, RoundsAsLapackDoes) {
  const auto solve = [](int rows, int columns, std::vector<double> left,
                        std::vector<double> right) {
    ColumnMajor matrix(rows, columns);
    matrix.values = std::move(left);
    ColumnMajor side(rows, 1);
    side.values = std::move(right);
    return least_squares(std::move(matrix), std::move(side), 1e-10).values;
  };
  EXPECT_EQ(solve(3, 3, {0.9, -0.1, 0.3, 0.2, 1.1, -0.4, 0.05, 0.3, 0.8}, {0.1, 0.2, 0.3}),
            (std::vector<double>{0x1.23c6a5a7be4a6p-4, 0x1.505268f61dcap-4, 0x1.8eafad9709e1ep-2}));
  EXPECT_EQ(
      solve(6, 3,
            {0.5, 0.25, 0, -0.125, 0.5, 0.25, 0.25, -0.5, 0.5, 0, 0.125, 0.25, 0, 0.125, 0.25, 0.5,
             -0.25, 0.125},
            {0.1, 0.2, -0.3, 0.4, 0.7, 0.05}),
      (std::vector<double>{0x1.86f79b727cba2p-1, -0x1.78e570b449caap-2, 0x1.f6a2aadc02ecep-3}));
  EXPECT_EQ(
      solve(4, 3, {0.25, 0, 0, 0.5, 0.125, 0, 0, 0.25, 0.5, 0, 0, 1}, {0.3, 0.1, 0.7, 0.9}),
      (std::vector<double>{0x1.47ae147ae147bp-2, 0x1.47ae147ae147cp-3, 0x1.47ae147ae147cp-1}));
  EXPECT_EQ(solve(4, 2, {0.25, 0.5, 0, 0.5, 0.125, 0, 0.25, 0.5}, {0.3, 0.1, 0.7, 0.9}),
            (std::vector<double>{0x1.6c16c16c16c2ap-6, 0x1p+1}));
  EXPECT_EQ(solve(5, 5, {0.9,  0.1, 0.2, 0.3, 0.4, -0.3, 0.8, 0.1, 0.2,  0.05, 0.1, 0.2, 0.7,
                         -0.6, 0.1, 0.4, 0.3, 0.2, 1.1,  0.3, 0.2, -0.2, 0.4,  0.1, 0.6},
                  {1, 2, 3, 4, 5}),
            (std::vector<double>{0x1.fd1dc80460131p-4, 0x1.ee8842f43ff89p+1, -0x1.d6ffb7e00c32ep-1,
                                 0x1.be23c39bd581fp+0, 0x1.cd7833d6f73bdp+2}));
}

TEST(PaperSolver, ColumnScaleCentresLogarithms) {
  const auto values = testing::random_values(500, 3);
  std::vector<double> column(values.begin(), values.end());
  column.resize(504);
  double sum = 0;
  for (const float v : values) {
    const double logarithm = std::log2(std::fabs(static_cast<double>(v)));
    sum += std::round(logarithm) - logarithm;
  }
  for (const VectorPasses* passes : all_vector_passes()) {
    const MantissaProduct product = passes->mantissa_product(column.data(), 504);
    EXPECT_EQ(product.count, 500);
    EXPECT_NEAR(column_scale(product.product, product.exponent, product.count),
                std::exp2(sum / 500), 1e-14);
  }
  EXPECT_EQ(column_scale(1, 0, 0), 1);
}

template <typename Value>
bool same_bits(const Value& a, const Value& b) {
  return std::memcmp(&a, &b, sizeof(Value)) == 0;
}

TEST(PaperSolver, AllVectorSetsGiveTheSameBits) {
  const auto sets = all_vector_passes();
  if (sets.size() == 1) GTEST_SKIP() << "this machine has the baseline's vectors only";
  const std::ptrdiff_t stride = 104;
  const auto values = testing::random_values(3 * 104, 5, 0.4F);
  const std::vector<double> matrix(values.begin(), values.end());
  const ConstColumns3 a{matrix.data(), stride};
  const Matrix3 inverse{Three{0.9, 0.1, -0.2}, Three{0.05, 1.1, 0.3}, Three{-0.1, 0.2, 0.8}};
  const auto run = [&](const VectorPasses& passes, bool single, double row) {
    std::vector<double> held(matrix.size());
    std::vector<double> codes(matrix.size());
    std::vector<double> plain(matrix.size());
    std::vector<std::int16_t> exponents(static_cast<std::size_t>(stride));
    const Columns3 c{codes.data(), stride};
    const PassThresholds thresholds{0.02, row, single};
    std::vector<double> out;
    const auto keep = [&](const PassSums& sums) {
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
          out.push_back(sums.equations.gram[i][j]);
          out.push_back(sums.equations.moment[i][j]);
        }
      out.push_back(sums.squared_change);
      out.insert(out.end(), codes.begin(), codes.end());
    };
    keep(passes.solve_and_project(a, inverse, thresholds, 32, {held.data(), stride}, c));
    out.push_back(passes.squared_residual(a, c, inverse));
    passes.exponents(codes.data(), stride, exponents.data());
    out.insert(out.end(), exponents.begin(), exponents.end());
    (void)passes.solve_coefficients(a, inverse, thresholds, {plain.data(), stride});
    out.insert(out.end(), plain.begin(), plain.end());
    keep(passes.project_coefficients(a, {plain.data(), stride}, {1.1, 0.9, 1.0}, 0.25,
                                     {held.data(), stride}, c));
    const NormalEquations equations = passes.normal_equations(a, c);
    for (int i = 0; i < 3; ++i) out.push_back(equations.moment[i][i]);
    const MantissaProduct product = passes.mantissa_product(plain.data(), stride);
    out.push_back(product.product);
    out.push_back(static_cast<double>(product.exponent));
    out.push_back(static_cast<double>(product.count));
    return out;
  };
  for (const bool single : {false, true})
    for (const double row : {0.0, 0.15}) {
      const auto first = run(*sets[0], single, row);
      for (const VectorPasses* other : sets) {
        const auto second = run(*other, single, row);
        ASSERT_EQ(first.size(), second.size());
        EXPECT_EQ(std::memcmp(first.data(), second.data(), first.size() * sizeof(double)), 0);
      }
    }
}

TEST(PaperSolver, RulesOfSinglePrecisionAreRounded) {
  PaperSettings settings;
  settings.threshold_row = true;
  const PassRules rules = pass_rules(settings, 0.004, true);
  EXPECT_EQ(rules.threshold, static_cast<double>(0.004F));
  EXPECT_EQ(rules.row_threshold, static_cast<double>(0.02F));
  settings.scale = true;
  EXPECT_EQ(pass_rules(settings, 0.004, true).threshold, 0.004);
  EXPECT_EQ(pass_rules(settings, 0.004, false).row_threshold, 0);
}

// The closed forms and vector passes against the procedure as it is written down, also where a
// slice has few elements left and the last bits decide.
TEST(PaperSolver, FastAndPlainSlicesEndAtTheSameCodes) {
  int slices = 0;
  int different = 0;
  for (const double threshold : {0.004, 0.02, 0.05, 0.1, 0.2})
    for (const bool scale : {false, true})
      for (const bool rows : {false, true})
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
          PaperSettings settings;
          settings.threshold = threshold;
          settings.scale = scale;
          settings.threshold_row = rows;
          const auto values = testing::random_values(3 * (3 + 2 * seed), seed, 0.3F);
          const auto fast = make_paper_slice(3);
          const auto plain = make_plain_paper_slice(3);
          fast->load(std::span<const float>(values));
          plain->load(std::span<const float>(values));
          const Descent a = descend(*fast, settings, true);
          const Descent b = descend(*plain, settings, true);
          bool same = a.restarts == b.restarts;
          for (int j = 0; j < 3; ++j)
            same =
                same && std::equal(fast->codes(j), fast->codes(j) + fast->rows(), plain->codes(j));
          ++slices;
          different += !same;
        }
  EXPECT_LE(different, slices / 1000) << "of " << slices;
}

}  // namespace
}  // namespace sd::decompose
