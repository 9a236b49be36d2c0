#include "matrix_update.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace sd::decompose {

namespace {

constexpr std::ptrdiff_t tile_rows = 5, tile_columns = 8, depth_step = 256;

#if defined(__x86_64__) && defined(__GNUC__)
#define SD_AVX2_TILE 1
// Eight columns in two vectors. The compiler does not keep an array of sums in registers when it
// vectorises by itself, and lowers vector types too early in functions with target clones; hence a
// function for one target.
using FourDoubles [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;

template <int rows>
__attribute__((target("avx2"))) void tile_avx2(double* c, std::ptrdiff_t c_stride, ConstBlock a,
                                               const double* strip, std::ptrdiff_t depth) {
  FourDoubles left[rows];
  FourDoubles right[rows];
  for (int i = 0; i < rows; ++i) {
    const double* const row = c + i * c_stride;
    left[i] = *reinterpret_cast<const FourDoubles*>(row);
    right[i] = *reinterpret_cast<const FourDoubles*>(row + 4);
  }
  for (std::ptrdiff_t k = 0; k < depth; ++k) {
    const auto b_left = *reinterpret_cast<const FourDoubles*>(strip + k * tile_columns);
    const auto b_right = *reinterpret_cast<const FourDoubles*>(strip + k * tile_columns + 4);
    for (int i = 0; i < rows; ++i) {
      const double value = a.data[i * a.stride + k];
      const FourDoubles factor = {value, value, value, value};
      left[i] -= factor * b_left;
      right[i] -= factor * b_right;
    }
  }
  for (int i = 0; i < rows; ++i) {
    double* const row = c + i * c_stride;
    *reinterpret_cast<FourDoubles*>(row) = left[i];
    *reinterpret_cast<FourDoubles*>(row + 4) = right[i];
  }
}
#endif

void tile_portable(double* c, std::ptrdiff_t c_stride, ConstBlock a, const double* strip,
                   std::ptrdiff_t depth, std::ptrdiff_t rows) {
  for (std::ptrdiff_t i = 0; i < rows; ++i) {
    std::array<double, tile_columns> sums;
    std::copy_n(c + i * c_stride, tile_columns, sums.begin());
    for (std::ptrdiff_t k = 0; k < depth; ++k) {
      const double value = a.data[i * a.stride + k];
      for (std::size_t j = 0; j < sums.size(); ++j)
        sums[j] -= value * strip[k * tile_columns + static_cast<std::ptrdiff_t>(j)];
    }
    std::copy_n(sums.begin(), tile_columns, c + i * c_stride);
  }
}

void tile(double* c, std::ptrdiff_t c_stride, ConstBlock a, const double* strip,
          std::ptrdiff_t depth, std::ptrdiff_t rows, [[maybe_unused]] bool vectors) {
#ifdef SD_AVX2_TILE
  if (vectors) {
    switch (rows) {
      case 5:
        return tile_avx2<5>(c, c_stride, a, strip, depth);
      case 4:
        return tile_avx2<4>(c, c_stride, a, strip, depth);
      case 3:
        return tile_avx2<3>(c, c_stride, a, strip, depth);
      case 2:
        return tile_avx2<2>(c, c_stride, a, strip, depth);
      default:
        return tile_avx2<1>(c, c_stride, a, strip, depth);
    }
  }
#endif
  tile_portable(c, c_stride, a, strip, depth, rows);
}

bool have_vectors() {
#ifdef SD_AVX2_TILE
  static const bool found = __builtin_cpu_supports("avx2") != 0;
  return found;
#else
  return false;
#endif
}

/// Rows of at most one strip's width, its missing columns in a copy.
void update_narrow(Block c, ConstBlock a, const double* strip, std::ptrdiff_t depth,
                   std::ptrdiff_t rows, std::ptrdiff_t width, bool vectors) {
  std::array<double, tile_rows * tile_columns> copy{};
  for (std::ptrdiff_t i = 0; i < rows; ++i)
    std::copy_n(c.data + i * c.stride, width, copy.data() + i * tile_columns);
  tile(copy.data(), tile_columns, a, strip, depth, rows, vectors);
  for (std::ptrdiff_t i = 0; i < rows; ++i)
    std::copy_n(copy.data() + i * tile_columns, width, c.data + i * c.stride);
}

void subtract(Block c, ConstBlock a, ConstBlock b, std::ptrdiff_t rows, std::ptrdiff_t columns,
              std::ptrdiff_t depth, bool vectors) {
  std::vector<double> strip(static_cast<std::size_t>(std::min(depth, depth_step) * tile_columns));
  for (std::ptrdiff_t k = 0; k < depth; k += depth_step) {
    const std::ptrdiff_t steps = std::min(depth_step, depth - k);
    for (std::ptrdiff_t j = 0; j < columns; j += tile_columns) {
      const std::ptrdiff_t width = std::min(tile_columns, columns - j);
      for (std::ptrdiff_t s = 0; s < steps; ++s)
        std::copy_n(b.data + (k + s) * b.stride + j, width, strip.data() + s * tile_columns);
      for (std::ptrdiff_t i = 0; i < rows; i += tile_rows) {
        const std::ptrdiff_t height = std::min(tile_rows, rows - i);
        const Block here{c.data + i * c.stride + j, c.stride};
        const ConstBlock left{a.data + i * a.stride + k, a.stride};
        if (width == tile_columns)
          tile(here.data, here.stride, left, strip.data(), steps, height, vectors);
        else
          update_narrow(here, left, strip.data(), steps, height, width, vectors);
      }
    }
  }
}

}  // namespace

void subtract_product(Block c, ConstBlock a, ConstBlock b, std::ptrdiff_t rows,
                      std::ptrdiff_t columns, std::ptrdiff_t depth) {
  subtract(c, a, b, rows, columns, depth, have_vectors());
}

void subtract_product_portable(Block c, ConstBlock a, ConstBlock b, std::ptrdiff_t rows,
                               std::ptrdiff_t columns, std::ptrdiff_t depth) {
  subtract(c, a, b, rows, columns, depth, false);
}

}  // namespace sd::decompose
