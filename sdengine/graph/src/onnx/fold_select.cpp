// Gather, Slice, Concat, Where, ReduceProd: parts of tensors, and tensors from parts.
#include <algorithm>
#include <array>

#include "fold.hpp"

namespace sd::graph {
namespace {

std::size_t product(Dims::const_iterator first, Dims::const_iterator last) {
  std::size_t result = 1;
  for (; first != last; ++first) result *= static_cast<std::size_t>(*first);
  return result;
}

Constant gather(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  const Constant& indices = operand(node, in, 1);
  if (indices.floating) node.fail("has indices that are not integers");
  const int axis = normal_axis(node, node.integer("axis", 0), from.rank());
  const auto at = from.dims.begin() + axis;
  Dims dims(from.dims.begin(), at);
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), at + 1, from.dims.end());
  const std::size_t count = element_count(dims, "the result of " + node.where());
  budget.spend(node, count);
  const std::size_t outer = product(from.dims.begin(), at),
                    inner = product(at + 1, from.dims.end());
  std::vector<std::size_t> source;
  source.reserve(count);
  for (std::size_t o = 0; o < outer; ++o) {
    for (const std::int64_t index : indices.integers) {
      if (index < -*at || index >= *at) node.fail("takes element {} of {}", index, *at);
      const auto row = o * static_cast<std::size_t>(*at) +
                       static_cast<std::size_t>(index < 0 ? index + *at : index);
      for (std::size_t i = 0; i < inner; ++i) source.push_back(row * inner + i);
    }
  }
  return take(from, dims, source);
}

Constant slice(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& from = operand(node, in, 0);
  const std::vector<SliceRange> ranges = slice_ranges(node, in, from.dims);
  Dims dims;
  for (const SliceRange& range : ranges) dims.push_back(range.count);
  const std::size_t count = element_count(dims, "the result of " + node.where());
  budget.spend(node, count);
  if (count == 0) return {dims, from.floating, {}, {}};
  const std::vector<std::size_t> strides = strides_of(from.dims);
  std::int64_t start = 0;
  std::vector<std::int64_t> steps;
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    const auto stride = static_cast<std::int64_t>(strides[axis]);
    start += ranges[axis].start * stride;
    steps.push_back(ranges[axis].step * stride);
  }
  return take_strided(from, dims, start, steps);
}

Constant concat(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& first = operand(node, in, 0);
  if (first.rank() == 0) node.fail("joins scalars");
  const auto axis = static_cast<std::size_t>(
      normal_axis(node, node.integer("axis", node.has("axis") ? 0 : 1), first.rank()));
  Constant result{first.dims, first.floating, {}, {}};
  result.dims[axis] = 0;
  for (int i = 0; i < static_cast<int>(in.size()); ++i) {
    const Constant& part = operand(node, in, i);
    bool fits = part.rank() == first.rank() && part.floating == first.floating;
    for (std::size_t k = 0; fits && k < first.dims.size(); ++k)
      fits = k == axis || part.dims[k] == first.dims[k];
    if (!fits)
      node.fail("joins tensors that do not fit each other, {} and {}", to_text(first.dims),
                to_text(part.dims));
    result.dims[axis] += part.dims[axis];
  }
  budget.spend(node, element_count(result.dims, "the result of " + node.where()));
  const auto at = static_cast<std::ptrdiff_t>(axis);
  const std::size_t outer = product(first.dims.begin(), first.dims.begin() + at);
  for (std::size_t o = 0; o < outer; ++o) {
    for (const Constant* part : in) {
      const std::size_t chunk = product(part->dims.begin() + at, part->dims.end());
      const auto from = static_cast<std::ptrdiff_t>(o * chunk),
                 to = static_cast<std::ptrdiff_t>((o + 1) * chunk);
      if (part->floating) {
        result.floats.insert(result.floats.end(), part->floats.begin() + from,
                             part->floats.begin() + to);
      } else {
        result.integers.insert(result.integers.end(), part->integers.begin() + from,
                               part->integers.begin() + to);
      }
    }
  }
  return result;
}

