#include "nearest_code.hpp"

#include <array>
#include <cstring>

#include "multiversion.hpp"
#include "vector_set.hpp"

namespace sd::decompose {

namespace {

/// Rows are padded to a multiple of what any set of instructions compares at once.
constexpr int row_block = 32;

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

struct Searches {
  void (*unpriced)(const Task&);
  void (*priced)(const Task&);
};

namespace baseline {
#define SD_SEARCH_WIDTH 4
#include "nearest_code_text.hpp"
#undef SD_SEARCH_WIDTH
}  // namespace baseline

#ifdef SD_X86_VECTOR_SETS

#pragma GCC push_options
#pragma GCC target("avx2")
namespace avx2 {
#define SD_SEARCH_WIDTH 8
#include "nearest_code_text.hpp"
#undef SD_SEARCH_WIDTH
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl")
namespace avx512 {
#define SD_SEARCH_WIDTH 16
#include "nearest_code_text.hpp"
#undef SD_SEARCH_WIDTH
}  // namespace avx512
#pragma GCC pop_options

#endif

/// The widest that the machine has; all find the same codes.
Searches searches_of_machine() {
#ifdef SD_X86_VECTOR_SETS
  if (machine_has_avx512()) return {avx512::search_unpriced, avx512::search_priced};
  if (machine_has_avx2()) return {avx2::search_unpriced, avx2::search_priced};
#endif
  return {baseline::search_unpriced, baseline::search_priced};
}

}  // namespace

RowBatch::RowBatch(int rows_, int columns_)
    : rows(rows_),
      columns(columns_),
      stride((rows_ + row_block - 1) / row_block * row_block),
      values(static_cast<std::size_t>(stride) * columns_) {}

void nearest_codes(const RowBatch& rows, const CodeBook& book, const float* basis, double lambda,
                   std::vector<Coefficient>& codes) {
  const Candidates candidates = reach(book, basis, rows.columns);
  std::vector<std::int32_t> best(static_cast<std::size_t>(rows.stride));
  Task task{rows.values.data(), rows.stride, rows.columns, &candidates, nullptr, best.data()};
  static const Searches searches = searches_of_machine();
  std::vector<float> price;
  if (lambda > 0) {
    price.resize(static_cast<std::size_t>(rows.stride));
    for (int i = 0; i < rows.rows; ++i)
      price[static_cast<std::size_t>(i)] = static_cast<float>(lambda / (2 * rows.weight_of(i)));
    task.price = price.data();
    searches.priced(task);
  } else {
    searches.unpriced(task);
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
