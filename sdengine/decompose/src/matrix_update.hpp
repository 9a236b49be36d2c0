// The inner loop of everything here that works on second moments.
#pragma once

#include <cstddef>

namespace sd::decompose {

/// A block of a row-major matrix in double.
struct ConstBlock {
  const double* data = nullptr;
  std::ptrdiff_t stride = 0;  ///< elements from one row to the next
};
struct Block {
  double* data = nullptr;
  std::ptrdiff_t stride = 0;
};

/// c -= a b: c is [rows][columns], a [rows][depth], b [depth][columns]; c overlaps neither. Every
/// element subtracts its products one by one, in the order of `depth`, without fused operations:
/// the bits depend neither on the machine nor on how a caller cuts the matrices into blocks.
void subtract_product(Block c, ConstBlock a, ConstBlock b, std::ptrdiff_t rows,
                      std::ptrdiff_t columns, std::ptrdiff_t depth);

/// The same without vector instructions that the machine may lack, for the test that compares them.
void subtract_product_portable(Block c, ConstBlock a, ConstBlock b, std::ptrdiff_t rows,
                               std::ptrdiff_t columns, std::ptrdiff_t depth);

}  // namespace sd::decompose
