#include "level_grid.hpp"

#include <algorithm>
#include <cstdlib>

namespace sd::decompose {

namespace {

std::vector<int> uniform_levels(int bits) {
  std::vector<int> levels;
  for (int level = -(1 << (bits - 1)); level < 1 << (bits - 1); ++level) levels.push_back(level);
  return levels;
}

/// The magnitudes in units of the smallest power. Of 2 n + h bits, n terms choose one of three
/// powers or none, one term (h = 1) its single power or none. The powers 2^-1, 2^-2, ... go to the
/// terms in turn, and the single power is the last of the second round, as in the authors' tables
/// for 3 and 5 bits; every power thus belongs to one term, and the sums are all different.
std::vector<int> additive_magnitudes(int bits) {
  const int terms = bits / 2;
  const bool single = bits % 2 == 1;
  std::vector<std::vector<int>> exponents(static_cast<std::size_t>(terms));
  std::vector<int> single_exponents;
  int exponent = 0;
  for (int round = 0; round < 3; ++round) {
    for (auto& term : exponents) term.push_back(++exponent);
    if (single && round == 1) single_exponents.push_back(++exponent);
  }
  if (single) exponents.push_back(single_exponents);
  std::vector<int> sums = {0};
  for (const auto& term : exponents) {
    const std::vector<int> before = sums;
    for (const int e : term)
      for (const int sum : before) sums.push_back(sum + (1 << (exponent - e)));
  }
  return sums;
}

std::vector<int> additive_levels(int bits) {
  std::vector<int> levels;
  for (const int magnitude : additive_magnitudes(bits - 1)) {
    levels.push_back(magnitude);
    if (magnitude != 0) levels.push_back(-magnitude);
  }
  std::sort(levels.begin(), levels.end());
  return levels;
}

}  // namespace

const char* to_string(LevelSet set) {
  return set == LevelSet::uniform ? "uniform" : "powers of two";
}

LevelGrid::LevelGrid(LevelSet set, int bits)
    : levels_(set == LevelSet::uniform ? uniform_levels(bits) : additive_levels(bits)) {
  std::size_t code = 0;
  for (int cell = 2 * levels_.front(); cell <= 2 * levels_.back(); ++cell) {
    while (code + 1 < levels_.size() && cell >= levels_[code] + levels_[code + 1]) ++code;
    nearest_.push_back(static_cast<std::uint8_t>(code));
  }
  zero_ = static_cast<std::uint8_t>(std::find(levels_.begin(), levels_.end(), 0) - levels_.begin());
}

int LevelGrid::largest_magnitude() const {
  return std::max(std::abs(levels_.front()), std::abs(levels_.back()));
}

}  // namespace sd::decompose
