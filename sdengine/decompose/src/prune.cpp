#include "prune.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>

namespace sd::decompose {

namespace {

struct Candidate {
  double energy = 0;
  int first_filter = 0;
  int row = 0;
  friend bool operator<(const Candidate& a, const Candidate& b) {
    return std::tie(a.energy, a.first_filter, a.row) < std::tie(b.energy, b.first_filter, b.row);
  }
};

}  // namespace

void prune_rows(std::vector<float>& matrices, const MatrixLayout& layout, int group,
                double energy_fraction) {
  const auto row_begin = [&](int filter, int row) {
    return matrices.begin() +
           (static_cast<std::ptrdiff_t>(filter) * layout.rows + row) * layout.columns;
  };
  std::vector<Candidate> candidates;
  double total = 0;
  for (int first = 0; first < layout.filters; first += group)
    for (int row = 0; row < layout.rows; ++row) {
      Candidate candidate{0, first, row};
      for (int m = first; m < std::min(first + group, layout.filters); ++m)
        std::for_each(row_begin(m, row), row_begin(m, row) + layout.columns,
                      [&](float w) { candidate.energy += static_cast<double>(w) * w; });
      total += candidate.energy;
      candidates.push_back(candidate);
    }
  std::sort(candidates.begin(), candidates.end());

  double zeroed = 0;
  for (const Candidate& candidate : candidates) {
    zeroed += candidate.energy;
    if (zeroed >= energy_fraction * total) return;
    for (int m = candidate.first_filter;
         m < std::min(candidate.first_filter + group, layout.filters); ++m)
      std::fill_n(row_begin(m, candidate.row), layout.columns, 0.0F);
  }
}

}  // namespace sd::decompose
