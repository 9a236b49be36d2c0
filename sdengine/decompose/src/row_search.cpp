#include "row_search.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>

#include "multiversion.hpp"
#include "vector_set.hpp"

namespace sd::decompose {

namespace {

constexpr int largest_columns = 64;

/// The book is padded to a multiple of what any set of instructions prices at once.
constexpr std::size_t block = 32;

struct Task {
  const float* points;
  const float* products;
  const float* bits;
  std::size_t stride;
  int columns;
  const float* metric;  ///< [columns * (columns + 1) / 2]
  const float* moment;  ///< [columns], twice g
  float price;
};

SD_MULTIVERSION void accumulate(float* to, const float* from, float factor, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) to[k] += factor * from[k];
}

SD_MULTIVERSION void multiply(float* to, const float* a, const float* b, float factor,
                              std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) to[k] = factor * a[k] * b[k];
}

using Search = std::int32_t (*)(const Task&);

namespace baseline {
#define SD_SEARCH_WIDTH 4
#include "row_search_text.hpp"
#undef SD_SEARCH_WIDTH
}  // namespace baseline

#ifdef SD_X86_VECTOR_SETS

#pragma GCC push_options
#pragma GCC target("avx2")
namespace avx2 {
#define SD_SEARCH_WIDTH 8
#include "row_search_text.hpp"
#undef SD_SEARCH_WIDTH
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl")
namespace avx512 {
#define SD_SEARCH_WIDTH 16
#include "row_search_text.hpp"
#undef SD_SEARCH_WIDTH
}  // namespace avx512
#pragma GCC pop_options

#endif

/// The widest that the machine has; all find the same codes.
Search search_of_machine() {
#ifdef SD_X86_VECTOR_SETS
  if (machine_has_avx512()) return avx512::cheapest;
  if (machine_has_avx2()) return avx2::cheapest;
#endif
  return baseline::cheapest;
}

}  // namespace

RowSearch::RowSearch(const CodeBook& book, int columns)
    : book_(&book),
      columns_(columns),
      stride_((static_cast<std::size_t>(book.size) + block - 1) / block * block),
      points_(static_cast<std::size_t>(columns) * stride_),
      products_(static_cast<std::size_t>(columns * (columns + 1) / 2) * stride_),
      bits_(stride_, book.bits[0]) {
  std::copy(book.bits.begin(), book.bits.end(), bits_.begin());
}

void RowSearch::set_basis(const float* basis) {
  std::fill(points_.begin(), points_.end(), 0.0F);
  const auto size = static_cast<std::size_t>(book_->size);
  for (int s = 0; s < columns_; ++s)
    for (int j = 0; j < book_->rank; ++j)
      accumulate(points_.data() + static_cast<std::size_t>(s) * stride_,
                 book_->values.data() + static_cast<std::size_t>(j) * size, basis[j * columns_ + s],
                 size);
  float* product = products_.data();
  for (int a = 0; a < columns_; ++a)
    for (int b = a; b < columns_; ++b, product += stride_)
      multiply(product, points_.data() + static_cast<std::size_t>(a) * stride_,
               points_.data() + static_cast<std::size_t>(b) * stride_, a == b ? 1.0F : 2.0F,
               stride_);
}

SignedCode RowSearch::best(const double* metric, const double* moment, double price) const {
  std::array<float, largest_columns> twice_moment;
  std::array<float, largest_columns*(largest_columns + 1) / 2> products;
  std::size_t count = 0;
  for (int a = 0; a < columns_; ++a) {
    twice_moment[static_cast<std::size_t>(a)] = static_cast<float>(2 * moment[a]);
    for (int b = a; b < columns_; ++b)
      products[count++] = static_cast<float>(metric[a * columns_ + b]);
  }
  const Task task{points_.data(), products_.data(), bits_.data(),        stride_,
                  columns_,       products.data(),  twice_moment.data(), static_cast<float>(price)};
  static const Search cheapest = search_of_machine();
  SignedCode found{cheapest(task), false};
  double dot = 0;
  for (int s = 0; s < columns_; ++s) dot += moment[s] * value(found, s);
  found.negative = dot < 0;
  return found;
}

}  // namespace sd::decompose
