// Slice and Pad (strided, zero-padded shortcuts become one subsample_pad), Concat over channels.
#include "lowering.hpp"

namespace sd::graph {
namespace {

constexpr std::int64_t limit = 1 << 16;  // of strides, pads and padded channels: far above any use

/// Widens the subsample_pad that computes x, or appends one. Strides and channels do not get into
/// each other's way, so any sequence of Slice and Pad merges.
Activation extend_shortcut(Lowering& lowering, const Node& node, const Activation& x,
                           const SubsamplePad& more, const Dims& dims) {
  const Operator& producer = lowering.op(x.op);
  if (x.exclusive && producer.kind == OperatorKind::subsample_pad) {
    const SubsamplePad& old = producer.subsample;
    const std::int64_t height = std::int64_t{old.stride_height} * more.stride_height;
    const std::int64_t width = std::int64_t{old.stride_width} * more.stride_width;
    if (height > limit || width > limit || dims[1] > limit) {
      node.fail("has strides or channels of more than {} in all", limit);
    }
    Operator& op = lowering.op(x.op);
    op.subsample = {static_cast<int>(height), static_cast<int>(width),
                    old.channels_before + more.channels_before,
                    old.channels_after + more.channels_after};
    op.output = {static_cast<int>(dims[1]), static_cast<int>(dims[2]), static_cast<int>(dims[3])};
    return {x.op, dims, x.exclusive, x.zero_pad};
  }
  Operator op;
  op.kind = OperatorKind::subsample_pad;
  op.inputs = {x.op};
  op.subsample = more;
  return lowering.append(node, std::move(op), dims);
}

void slice(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  const auto constants = lowering.constants(node);
  for (int i = 1; i < node.inputs(); ++i) {
    if (node.has_input(i) && constants[static_cast<std::size_t>(i)] == nullptr) {
      node.fail("has bounds that depend on the image, which is not supported");
    }
  }
  const std::vector<SliceRange> ranges = slice_ranges(node, constants, x.dims);
  Dims dims;
  bool all = true;
  for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
    dims.push_back(ranges[axis].count);
    all = all && ranges[axis].count == x.dims[axis] && ranges[axis].step >= 1;
  }
  if (all) {
    lowering.bind(node, x);
    return;
  }
  (void)lowering.planes(node, x);
  bool fits = x.dims.size() == 4;
  for (std::size_t axis = 0; fits && axis < 4; ++axis) {
    const SliceRange& range = ranges[axis];
    // The last element taken leaves less than a step behind it; a single element of several is a
    // step as large as the plane.
    const std::int64_t step = range.count == 1 ? x.dims[axis] : range.step;
    const bool reaches_end = range.count >= 1 && step >= 1 &&
                             (range.count - 1) * step < x.dims[axis] &&
                             range.count * step >= x.dims[axis];
    fits = range.start == 0 && (axis < 2 ? range.count == x.dims[axis] : reaches_end);
  }
  if (!fits) {
    node.fail(
        "takes a part of {} other than every n-th row and column from the first on, which is not "
        "supported",
        to_text(x.dims));
  }
  const auto stride = [&](std::size_t axis) {
    return small(node, "a step of", ranges[axis].count == 1 ? x.dims[axis] : ranges[axis].step);
  };
  lowering.bind(node, extend_shortcut(lowering, node, x, {stride(2), stride(3), 0, 0}, dims));
}

std::vector<int> read_pads(const Lowering& lowering, const Node& node, const Activation& x) {
  const auto pads = operand_or_attribute(node, lowering.constants(node), 1, "pads");
  if (!pads) node.fail("has pads that depend on the image, which is not supported");
  if (pads->size() != 2 * x.dims.size())
    node.fail("has {} pads for {} dimensions", pads->size(), x.dims.size());
  std::vector<int> result;
  for (const std::int64_t pad : *pads) result.push_back(small(node, "a pad of", pad));
  return result;
}

void require_zero_fill(const Lowering& lowering, const Node& node) {
  if (node.text("mode", "constant") != "constant")
    node.fail("has mode '{}'; only 'constant' is supported", printable(node.text("mode", "")));
  float fill = node.number("value", 0.0F);
  if (node.has_input(2)) {
    const Constant* value = lowering.constant(node, 2);
    if (value == nullptr || value->size() != 1)
      node.fail("has a fill value that is not one constant number");
    fill = value->floating ? value->floats[0] : static_cast<float>(value->integers[0]);
  }
  if (fill != 0.0F) node.fail("fills with {}; only zeros are supported", fill);
}

void pad(Lowering& lowering, const Node& node) {
  Activation x = lowering.padded_activation(node, 0);
  require_zero_fill(lowering, node);
  const std::vector<int> pads = read_pads(lowering, node, x);
  const std::size_t rank = x.dims.size();
  Dims dims = x.dims;
  bool any = false, plane = false;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const int sum = pads[axis] + pads[rank + axis];
    dims[axis] += sum;
    any = any || sum != 0;
    plane = plane || (sum != 0 && axis >= 2);
  }
  const bool channels = dims[1] != x.dims[1];
  if (!any) {
    lowering.bind(node, x);
    return;
  }
  (void)lowering.planes(node, x);
  if (rank != 4 || dims[0] != x.dims[0] || (plane && channels)) {
    node.fail("pads {} to {}; only channels alone, or height and width alone, are supported",
              to_text(x.dims), to_text(dims));
  }
  if (plane) {
    x.zero_pad = {x.zero_pad[0] + pads[2], x.zero_pad[1] + pads[3], x.zero_pad[2] + pads[6],
                  x.zero_pad[3] + pads[7]};
    for (const int side : x.zero_pad) {
      if (side > limit) node.fail("has pads of more than {} in all", limit);
    }
    x.dims = dims;
    lowering.bind(node, x);
    return;
  }
  x = lowering.activation(node, 0);  // no Pad of the plane may wait any more
  lowering.bind(node, extend_shortcut(lowering, node, x, {1, 1, pads[1], pads[5]}, dims));
}

void concat(Lowering& lowering, const Node& node) {
  const Activation first = lowering.activation(node, 0);
  const int axis = normal_axis(node, node.integer("axis", 1), static_cast<int>(first.dims.size()));
  if (axis != 1)
    node.fail("joins along dimension {}; only channels (dimension 1) are supported", axis);
  if (node.inputs() == 1) {
    lowering.bind(node, first);
    return;
  }
  Operator op;
  op.kind = OperatorKind::concat;
  Dims dims = first.dims;
  dims[1] = 0;
  for (int i = 0; i < node.inputs(); ++i) {
    const Activation x = lowering.activation(node, i);
    Dims others = x.dims;
    if (others.size() > 1) others[1] = first.dims[1];
    if (others != first.dims)
      node.fail("joins {} and {}, which do not fit", to_text(first.dims), to_text(x.dims));
    dims[1] += x.dims[1];
    op.inputs.push_back(x.op);
  }
  lowering.bind(node, lowering.append(node, std::move(op), dims));
}

}  // namespace

std::span<const LowerEntry> shortcut_lowerings() {
  static constexpr std::array<LowerEntry, 3> entries{
      {{"Slice", slice}, {"Pad", pad}, {"Concat", concat}}};
  return entries;
}

}  // namespace sd::graph
