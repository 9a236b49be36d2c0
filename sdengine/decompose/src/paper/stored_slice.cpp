#include "paper/stored_slice.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "paper/float_rounding.hpp"
#include "paper/vector_pass.hpp"

namespace sd::decompose {

namespace {

constexpr int bias = 1023;
constexpr std::int16_t exponent_mask = 0x7ff;

}  // namespace

void SliceCounts::add(const SliceCounts& other) {
  for (const auto& [power, number] : other.magnitudes) magnitudes[power] += number;
  zero_rows += other.zero_rows;
  dropped += other.dropped;
}

void SliceWriter::read_exponents(const PaperSlice& slice) {
  const int columns = slice.columns();
  stride_ = slice.stride();
  exponents_.resize(static_cast<std::size_t>(stride_ * columns));
  tops_.assign(static_cast<std::size_t>(columns), 0);
  deepest_.assign(static_cast<std::size_t>(columns), 0);
  for (int j = 0; j < columns; ++j) {
    std::int16_t* const column = exponents_.data() + j * stride_;
    vector_passes().exponents(slice.codes(j), stride_, column);
    std::int16_t top = 0;
    for (std::ptrdiff_t i = 0; i < stride_; ++i) {
      const auto field = static_cast<std::int16_t>(column[i] & exponent_mask);
      top = std::max(top, field);
    }
    std::int16_t deepest = 0;
    for (std::ptrdiff_t i = 0; i < stride_; ++i) {
      const auto field = static_cast<std::int16_t>(column[i] & exponent_mask);
      const auto below = static_cast<std::int16_t>(field == 0 ? 0 : top - field + 1);
      deepest = std::max(deepest, below);
      column[i] = static_cast<std::int16_t>(column[i] < 0 ? -below : below);
    }
    tops_[static_cast<std::size_t>(j)] = top;
    deepest_[static_cast<std::size_t>(j)] = deepest;
  }
}

void SliceWriter::count(const PaperSlice& slice) {
  used_.assign(static_cast<std::size_t>(stride_), 0);
  for (int j = 0; j < slice.columns(); ++j) {
    const std::int16_t* const column = exponents_.data() + j * stride_;
    for (std::ptrdiff_t i = 0; i < stride_; ++i) used_[static_cast<std::size_t>(i)] |= column[i];
    // Few powers are in use: a pass for each is quicker than a look-up for each coefficient.
    for (int below = 1; below <= deepest_[static_cast<std::size_t>(j)]; ++below) {
      std::int32_t number = 0;
      for (std::ptrdiff_t i = 0; i < stride_; ++i) number += std::abs(column[i]) == below;
      if (number == 0) continue;
      counts_.magnitudes[tops_[static_cast<std::size_t>(j)] + 1 - below - bias] += number;
      if (below > levels_) counts_.dropped += number;
    }
  }
  counts_.zero_rows += std::count(used_.begin(), used_.begin() + slice.rows(), 0);
}

void SliceWriter::drop_small(PaperSlice& slice, const PassRules& rules) {
  std::vector<double> smallest;
  for (const int top : tops_) smallest.push_back(std::ldexp(1.0, top - bias - (levels_ - 1)));
  slice.drop_below(smallest);
  slice.refit_basis(rules);
  for (std::int16_t& exponent : exponents_)
    if (std::abs(exponent) > levels_) exponent = 0;
  for (int& deepest : deepest_) deepest = std::min(deepest, levels_);
}

void SliceWriter::write(PaperSlice& slice, const PassRules& rules, StoredSlice& stored) {
  const int columns = slice.columns();
  read_exponents(slice);
  count(slice);
  stored.levels = *std::max_element(deepest_.begin(), deepest_.end());
  if (stored.levels > levels_) {
    drop_small(slice, rules);
    stored.levels = levels_;
  }
  for (int i = 0; i < slice.rows(); ++i)
    for (int j = 0; j < columns; ++j)
      stored.coefficients[static_cast<std::size_t>(i) * columns + j] =
          static_cast<Coefficient>(exponents_[static_cast<std::size_t>(j * stride_ + i)]);

  raw_basis_.resize(slice.basis().size());
  for (int j = 0; j < columns; ++j) {
    const int top = tops_[static_cast<std::size_t>(j)];
    const int power = top == 0 ? 0 : top - bias;
    stored.top_power[static_cast<std::size_t>(j)] = static_cast<std::int16_t>(power);
    for (int s = 0; s < columns; ++s) {
      const auto at = static_cast<std::size_t>(j * columns + s);
      const double b = rounded_to_float(std::ldexp(slice.basis()[at], power));
      stored.basis[at] = static_cast<float>(b);
      raw_basis_[at] = std::ldexp(b, -power);
    }
  }
  stored.squared_error = slice.squared_error(raw_basis_);
  std::fill(raw_basis_.begin(), raw_basis_.end(), 0.0);
  stored.energy = slice.squared_error(raw_basis_);
}

}  // namespace sd::decompose
