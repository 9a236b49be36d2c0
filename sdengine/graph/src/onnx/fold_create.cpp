// Constant, ConstantOfShape, Range, Shape, Size: values from attributes and shapes.
#include <algorithm>
#include <array>
#include <cmath>

#include "fold.hpp"

namespace sd::graph {
namespace {

// Not charged to the budget: its size is bounded by the file's.
Constant constant(const Node& node, Operands /*in*/, FoldBudget& /*budget*/) {
  Constant result;
  if (const auto* tensor = node.tensor("value")) {
    result = read_tensor(*tensor, "the value of " + node.where());
  } else if (node.has("value_float")) {
    result = {{}, true, {node.number("value_float", 0)}, {}};
  } else if (node.has("value_int")) {
    result = integer_scalar(node.integer("value_int", 0));
  } else if (node.has("value_floats")) {
    result.floating = true;
    result.floats = node.numbers("value_floats");
    result.dims = {static_cast<std::int64_t>(result.floats.size())};
  } else if (auto integers = node.integers("value_ints")) {
    result = integer_vector(std::move(*integers));
  } else {
    node.fail("has no value of a supported kind; only tensors, numbers and lists of numbers are");
  }
  return result;
}

Constant constant_of_shape(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& shape = operand(node, in, 0);
  if (shape.floating || shape.rank() > 1) node.fail("has a shape that is not a list of integers");
  const std::size_t count = element_count(shape.integers, "the result of " + node.where());
  budget.spend(node, count);
  Constant value{{}, true, {0.0F}, {}};
  if (const auto* tensor = node.tensor("value"))
    value = read_tensor(*tensor, "the value of " + node.where());
  if (value.size() != 1) node.fail("has a value of {} elements; it must have one", value.size());
  value.dims = shape.integers;
  if (value.floating) {
    value.floats.assign(count, value.floats[0]);
  } else {
    value.integers.assign(count, value.integers[0]);
  }
  return value;
}

Constant range(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& start = operand(node, in, 0);
  const Constant& limit = operand(node, in, 1);
  const Constant& step = operand(node, in, 2);
  if (start.size() != 1 || limit.size() != 1 || step.size() != 1 || start.floating ||
      limit.floating || step.floating) {
    node.fail("is only supported for single integers");
  }
  const std::int64_t from = start.integers[0], to = limit.integers[0], by = step.integers[0];
  constexpr std::int64_t far = std::int64_t{1} << 40;  // keeps the sums below from overflowing
  if (by == 0 || from > far || to > far || by > far || from < -far || to < -far || by < -far) {
    node.fail("counts from {} to {} in steps of {}, which is not supported", from, to, by);
  }
  const std::int64_t span = by > 0 ? to - from + by - 1 : to - from + by + 1;
  const std::int64_t count = std::max<std::int64_t>(0, span / by);
  budget.spend(node, static_cast<std::size_t>(count));
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = from + i * by;
  return integer_vector(std::move(values));
}

Constant shape(const Node& node, Operands in, FoldBudget& /*budget*/) {
  return shape_of(node, operand(node, in, 0).dims);
}

Constant size(const Node& node, Operands in, FoldBudget& /*budget*/) {
  return integer_scalar(static_cast<std::int64_t>(operand(node, in, 0).size()));
}

}  // namespace

Constant shape_of(const Node& node, const Dims& dims) {
  const auto rank = static_cast<std::int64_t>(dims.size());
  const auto bound = [&](const char* name, std::int64_t otherwise) {
    const std::int64_t value = node.integer(name, otherwise);
    return std::clamp<std::int64_t>(value < 0 ? value + rank : value, 0, rank);
  };
  const std::int64_t start = bound("start", 0), end = std::max(start, bound("end", rank));
  return integer_vector({dims.begin() + start, dims.begin() + end});
}

std::span<const FoldEntry> create_folds() {
  static constexpr std::array<FoldEntry, 5> entries{{{"Constant", constant},
                                                     {"ConstantOfShape", constant_of_shape},
                                                     {"Range", range},
                                                     {"Shape", shape},
                                                     {"Size", size}}};
  return entries;
}

}  // namespace sd::graph
