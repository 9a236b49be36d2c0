// Random coefficients and bases for a layer, and the weights that they stand for.
#pragma once

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

/// Factors for operator `index` of the network, whose weights become those that they give. The
/// products are summed as the export says, so that every executor should see the same bits.
inline FactoredWeights factorise(Network& network, int index, const FactorShape& shape,
                                 std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto real = [&] {
    return static_cast<float>(static_cast<double>(random() >> 11) * 0x1p-53) - 0.5F;
  };
  Operator& op = network.operators[static_cast<std::size_t>(index)];
  const bool conv = op.kind == OperatorKind::convolution;
  const int kernel_height = conv ? op.window.kernel_height : 1;
  const int kernel_width = conv ? op.window.kernel_width : 1;
  const int filters = op.output.channels;
  const int channels =
      static_cast<int>(op.weights.size()) / (filters * kernel_height * kernel_width);
  FactoredWeights f;
  f.operator_index = index;
  f.filters = filters;
  f.columns_are_kernel_columns = kernel_width > 1;
  f.columns = kernel_width > 1 ? kernel_width : shape.pointwise_columns;
  f.rows = kernel_width > 1 ? channels * kernel_height
                            : (channels + f.columns - 1) / f.columns * kernel_height;
  f.rank = shape.rank;
  f.slice_rows = shape.slice_rows;
  f.filters_per_basis = shape.filters_per_basis;
  const int slices = static_cast<int>((std::int64_t{f.rows} + f.slice_rows - 1) / f.slice_rows);
  const int groups = (filters + f.filters_per_basis - 1) / f.filters_per_basis;
  for (int i = 0; i < filters * f.rows * f.rank; ++i)
    f.ce.push_back(static_cast<float>(static_cast<int>(random() % 9) - 4) / 4.0F);
  for (int i = 0; i < groups * slices * f.rank * f.columns; ++i) f.basis.push_back(real());
  if (shape.scaled) {
    for (int m = 0; m < filters; ++m) f.filter_scale.push_back(0.5F + std::abs(real()));
  }
  const auto weight = [&](int m, int row, int column) {
    const int basis = m / f.filters_per_basis * slices + row / f.slice_rows;
    float sum = 0;
    for (int j = 0; j < f.rank; ++j) {
      const float product =
          f.ce[static_cast<std::size_t>((m * f.rows + row) * f.rank + j)] *
          f.basis[static_cast<std::size_t>((basis * f.rank + j) * f.columns + column)];
      sum = j == 0 ? product : sum + product;
    }
    return shape.scaled ? sum * f.filter_scale[static_cast<std::size_t>(m)] : sum;
  };
  std::size_t next = 0;
  for (int m = 0; m < filters; ++m) {
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
  return f;
}

}  // namespace sd::graph
