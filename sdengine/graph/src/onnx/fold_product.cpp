// MatMul of constants: weights that are stored as factors.
#include <array>

#include "fold.hpp"

namespace sd::graph {
namespace {

/// Leading dimensions, without the matrices' two.
Dims batch_of(const Dims& dims) {
  return {dims.begin(), dims.end() - 2};
}

/// c[rows][columns] = a[rows][inner] * b[inner][columns], summed over inner in order.
void multiply(const float* a, const float* b, float* c, std::size_t rows, std::size_t inner,
              std::size_t columns) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t k = 0; k < inner; ++k) {
      const float factor = a[row * inner + k];
      for (std::size_t column = 0; column < columns; ++column)
        c[row * columns + column] += factor * b[k * columns + column];
    }
  }
}

Constant matrix_product(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& a = operand(node, in, 0);
  const Constant& b = operand(node, in, 1);
  if (!a.floating || !b.floating) node.fail("multiplies matrices of integers");
  if (a.rank() < 2 || b.rank() < 2 || a.dims.back() != b.dims[b.dims.size() - 2]) {
    node.fail("multiplies constants of shape {} and {}, which do not fit", to_text(a.dims),
              to_text(b.dims));
  }
  const auto rows = static_cast<std::size_t>(a.dims[a.dims.size() - 2]);
  const auto inner = static_cast<std::size_t>(a.dims.back());
  const auto columns = static_cast<std::size_t>(b.dims.back());
  Constant result{broadcast(node, batch_of(a.dims), batch_of(b.dims)), true, {}, {}};
  const std::vector<std::size_t> from_a = broadcast_source(batch_of(a.dims), result.dims);
  const std::vector<std::size_t> from_b = broadcast_source(batch_of(b.dims), result.dims);
  result.dims.push_back(a.dims[a.dims.size() - 2]);
  result.dims.push_back(b.dims.back());
  const std::size_t count = element_count(result.dims, "the result of " + node.where());
  budget.spend(node, count);
  // The work, too, is bounded by what the file may ask for.
  if (inner > 0 && count > (std::size_t{1} << 36) / inner)
    node.fail("multiplies matrices that are too large");
  result.floats.resize(count, 0.0F);
  for (std::size_t i = 0; i < from_a.size(); ++i) {
    multiply(a.floats.data() + from_a[i] * rows * inner,
             b.floats.data() + from_b[i] * inner * columns,
             result.floats.data() + i * rows * columns, rows, inner, columns);
  }
  return result;
}

}  // namespace

std::span<const FoldEntry> product_folds() {
  static constexpr std::array<FoldEntry, 1> entries{{{"MatMul", matrix_product}}};
  return entries;
}

}  // namespace sd::graph
