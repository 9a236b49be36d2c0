// Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Expand, Identity, Dropout: the same values in
// another shape or order.
#include <algorithm>
#include <array>
#include <set>

#include "fold.hpp"

namespace sd::graph {
namespace {

Constant with_dims(const Node& node, const Constant& from, Dims dims, FoldBudget& budget) {
  budget.spend(node, from.size());
  if (element_count(dims, "the result of " + node.where()) != from.size()) {
    node.fail("gives {} elements the shape {}", from.size(), to_text(dims));
  }
  Constant result = from;
  result.dims = std::move(dims);
  return result;
}

Constant reshape(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  const auto target = operand_or_attribute(node, in, 1, "shape");
  if (!target) node.fail("has no shape");
  return with_dims(node, from, reshape_dims(node, from.dims, *target), budget);
}

Constant flatten(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  return with_dims(node, from, flattened_dims(node, from.dims), budget);
}

Constant squeeze(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  return with_dims(node, from,
                   squeezed_dims(node, from.dims, operand_or_attribute(node, in, 1, "axes")),
                   budget);
}

Constant unsqueeze(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  const auto axes = operand_or_attribute(node, in, 1, "axes");
  if (!axes) node.fail("has no axes");
  return with_dims(node, from, unsqueezed_dims(node, from.dims, *axes), budget);
}

Constant transpose(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  budget.spend(node, from.size());
  const std::vector<int> perm = permutation(node, from.rank());
  const std::vector<std::size_t> strides = strides_of(from.dims);
  Dims dims;
  std::vector<std::int64_t> steps;
  for (const int axis : perm) {
    dims.push_back(from.dims[static_cast<std::size_t>(axis)]);
    steps.push_back(static_cast<std::int64_t>(strides[static_cast<std::size_t>(axis)]));
  }
  return take_strided(from, dims, 0, steps);
}

Constant expand(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  const auto target = operand_or_attribute(node, in, 1, "shape");
  if (!target) node.fail("has no shape");
  (void)element_count(*target, "the shape of " + node.where());
  const Dims dims = broadcast(node, from.dims, *target);
  budget.spend(node, element_count(dims, "the result of " + node.where()));
  const std::vector<std::size_t> strides = strides_of(from.dims);
  std::vector<std::int64_t> steps(dims.size(), 0);
  for (std::size_t i = 0; i < strides.size(); ++i) {  // dimensions of 1 repeat, as do new ones
    if (from.dims[i] != 1)
      steps[dims.size() - strides.size() + i] = static_cast<std::int64_t>(strides[i]);
  }
  return take_strided(from, dims, 0, steps);
}

Constant identity(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  budget.spend(node, from.size());
  return from;
}

}  // namespace

Dims reshape_dims(const Node& node, const Dims& from, const std::vector<std::int64_t>& target) {
  const bool zero_is_zero = node.integer("allowzero", 0) != 0;
  Dims result = target;
  std::ptrdiff_t open = -1;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] == -1) {
      if (open >= 0) node.fail("leaves two dimensions open");
      open = static_cast<std::ptrdiff_t>(i);
      result[i] = 1;
    } else if (result[i] == 0 && !zero_is_zero) {
      if (i >= from.size())
        node.fail("copies dimension {} of a tensor of {} dimensions", i, from.size());
      result[i] = from[i];
    }
  }
  const std::size_t have = element_count(from, "the input of " + node.where());
  const std::size_t want = element_count(result, "the shape of " + node.where());
  if (open >= 0) {
    if (want == 0 || have % want != 0)
      node.fail("cannot give the shape {} to {}", to_text(target), to_text(from));
    result[static_cast<std::size_t>(open)] = static_cast<std::int64_t>(have / want);
  } else if (have != want) {
    node.fail("cannot give the shape {} to {}", to_text(target), to_text(from));
  }
  return result;
}

Dims squeezed_dims(const Node& node, const Dims& from,
                   const std::optional<std::vector<std::int64_t>>& axes) {
  std::set<int> dropped;
  if (axes) {
    for (const std::int64_t axis : *axes)
      dropped.insert(normal_axis(node, axis, static_cast<int>(from.size())));
  }
  Dims result;
  for (int i = 0; i < static_cast<int>(from.size()); ++i) {
    const std::int64_t dim = from[static_cast<std::size_t>(i)];
    if (axes ? dropped.contains(i) : dim == 1) {
      if (dim != 1) node.fail("drops dimension {}, which is {}", i, dim);
    } else {
      result.push_back(dim);
    }
  }
  return result;
}

Dims unsqueezed_dims(const Node& node, const Dims& from, const std::vector<std::int64_t>& axes) {
  if (axes.size() > 8) node.fail("adds {} dimensions, which is not supported", axes.size());
  const int rank = static_cast<int>(from.size() + axes.size());
  std::set<int> added;
  for (const std::int64_t axis : axes) {
    if (!added.insert(normal_axis(node, axis, rank)).second)
      node.fail("adds dimension {} twice", axis);
  }
  Dims result;
  std::size_t next = 0;
  for (int i = 0; i < rank; ++i) result.push_back(added.contains(i) ? 1 : from[next++]);
  return result;
}

Dims flattened_dims(const Node& node, const Dims& from) {
  const std::int64_t axis = node.integer("axis", 1);
  const auto rank = static_cast<std::int64_t>(from.size());
  if (axis < -rank || axis > rank)
    node.fail("has axis {} for a tensor of {} dimensions", axis, rank);
  const auto cut = from.begin() + (axis < 0 ? axis + rank : axis);
  const std::string what = "the input of " + node.where();
  return {static_cast<std::int64_t>(element_count(Dims(from.begin(), cut), what)),
          static_cast<std::int64_t>(element_count(Dims(cut, from.end()), what))};
}

std::vector<int> permutation(const Node& node, int rank) {
  std::vector<int> result;
  const auto perm = node.integers("perm");
  for (int i = 0; i < rank; ++i) result.push_back(rank - 1 - i);
  if (!perm) return result;
  std::vector<std::int64_t> sorted = *perm;
  std::sort(sorted.begin(), sorted.end());
  bool valid = static_cast<int>(sorted.size()) == rank;
  for (int i = 0; valid && i < rank; ++i) valid = sorted[static_cast<std::size_t>(i)] == i;
  if (!valid) node.fail("has a permutation that does not fit a tensor of {} dimensions", rank);
  result.assign(perm->begin(), perm->end());
  return result;
}

std::span<const FoldEntry> layout_folds() {
  static constexpr std::array<FoldEntry, 8> entries{{{"Reshape", reshape},
                                                     {"Flatten", flatten},
                                                     {"Squeeze", squeeze},
                                                     {"Unsqueeze", unsqueeze},
                                                     {"Transpose", transpose},
                                                     {"Expand", expand},
                                                     {"Identity", identity},
                                                     {"Dropout", identity}}};
  return entries;
}

}  // namespace sd::graph
