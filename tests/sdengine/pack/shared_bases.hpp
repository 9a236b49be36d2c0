// Decompositions made by hand: random codes, bases that filters share, a factor per filter.
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "random_network.hpp"

namespace sd::pack::testing {

struct CodeShape {
  int rank = 3, levels = 4, columns = 3, slice_rows = 16, filters_per_basis = 4;
  bool factors = true;  ///< of 0.25 to 4, one filter in five negative
};

inline decompose::Decomposition random_decomposition(const decompose::WeightShape& shape,
                                                     const CodeShape& code, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  decompose::Decomposition d;
  d.shape = shape;
  d.layout = decompose::layout_of(shape, code.columns, code.slice_rows, code.filters_per_basis);
  d.rank = code.rank;
  d.levels = code.levels;
  for (int row = 0; row < d.layout.filters * d.layout.rows; ++row) {
    const bool zero = uniform() < 0.3;
    for (int j = 0; j < code.rank; ++j) {
      const int magnitude = static_cast<int>(uniform() * (code.levels + 1));
      const int sign = uniform() < 0.5 ? -1 : 1;
      d.coefficients.push_back(static_cast<decompose::Coefficient>(zero ? 0 : sign * magnitude));
    }
  }
  d.basis.resize(static_cast<std::size_t>(d.layout.bases() * code.rank * d.layout.columns));
  for (float& b : d.basis) b = static_cast<float>(uniform() + uniform() + uniform() - 1.5);
  if (code.factors)
    for (int m = 0; m < d.layout.filters; ++m)
      d.filter_scale.push_back(
          static_cast<float>((m % 5 == 4 ? -1 : 1) * std::exp2(4 * uniform() - 2)));
  return d;
}

/// The operator's weights become exactly what the decomposition rebuilds.
inline void adopt(graph::Operator& op, const decompose::Decomposition& d) {
  op.weights = decompose::from_matrices(d.rebuild(), d.shape, d.layout);
}

/// A decomposition for every operator with weights, which adopts it; every `dense_every`th is left
/// dense (0: none).
inline std::vector<LayerChoice> share_all(graph::Network& network, const CodeShape& code,
                                          std::uint64_t seed, std::size_t dense_every = 0) {
  std::vector<LayerChoice> choices(network.operators.size());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (!network.operators[i].has_weights()) continue;
    if (dense_every > 0 && i % dense_every == 0) continue;
    choices[i].decomposition =
        random_decomposition(weight_shape(network, static_cast<int>(i)), code, seed + i);
    adopt(network.operators[i], *choices[i].decomposition);
  }
  return choices;
}

}  // namespace sd::pack::testing
