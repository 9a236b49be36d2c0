#include "row_search.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>

#include "multiversion.hpp"

namespace sd::decompose {

namespace {

constexpr int largest_columns = 64;

// A block of codes is priced at once: its costs stay in registers while the factors are broadcast.
// (GNU vector types: the compiler splits them where registers are narrower.)
constexpr std::size_t lanes = 16;
constexpr std::size_t vectors = 2;
constexpr std::size_t block = lanes * vectors;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
typedef std::int32_t Ints __attribute__((vector_size(lanes * sizeof(std::int32_t))));

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

__attribute__((always_inline)) inline void add_product(Floats& sum, float factor,
                                                       const float* from) {
  Floats values;
  std::memcpy(&values, from, sizeof values);
  sum += factor * values;
}

/// Index of the cheapest code. The padding consists of zero codes, which lose to code 0. `N`
/// columns, or task.columns of them where N is 0.
template <int N>
__attribute__((always_inline)) inline std::int32_t search(const Task& task) {
  const int columns = N != 0 ? N : task.columns;
  const int products = columns * (columns + 1) / 2;
  std::array<Floats, vectors> least;
  std::array<Ints, vectors> found{};
  for (Floats& l : least) l = Floats{} + std::numeric_limits<float>::infinity();
  for (std::size_t begin = 0; begin < task.stride; begin += block) {
    std::array<Floats, vectors> cost{};
    std::array<Floats, vectors> dot{};
    for (std::size_t v = 0; v < vectors; ++v)
      add_product(cost[v], task.price, task.bits + begin + v * lanes);
    for (int q = 0; q < products; ++q)
      for (std::size_t v = 0; v < vectors; ++v)
        add_product(cost[v], task.metric[q],
                    task.products + static_cast<std::size_t>(q) * task.stride + begin + v * lanes);
    for (int s = 0; s < columns; ++s)
      for (std::size_t v = 0; v < vectors; ++v)
        add_product(dot[v], task.moment[s],
                    task.points + static_cast<std::size_t>(s) * task.stride + begin + v * lanes);
    for (std::size_t v = 0; v < vectors; ++v) {
      cost[v] -= (Floats)((Ints)dot[v] & 0x7fffffff);
      const Ints cheaper = cost[v] < least[v];
      least[v] = cheaper ? cost[v] : least[v];
      found[v] = cheaper ? (Ints{} + static_cast<std::int32_t>(begin)) : found[v];
    }
  }
  // The first of the cheapest, so that the number of lanes cannot show.
  float smallest = std::numeric_limits<float>::infinity();
  std::int32_t best = 0;
  for (std::size_t v = 0; v < vectors; ++v)
    for (std::size_t l = 0; l < lanes; ++l) {
      const float cost = least[v][l];
      const std::int32_t index = found[v][l] + static_cast<std::int32_t>(v * lanes + l);
      if (cost < smallest || (cost == smallest && index < best)) {
        smallest = cost;
        best = index;
      }
    }
  return best;
}

SD_MULTIVERSION_WIDE std::int32_t cheapest(const Task& task) {
  switch (task.columns) {
    case 3:
      return search<3>(task);
    case 5:
      return search<5>(task);
    default:
      return search<0>(task);
  }
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
  SignedCode found{cheapest(task), false};
  double dot = 0;
  for (int s = 0; s < columns_; ++s) dot += moment[s] * value(found, s);
  found.negative = dot < 0;
  return found;
}

}  // namespace sd::decompose