Constant where(const Node& node, Operands in, FoldBudget& budget) {
  const Constant& condition = operand(node, in, 0);
  const Constant& yes = operand(node, in, 1);
  const Constant& no = operand(node, in, 2);
  if (condition.floating || yes.floating != no.floating)
    node.fail("mixes integers and floating-point numbers");
  const Dims dims = broadcast(node, broadcast(node, condition.dims, yes.dims), no.dims);
  budget.spend(node, element_count(dims, "the result of " + node.where()));
  const auto from_condition = broadcast_source(condition.dims, dims);
  const auto from_yes = broadcast_source(yes.dims, dims), from_no = broadcast_source(no.dims, dims);
  Constant result{dims, yes.floating, {}, {}};
  for (std::size_t i = 0; i < from_yes.size(); ++i) {
    const bool truth = condition.integers[from_condition[i]] != 0;
    if (yes.floating) {
      result.floats.push_back(truth ? yes.floats[from_yes[i]] : no.floats[from_no[i]]);
    } else {
      result.integers.push_back(truth ? yes.integers[from_yes[i]] : no.integers[from_no[i]]);
    }
  }
  return result;
}

/// Over all dimensions only: the element count of a shape.
Constant reduce_product(const Node& node, Operands in, FoldBudget& /*budget*/) {
  const Constant& from = operand(node, in, 0);
  const auto axes = operand_or_attribute(node, in, 1, "axes");
  if (from.floating || from.rank() != 1 || (axes && axes->size() != 1))
    node.fail("is only supported on a list of integers");
  std::int64_t result = 1;
  for (const std::int64_t value : from.integers) {
    if (__builtin_mul_overflow(result, value, &result))
      node.fail("computes an integer that does not fit into 64 bits");
  }
  return node.integer("keepdims", 1) != 0 ? integer_vector({result}) : integer_scalar(result);
}

}  // namespace

std::vector<SliceRange> slice_ranges(const Node& node, Operands in, const Dims& dims) {
  const auto starts = operand_or_attribute(node, in, 1, "starts");
  const auto ends = operand_or_attribute(node, in, 2, "ends");
  const auto axes = operand_or_attribute(node, in, 3, "axes");
  const auto steps = operand_or_attribute(node, in, 4, "steps");
  if (!starts || !ends || starts->size() != ends->size() ||
      (axes && axes->size() != starts->size()) || (steps && steps->size() != starts->size()) ||
      starts->size() > dims.size()) {
    node.fail("has starts, ends, axes and steps that do not fit each other");
  }
  std::vector<SliceRange> ranges;
  for (const std::int64_t dim : dims) ranges.push_back({0, 1, dim});
  for (std::size_t i = 0; i < starts->size(); ++i) {
    const int axis = normal_axis(node, axes ? (*axes)[i] : static_cast<std::int64_t>(i),
                                 static_cast<int>(dims.size()));
    const std::int64_t dim = dims[static_cast<std::size_t>(axis)];
    const std::int64_t step = steps ? (*steps)[i] : 1;
    if (step == 0) node.fail("has a step of 0");
    // Numpy's rules: negative counts from the end, then clamped to the tensor.
    const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? dim : dim - 1;
    const auto clamped = [&](std::int64_t value) {
      return std::clamp(value < 0 ? value + dim : value, low, high);
    };
    const std::int64_t start = clamped((*starts)[i]), end = clamped((*ends)[i]);
    SliceRange& range = ranges[static_cast<std::size_t>(axis)];
    const std::int64_t length = step > 0 ? end - start : start - end;
    // |step| is taken without negating the lowest integer.
    const std::uint64_t stride =
        step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
    range.start = start;
    range.count =
        length <= 0
            ? 0
            : static_cast<std::int64_t>((static_cast<std::uint64_t>(length) - 1) / stride) + 1;
    range.step = range.count > 1 ? step : (step > 0 ? 1 : -1);
  }
  return ranges;
}

std::span<const FoldEntry> select_folds() {
  static constexpr std::array<FoldEntry, 5> entries{{{"Gather", gather},
                                                     {"Slice", slice},
                                                     {"Concat", concat},
                                                     {"Where", where},
                                                     {"ReduceProd", reduce_product}}};
  return entries;
}

}  // namespace sd::graph
