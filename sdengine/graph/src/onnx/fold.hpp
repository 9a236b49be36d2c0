// Evaluates nodes whose inputs are all known: the shape arithmetic that frameworks export.
#pragma once

#include <span>
#include <vector>

#include "constant.hpp"
#include "node.hpp"

namespace sd::graph {

/// Inputs of a node; nullptr for an optional one that is left out.
using Operands = std::span<const Constant* const>;

/// Elements that folding may still create; keeps a small file from asking for all of memory.
class FoldBudget {
 public:
  /// 2^24, and 16 for every byte of the graph: joining factors to weights takes several steps.
  explicit FoldBudget(std::size_t graph_bytes = 0)
      : left_((std::size_t{1} << 24) + 16 * graph_bytes) {}

  /// Fails, naming the node, when more elements than that have been asked for in all.
  void spend(const Node& node, std::size_t elements);

 private:
  std::size_t left_;
};

/// True if fold() knows the node's type.
[[nodiscard]] bool can_fold(const Node& node);

/// The node's first output. Throws ImportError.
[[nodiscard]] Constant fold(const Node& node, Operands in, FoldBudget& budget);

// ---- shared by folding and lowering ----

/// Operand `index`, which must be there.
[[nodiscard]] const Constant& operand(const Node& node, Operands in, int index);

/// The integers of operand `index` if it is given, else of the attribute (where older opsets keep
/// them), else nothing.
[[nodiscard]] std::optional<std::vector<std::int64_t>> operand_or_attribute(const Node& node,
                                                                            Operands in, int index,
                                                                            const char* attribute);

/// start, step and count of Slice along each axis of `dims`.
struct SliceRange {
  std::int64_t start = 0, step = 1, count = 0;
};
/// Operands 1.. of Slice (or its attributes up to opset 9).
[[nodiscard]] std::vector<SliceRange> slice_ranges(const Node& node, Operands in, const Dims& dims);

/// Target of Reshape with 0 and -1 resolved.
[[nodiscard]] Dims reshape_dims(const Node& node, const Dims& from,
                                const std::vector<std::int64_t>& target);

/// Dims after Squeeze or Unsqueeze with these axes (Squeeze without axes drops all ones).
[[nodiscard]] Dims squeezed_dims(const Node& node, const Dims& from,
                                 const std::optional<std::vector<std::int64_t>>& axes);
[[nodiscard]] Dims unsqueezed_dims(const Node& node, const Dims& from,
                                   const std::vector<std::int64_t>& axes);

/// Shape's result (its start and end are attributes since opset 15).
[[nodiscard]] Constant shape_of(const Node& node, const Dims& dims);

/// Dims after Flatten.
[[nodiscard]] Dims flattened_dims(const Node& node, const Dims& from);

/// Transpose's permutation for this rank (reversal if there is no attribute).
[[nodiscard]] std::vector<int> permutation(const Node& node, int rank);

/// Numpy broadcasting of two shapes; fails if they do not fit.
[[nodiscard]] Dims broadcast(const Node& node, const Dims& a, const Dims& b);

/// For each element of `to`, the index of the element of `from` that it takes.
[[nodiscard]] std::vector<std::size_t> broadcast_source(const Dims& from, const Dims& to);

// ---- the parts of the table, one file each ----

using FoldFunction = Constant (*)(const Node&, Operands, FoldBudget&);
struct FoldEntry {
  const char* type;
  FoldFunction function;
};
[[nodiscard]] std::span<const FoldEntry> create_folds();      // fold_create.cpp
[[nodiscard]] std::span<const FoldEntry> arithmetic_folds();  // fold_arithmetic.cpp
[[nodiscard]] std::span<const FoldEntry> layout_folds();      // fold_layout.cpp
[[nodiscard]] std::span<const FoldEntry> select_folds();      // fold_select.cpp
[[nodiscard]] std::span<const FoldEntry> product_folds();     // fold_product.cpp

}  // namespace sd::graph
