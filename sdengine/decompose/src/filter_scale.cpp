#include "filter_scale.hpp"

#include <cmath>
#include <cstddef>

namespace sd::decompose {

std::vector<float> root_mean_squares(const std::vector<float>& matrices,
                                     const MatrixLayout& layout) {
  const std::size_t size = static_cast<std::size_t>(layout.rows) * layout.columns;
  std::vector<float> scales;
  for (int m = 0; m < layout.filters; ++m) {
    double energy = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double w = matrices[static_cast<std::size_t>(m) * size + i];
      energy += w * w;
    }
    const double mean = std::sqrt(energy / static_cast<double>(size));
    scales.push_back(mean > 0 ? static_cast<float>(mean) : 1.0F);
  }
  return scales;
}

void refit_scales(Decomposition& layer, const std::vector<float>& matrices) {
  const std::vector<float> rebuilt = layer.rebuild();
  const std::size_t size = static_cast<std::size_t>(layer.layout.rows) * layer.layout.columns;
  for (std::size_t m = 0; m < layer.filter_scale.size(); ++m) {
    double cross = 0;
    double square = 0;
    for (std::size_t i = m * size; i < (m + 1) * size; ++i) {
      cross += static_cast<double>(matrices[i]) * rebuilt[i];
      square += static_cast<double>(rebuilt[i]) * rebuilt[i];
    }
    if (cross > 0)
      layer.filter_scale[m] = static_cast<float>(layer.filter_scale[m] * cross / square);
  }
}

}  // namespace sd::decompose
