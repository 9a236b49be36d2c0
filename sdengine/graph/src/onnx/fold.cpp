#include "fold.hpp"

#include <algorithm>

namespace sd::graph {
namespace {

FoldFunction find(const std::string& type) {
  for (const auto part :
       {create_folds(), arithmetic_folds(), layout_folds(), select_folds(), product_folds()}) {
    for (const FoldEntry& entry : part) {
      if (type == entry.type) return entry.function;
    }
  }
  return nullptr;
}

}  // namespace

void FoldBudget::spend(const Node& node, std::size_t elements) {
  if (elements > left_) {
    node.fail("computes constants that are too large; simplify the model before importing it");
  }
  left_ -= elements;
}

bool can_fold(const Node& node) {
  return find(node.type()) != nullptr;
}

Constant fold(const Node& node, Operands in, FoldBudget& budget) {
  const FoldFunction function = find(node.type());
  if (function == nullptr) {
    node.fail(
        "computes a constant by an operator that is not supported; simplify the model before "
        "importing it");
  }
  return function(node, in, budget);
}

const Constant& operand(const Node& node, Operands in, int index) {
  if (static_cast<std::size_t>(index) >= in.size() ||
      in[static_cast<std::size_t>(index)] == nullptr) {
    node.fail("lacks its input {}", index);
  }
  return *in[static_cast<std::size_t>(index)];
}

std::optional<std::vector<std::int64_t>> operand_or_attribute(const Node& node, Operands in,
                                                              int index, const char* attribute) {
  const auto position = static_cast<std::size_t>(index);
  if (position >= in.size() || in[position] == nullptr) return node.integers(attribute);
  const Constant& values = *in[position];
  if (values.floating || values.rank() > 1)
    node.fail("has an input {} that is not a list of integers", index);
  return values.integers;
}

Dims broadcast(const Node& node, const Dims& a, const Dims& b) {
  const std::size_t rank = std::max(a.size(), b.size());
  Dims result(rank);
  for (std::size_t i = 0; i < rank; ++i) {  // from the last dimension
    const std::int64_t from_a = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t from_b = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (from_a != from_b && from_a != 1 && from_b != 1) {
      node.fail("joins shapes that do not fit each other, {} and {}", to_text(a), to_text(b));
    }
    result[rank - 1 - i] = from_a == 1 ? from_b : from_a;
  }
  return result;
}

std::vector<std::size_t> broadcast_source(const Dims& from, const Dims& to) {
  std::size_t count = 1;
  for (const std::int64_t dim : to) count *= static_cast<std::size_t>(dim);
  const std::vector<std::size_t> from_strides = strides_of(from), to_strides = strides_of(to);
  const std::size_t offset = to.size() - from.size();
  std::vector<std::size_t> source(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t index = 0;
    for (std::size_t axis = 0; axis < from.size(); ++axis) {
      if (from[axis] == 1) continue;
      const std::size_t position =
          i / to_strides[axis + offset] % static_cast<std::size_t>(to[axis + offset]);
      index += position * from_strides[axis];
    }
    source[i] = index;
  }
  return source;
}

}  // namespace sd::graph
