// Random coefficients and bases for a layer, and the weights that they stand for.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sdengine/graph/network.hpp"
#include "sdengine/graph/onnx_export.hpp"

namespace sd::graph {

struct FactorShape {
  int rank = 2;
  int slice_rows = 1 << 20;
  int filters_per_basis = 1;
  int pointwise_columns = 3;
  bool scaled = true;
};

/// Sets operator's weights to what the factors stand for. Products are summed as the export says,
/// so that every executor should see the same bits.
inline void rebuild_weights(Operator& op, const FactoredWeights& f) {
  const bool conv = op.kind == OperatorKind::convolution;
  const int kernel_height = conv ? op.window.kernel_height : 1;
  const int kernel_width = conv ? op.window.kernel_width : 1;
  const int channels =
      static_cast<int>(op.weights.size()) / (f.filters * kernel_height * kernel_width);
  const int slices = static_cast<int>((std::int64_t{f.rows} + f.slice_rows - 1) / f.slice_rows);
  const auto weight = [&](int m, int row, int column) {
    const int basis = m / f.filters_per_basis * slices + row / f.slice_rows;
    const float scale = f.filter_scale.empty() ? 1.0F : f.filter_scale[static_cast<std::size_t>(m)];
    float sum = 0;
    for (int j = 0; j < f.rank; ++j) {
      const float value = scale * f.ce[static_cast<std::size_t>((m * f.rows + row) * f.rank + j)];
      sum += value * f.basis[static_cast<std::size_t>((basis * f.rank + j) * f.columns + column)];
    }
    return sum;
  };
  std::size_t next = 0;
  for (int m = 0; m < f.filters; ++m) {
    for (int c = 0; c < channels; ++c) {
      for (int r = 0; r < kernel_height; ++r) {
        for (int s = 0; s < kernel_width; ++s, ++next) {
          op.weights[next] = kernel_width > 1
                                 ? weight(m, c * kernel_height + r, s)
                                 : weight(m, c / f.columns * kernel_height + r, c % f.columns);
        }
      }
    }
  }
}

/// Everything but the numbers.
inline FactoredWeights empty_factors(const Network& network, int index, const FactorShape& shape) {
  const Operator& op = network.operators[static_cast<std::size_t>(index)];
  const bool conv = op.kind == OperatorKind::convolution;
  const int kernel_height = conv ? op.window.kernel_height : 1;
  const int kernel_width = conv ? op.window.kernel_width : 1;
  FactoredWeights f;
  f.operator_index = index;
  f.filters = op.output.channels;
  const int channels =
      static_cast<int>(op.weights.size()) / (f.filters * kernel_height * kernel_width);
  f.columns_are_kernel_columns = kernel_width > 1;
  f.columns = kernel_width > 1 ? kernel_width : shape.pointwise_columns;
  f.rows = kernel_width > 1 ? channels * kernel_height
                            : (channels + f.columns - 1) / f.columns * kernel_height;
  f.rank = shape.rank;
  f.slice_rows = shape.slice_rows;
  f.filters_per_basis = shape.filters_per_basis;
  return f;
}

/// Number of bases of the factors.
inline int bases(const FactoredWeights& f) {
  const int slices = static_cast<int>((std::int64_t{f.rows} + f.slice_rows - 1) / f.slice_rows);
  return (f.filters + f.filters_per_basis - 1) / f.filters_per_basis * slices;
}

/// Random factors for operator `index` of the network, whose weights become those that they give.
inline FactoredWeights factorise(Network& network, int index, const FactorShape& shape,
                                 std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto real = [&] {
    return static_cast<float>(static_cast<double>(random() >> 11) * 0x1p-53) - 0.5F;
  };
  FactoredWeights f = empty_factors(network, index, shape);
  for (int i = 0; i < f.filters * f.rows * f.rank; ++i)
    f.ce.push_back(static_cast<float>(static_cast<int>(random() % 9) - 4) / 4.0F);
  for (int i = 0; i < bases(f) * f.rank * f.columns; ++i) f.basis.push_back(real());
  if (shape.scaled) {
    for (int m = 0; m < f.filters; ++m) f.filter_scale.push_back(0.5F + std::abs(real()));
  }
  rebuild_weights(network.operators[static_cast<std::size_t>(index)], f);
  return f;
}

/// Factors that give the operator's own weights, up to rounding: row j of every basis is 1 in
/// column j and 1/2 in the next. The weights become exactly what the factors give.
inline FactoredWeights split(Network& network, int index, int slice_rows, int filters_per_basis) {
  Operator& op = network.operators[static_cast<std::size_t>(index)];
  FactorShape shape;
  shape.slice_rows = slice_rows;
  shape.filters_per_basis = filters_per_basis;
  FactoredWeights f = empty_factors(network, index, shape);
  f.rank = f.columns;
  const int kernel_height = op.kind == OperatorKind::convolution ? op.window.kernel_height : 1;
  const int per_filter = static_cast<int>(op.weights.size()) / f.filters;
  for (int m = 0; m < f.filters; ++m) f.filter_scale.push_back(m % 2 == 0 ? 2.0F : 0.25F);
  for (int m = 0; m < f.filters; ++m) {
    for (int row = 0; row < f.rows; ++row) {
      float before = 0;
      for (int j = 0; j < f.columns; ++j) {
        const int at =
            f.columns_are_kernel_columns
                ? row * f.columns + j
                : (row / kernel_height * f.columns + j) * kernel_height + row % kernel_height;
        const float weight =
            at < per_filter ? op.weights[static_cast<std::size_t>(m * per_filter + at)] : 0.0F;
        before = weight - 0.5F * before;
        f.ce.push_back(before / f.filter_scale[static_cast<std::size_t>(m)]);
      }
    }
  }
  for (int b = 0; b < bases(f); ++b) {
    for (int j = 0; j < f.rank; ++j) {
      for (int s = 0; s < f.columns; ++s)
        f.basis.push_back(s == j ? 1.0F : s == j + 1 ? 0.5F : 0.0F);
    }
  }
  rebuild_weights(op, f);
  return f;
}

}  // namespace sd::graph
