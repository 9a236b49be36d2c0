#include "nearest_code.hpp"

#include <array>
#include <cstring>

#include "multiversion.hpp"

namespace sd::decompose {

namespace {

// Sixteen rows are compared with one candidate at a time: the rows stay in registers, the candidate
// is broadcast, and no reduction across lanes is needed. (GNU vector types: the compiler splits
// them where registers are narrower.)
constexpr int lanes = 8;
constexpr int vectors = 2;
constexpr int block = lanes * vectors;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
typedef std::int32_t Ints __attribute__((vector_size(lanes * sizeof(std::int32_t))));

/// The points +-c*B of the book: value j of candidate k at values[j * size + k], and half of its
/// squared length.
struct Candidates {
  int size = 0;
  std::vector<float> values;
  std::vector<float> half_norm;
  const float* bits = nullptr;  ///< [size]
};

struct Task {
  const float* rows;
  int stride;
  int columns;
  const Candidates* candidates;
  const float* price;  ///< [stride]: lambda / (2 * weight); null where bits cost nothing
  std::int32_t* best;  ///< [stride]: number of the best candidate
};

/// ||x -+ v||^2 / 2 = ||x||^2 / 2 + (||v||^2 / 2 -+ x.v): the better sign has -|x.v|, and ||x||^2
/// is the same for all. Divided by the row's weight, a bit costs its price. `N` columns, or
/// task.columns of them where N is 0.
template <int N, bool priced>
__attribute__((always_inline)) inline void search(const Task& task) {
  const int columns = N != 0 ? N : task.columns;
  const int size = task.candidates->size;
  const float* const values = task.candidates->values.data();
  const float* const half_norm = task.candidates->half_norm.data();
  for (int begin = 0; begin < task.stride; begin += block) {
    std::array<Floats, vectors> least{};
    std::array<Ints, vectors> best{};
    std::array<Floats, vectors> price{};
    if constexpr (priced) {
      std::memcpy(price.data(), task.price + begin, sizeof price);
      for (int v = 0; v < vectors; ++v) least[v] = price[v] * task.candidates->bits[0];
    }
    for (int k = 1; k < size; ++k) {
      std::array<Floats, vectors> dot{};
      for (int j = 0; j < columns; ++j) {
        const float value = values[static_cast<std::size_t>(j) * size + k];
        for (int v = 0; v < vectors; ++v) {
          Floats x;
          std::memcpy(&x, task.rows + static_cast<std::size_t>(j) * task.stride + begin + v * lanes,
                      sizeof x);
          dot[v] += x * value;
        }
      }
      for (int v = 0; v < vectors; ++v) {
        const Floats magnitude = (Floats)((Ints)dot[v] & 0x7fffffff);
        Floats distance = half_norm[k] - magnitude;
        if constexpr (priced) distance += price[v] * task.candidates->bits[k];
        const Ints nearer = distance < least[v];
        least[v] = nearer ? distance : least[v];
        best[v] = nearer ? (Ints{} + k) : best[v];
      }
    }
    std::memcpy(task.best + begin, best.data(), sizeof best);
  }
}

template <bool priced>
__attribute__((always_inline)) inline void search_columns(const Task& task) {
  switch (task.columns) {
    case 1:
      return search<1, priced>(task);
    case 2:
      return search<2, priced>(task);
    case 3:
      return search<3, priced>(task);
    case 4:
      return search<4, priced>(task);
    case 5:
      return search<5, priced>(task);
    case 7:
      return search<7, priced>(task);
    default:
      return search<0, priced>(task);
  }
}

SD_MULTIVERSION void search_unpriced(const Task& task) {
  search_columns<false>(task);
}

SD_MULTIVERSION void search_priced(const Task& task) {
  search_columns<true>(task);
}

/// point += factor * basis row, over all candidates at once.
SD_MULTIVERSION void accumulate(float* point, const float* factors, float value, int size) {
  for (int k = 0; k < size; ++k) point[k] += factors[k] * value;
}

SD_MULTIVERSION void accumulate_half_square(float* half_norm, const float* point, int size) {
  for (int k = 0; k < size; ++k) half_norm[k] += 0.5F * point[k] * point[k];
}

Candidates reach(const CodeBook& book, const float* basis, int columns) {
  Candidates result;
  result.size = book.size;
  result.values.assign(static_cast<std::size_t>(columns) * book.size, 0.0F);
  result.half_norm.assign(static_cast<std::size_t>(book.size), 0.0F);
  result.bits = book.bits.data();
  for (int column = 0; column < columns; ++column) {
    float* const point = result.values.data() + static_cast<std::size_t>(column) * book.size;
    for (int j = 0; j < book.rank; ++j)
      accumulate(point, book.values.data() + static_cast<std::size_t>(j) * book.size,
                 basis[j * columns + column], book.size);
    accumulate_half_square(result.half_norm.data(), point, book.size);
  }
  return result;
}

}  // namespace

RowBatch::RowBatch(int rows_, int columns_)
    : rows(rows_),
      columns(columns_),
      stride((rows_ + block - 1) / block * block),
      values(static_cast<std::size_t>(stride) * columns_) {}

void nearest_codes(const RowBatch& rows, const CodeBook& book, const float* basis, double lambda,
                   std::vector<Coefficient>& codes) {
  const Candidates candidates = reach(book, basis, rows.columns);
  std::vector<std::int32_t> best(static_cast<std::size_t>(rows.stride));
  Task task{rows.values.data(), rows.stride, rows.columns, &candidates, nullptr, best.data()};
  std::vector<float> price;
  if (lambda > 0) {
    price.resize(static_cast<std::size_t>(rows.stride));
    for (int i = 0; i < rows.rows; ++i)
      price[static_cast<std::size_t>(i)] = static_cast<float>(lambda / (2 * rows.weight_of(i)));
    task.price = price.data();
    search_priced(task);
  } else {
    search_unpriced(task);
  }
  codes.resize(static_cast<std::size_t>(rows.rows) * book.rank);
  for (int i = 0; i < rows.rows; ++i) {
    const std::int32_t k = best[static_cast<std::size_t>(i)];
    float dot = 0;
    for (int j = 0; j < rows.columns; ++j)
      dot += rows.at(i, j) * candidates.values[static_cast<std::size_t>(j) * book.size + k];
    for (int j = 0; j < book.rank; ++j) {
      const int code = book.codes[static_cast<std::size_t>(k) * book.rank + j];
      codes[static_cast<std::size_t>(i) * book.rank + j] =
          static_cast<Coefficient>(dot < 0 ? -code : code);
    }
  }
}

}  // namespace sd::decompose
