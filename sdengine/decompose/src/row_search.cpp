#include "row_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "multiversion.hpp"

namespace sd::decompose {

namespace {

constexpr std::size_t lanes = 64;  ///< codes that are priced together
constexpr int largest_columns = 64;

struct Task {
  const float* points;
  const float* products;
  const float* bits;
  std::size_t stride;
  int columns, product_count;
  const float* metric;  ///< [product_count]
  const float* moment;  ///< [columns], twice g
  float price;
};

/// Index of the cheapest code. The padding consists of zero codes, which lose to code 0.
SD_MULTIVERSION std::int32_t cheapest(const Task& task) {
  float least = std::numeric_limits<float>::infinity();
  std::size_t found = 0;
  std::array<float, lanes> cost;
  std::array<float, lanes> dot;
  for (std::size_t begin = 0; begin < task.stride; begin += lanes) {
    const float* const bits = task.bits + begin;
    for (std::size_t l = 0; l < lanes; ++l) cost[l] = task.price * bits[l];
    for (int q = 0; q < task.product_count; ++q) {
      const float factor = task.metric[q];
      const float* const product =
          task.products + static_cast<std::size_t>(q) * task.stride + begin;
      for (std::size_t l = 0; l < lanes; ++l) cost[l] += factor * product[l];
    }
    dot.fill(0);
    for (int s = 0; s < task.columns; ++s) {
      const float factor = task.moment[s];
      const float* const point = task.points + static_cast<std::size_t>(s) * task.stride + begin;
      for (std::size_t l = 0; l < lanes; ++l) dot[l] += factor * point[l];
    }
    for (std::size_t l = 0; l < lanes; ++l) cost[l] -= std::fabs(dot[l]);
    float smallest = cost[0];
    for (std::size_t l = 1; l < lanes; ++l) smallest = cost[l] < smallest ? cost[l] : smallest;
    if (smallest >= least) continue;
    least = smallest;
    std::size_t l = 0;
    while (cost[l] != smallest) ++l;
    found = begin + l;
  }
  return static_cast<std::int32_t>(found);
}

SD_MULTIVERSION void accumulate(float* to, const float* from, float factor, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) to[k] += factor * from[k];
}

SD_MULTIVERSION void multiply(float* to, const float* a, const float* b, float factor,
                              std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) to[k] = factor * a[k] * b[k];
}

}  // namespace

RowSearch::RowSearch(const CodeBook& book, int columns)
    : book_(&book),
      columns_(columns),
      stride_((static_cast<std::size_t>(book.size) + lanes - 1) / lanes * lanes),
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
  int count = 0;
  for (int a = 0; a < columns_; ++a) {
    twice_moment[static_cast<std::size_t>(a)] = static_cast<float>(2 * moment[a]);
    for (int b = a; b < columns_; ++b)
      products[static_cast<std::size_t>(count++)] = static_cast<float>(metric[a * columns_ + b]);
  }
  const Task task{points_.data(),
                  products_.data(),
                  bits_.data(),
                  stride_,
                  columns_,
                  count,
                  products.data(),
                  twice_moment.data(),
                  static_cast<float>(price)};
  SignedCode found{cheapest(task), false};
  double dot = 0;
  for (int s = 0; s < columns_; ++s) dot += moment[s] * value(found, s);
  found.negative = dot < 0;
  return found;
}

}  // namespace sd::decompose
