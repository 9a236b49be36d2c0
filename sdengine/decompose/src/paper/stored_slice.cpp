#include "paper/stored_slice.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <vector>

#include "paper/float_rounding.hpp"

namespace sd::decompose {

namespace {

/// Biased exponent field of a power of two, 0 for zero (and for what is far below a float).
int power_field(double code) {
  return static_cast<int>((std::bit_cast<std::uint64_t>(code) >> 52) & 0x7ff);
}
constexpr int bias = 1023;

int top_field(const double* codes, int rows) {
  int top = 0;
  for (int i = 0; i < rows; ++i) top = std::max(top, power_field(codes[i]));
  return top;
}

/// Adds the powers of one column to `counts`; returns how many of them would be dropped.
std::int64_t count_powers(const double* codes, int rows, int top, int levels, SliceCounts& counts) {
  constexpr int near_powers = 128;
  std::array<std::int32_t, near_powers + 1> found{};  // by distance from the top
  std::int64_t dropped = 0;
  for (int i = 0; i < rows; ++i) {
    const int field = power_field(codes[i]);
    if (field == 0) continue;
    if (top - field < near_powers)
      ++found[static_cast<std::size_t>(top - field)];
    else
      counts.add(field - bias, 1);
    dropped += top - field >= levels;
  }
  for (int below = 0; below < near_powers; ++below)
    if (found[static_cast<std::size_t>(below)] != 0)
      counts.add(top - below - bias, found[static_cast<std::size_t>(below)]);
  return dropped;
}

std::int64_t zero_rows_of(const PaperSlice& slice) {
  std::vector<char> used(static_cast<std::size_t>(slice.rows()));
  for (int j = 0; j < slice.columns(); ++j)
    for (int i = 0; i < slice.rows(); ++i)
      used[static_cast<std::size_t>(i)] |= static_cast<char>(slice.codes(j)[i] != 0);
  return std::count(used.begin(), used.end(), 0);
}

void drop_small(PaperSlice& slice, const PassRules& rules, std::span<const int> tops, int levels) {
  std::vector<double> smallest;
  for (const int top : tops) smallest.push_back(std::ldexp(1.0, top - bias - (levels - 1)));
  slice.drop_below(smallest);
  slice.refit_basis(rules);
}

}  // namespace

void SliceCounts::add(const SliceCounts& other) {
  for (const auto& [power, count] : other.magnitudes_) magnitudes_[power] += count;
  zero_rows_ += other.zero_rows_;
  dropped_ += other.dropped_;
}

void store_slice(PaperSlice& slice, const PassRules& rules, int levels, StoredSlice& stored,
                 SliceCounts& counts) {
  const int columns = slice.columns();
  const int rows = slice.rows();
  std::vector<int> tops;
  std::int64_t dropped = 0;
  for (int j = 0; j < columns; ++j) {
    tops.push_back(top_field(slice.codes(j), rows));
    dropped += count_powers(slice.codes(j), rows, tops.back(), levels, counts);
  }
  counts.add_zero_rows(zero_rows_of(slice));
  counts.add_dropped(dropped);
  if (dropped > 0) drop_small(slice, rules, tops, levels);

  std::vector<double> raw_basis(static_cast<std::size_t>(columns) * columns);
  stored.levels = 0;
  for (int j = 0; j < columns; ++j) {
    const int top = tops[static_cast<std::size_t>(j)];
    const int power = top == 0 ? 0 : top - bias;
    stored.top_power[static_cast<std::size_t>(j)] = static_cast<std::int16_t>(power);
    for (int s = 0; s < columns; ++s) {
      const auto at = static_cast<std::size_t>(j * columns + s);
      const double b = rounded_to_float(std::ldexp(slice.basis()[at], power));
      stored.basis[at] = static_cast<float>(b);
      raw_basis[at] = std::ldexp(b, -power);
    }
    const double* const codes = slice.codes(j);
    int deepest = 0;
    for (int i = 0; i < rows; ++i) {
      const int field = power_field(codes[i]);
      const int magnitude = field == 0 ? 0 : top - field + 1;
      deepest = std::max(deepest, magnitude);
      stored.coefficients[static_cast<std::size_t>(i) * columns + j] =
          static_cast<Coefficient>(codes[i] < 0 ? -magnitude : magnitude);
    }
    stored.levels = std::max(stored.levels, deepest);
  }
  stored.squared_error = slice.squared_error(raw_basis);
  std::fill(raw_basis.begin(), raw_basis.end(), 0.0);
  stored.energy = slice.squared_error(raw_basis);
}

}  // namespace sd::decompose
