// MaxPool, AveragePool, GlobalAveragePool, GlobalMaxPool, ReduceMean over the plane.
#include <set>

#include "../output_shape.hpp"
#include "lowering.hpp"
#include "window.hpp"

namespace sd::graph {
namespace {

/// With ceil_mode, positions round up; a window must still start inside the image or the pad before
/// it. Adds to `pad_after` what that takes, and returns it.
int round_up(int size, int kernel, int stride, int dilation, int pad_before, int& pad_after) {
  const int positions = window_positions(size, kernel, stride, dilation, pad_before, pad_after);
  const std::int64_t span = std::int64_t{dilation} * (kernel - 1) + 1;
  const std::int64_t next_start = std::int64_t{positions} * stride;
  const std::int64_t needed = next_start + span - (std::int64_t{size} + pad_before + pad_after);
  const bool partial = (std::int64_t{size} + pad_before + pad_after - span) % stride != 0;
  if (positions < 1 || !partial || next_start >= std::int64_t{size} + pad_before) return 0;
  pad_after += static_cast<int>(needed);
  return static_cast<int>(needed);
}

void pool(Lowering& lowering, const Node& node) {
  const bool average = node.type() == "AveragePool";
  const Activation x = lowering.activation(node, 0);
  const auto spatial_dims = static_cast<int>(x.dims.size()) - 2;
  if (spatial_dims < 1 || spatial_dims > 2) {
    node.fail("pools a tensor of shape {}; only 1-D and 2-D pooling is supported", to_text(x.dims));
  }
  if (node.integer("storage_order", 0) != 0)
    node.fail("has storage_order 1, which is not supported");
  const TensorShape in = lowering.planes(node, x);
  const KernelSize kernel = read_kernel_shape(node, spatial_dims);
  Operator op;
  op.kind = average ? OperatorKind::average_pool : OperatorKind::max_pool;
  op.inputs = {x.op};
  Window& w = op.window;
  w = read_window(node, in, spatial_dims, kernel.height, kernel.width);
  w.count_include_pad = average && node.integer("count_include_pad", 0) != 0;
  if (node.integer("ceil_mode", 0) != 0) {
    int added = round_up(in.height, w.kernel_height, w.stride_height, w.dilation_height, w.pad_top,
                         w.pad_bottom);
    added += round_up(in.width, w.kernel_width, w.stride_width, w.dilation_width, w.pad_left,
                      w.pad_right);
    if (added > 0 && w.count_include_pad) {
      node.fail(
          "rounds up (ceil_mode) and counts pads (count_include_pad), which is not supported "
          "together");
    }
  }
  Activation result = lowering.append(node, std::move(op));
  result.dims[0] = x.dims[0];
  if (spatial_dims == 1) result.dims.erase(result.dims.begin() + 2);
  lowering.bind(node, result);
}

/// One window as large as the plane.
void pool_whole_plane(Lowering& lowering, const Node& node, OperatorKind kind, bool keep_dims) {
  const Activation x = lowering.activation(node, 0);
  const TensorShape in = lowering.planes(node, x);
  Operator op;
  op.kind = kind;
  op.inputs = {x.op};
  op.window.kernel_height = in.height;
  op.window.kernel_width = in.width;
  Dims dims{x.dims[0], in.channels};
  if (keep_dims) dims.resize(x.dims.size(), 1);
  lowering.bind(node, lowering.append(node, std::move(op), dims));
}

void global_average(Lowering& lowering, const Node& node) {
  pool_whole_plane(lowering, node, OperatorKind::average_pool, true);
}

void global_max(Lowering& lowering, const Node& node) {
  pool_whole_plane(lowering, node, OperatorKind::max_pool, true);
}

void reduce(Lowering& lowering, const Node& node) {
  const Activation x = lowering.activation(node, 0);
  const auto rank = static_cast<int>(x.dims.size());
  std::set<int> axes, plane;
  for (int axis = 2; axis < rank; ++axis) plane.insert(axis);
  for (const std::int64_t axis : node.integers("axes").value_or(std::vector<std::int64_t>{})) {
    axes.insert(normal_axis(node, axis, rank));
  }
  if (plane.empty() || axes != plane) {
    node.fail("reduces {} along other dimensions than height and width, which is not supported",
              to_text(x.dims));
  }
  pool_whole_plane(
      lowering, node,
      node.type() == "ReduceMean" ? OperatorKind::average_pool : OperatorKind::max_pool,
      node.integer("keepdims", 1) != 0);
}

}  // namespace

std::span<const LowerEntry> pool_lowerings() {
  static constexpr std::array<LowerEntry, 6> entries{{{"MaxPool", pool},
                                                      {"AveragePool", pool},
                                                      {"GlobalAveragePool", global_average},
                                                      {"GlobalMaxPool", global_max},
                                                      {"ReduceMean", reduce},
                                                      {"ReduceMax", reduce}}};
  return entries;
}

}  // namespace sd::graph
