#include "factored.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "sdengine/graph/onnx_import.hpp"

namespace sd::graph {
namespace {

using Dims = std::vector<std::int64_t>;

/// The operator's weights, and how the factors cut them.
struct Geometry {
  std::int64_t filters = 0, channels = 0, kernel_height = 1, kernel_width = 1;
  std::int64_t rows = 0, columns = 0, slices = 1, slice_rows = 0, groups = 1, per_basis = 1;
};

template <typename... Args>
[[noreturn]] void fail(const Operator& op, fmt::format_string<Args...> text, Args&&... args) {
  throw ImportError(fmt::format("the factors of {} '{}' {}", to_string(op.kind), op.name,
                                fmt::format(text, std::forward<Args>(args)...)));
}

Geometry geometry(const Operator& op, const FactoredWeights& f) {
  Geometry g;
  g.filters = op.output.channels;
  if (op.kind == OperatorKind::convolution) {
    g.kernel_height = op.window.kernel_height;
    g.kernel_width = op.window.kernel_width;
  }
  g.channels =
      static_cast<std::int64_t>(op.weights.size()) / (g.filters * g.kernel_height * g.kernel_width);
  g.rows = f.rows;
  g.columns = f.columns;
  g.slice_rows = std::min(f.slice_rows, f.rows);
  g.slices = (g.rows + g.slice_rows - 1) / g.slice_rows;
  g.per_basis = f.filters_per_basis;
  g.groups = (g.filters + g.per_basis - 1) / g.per_basis;
  return g;
}

/// basis[:, j] as [filters][rows][columns].
std::string spread_basis(GraphWriter& w, const std::string& name, const std::string& basis,
                         const Geometry& g, std::int64_t j) {
  const Dims target{g.filters, g.rows, g.columns};
  const std::string one = w.slice(name, basis, {j}, {j + 1}, {1});
  if (g.slices == 1 && g.per_basis == 1)
    return w.expand(name, one, {g.filters, 1, g.columns}, target);
  const std::string apart = w.reshape(name, one, {g.groups, 1, g.slices, 1, g.columns});
  const std::string spread = w.expand(name, apart, {g.groups, 1, g.slices, 1, g.columns},
                                      {g.groups, g.per_basis, g.slices, g.slice_rows, g.columns});
  const Dims full{g.groups * g.per_basis, g.slices * g.slice_rows, g.columns};
  const std::string joined = w.reshape(name, spread, full);
  if (full == target) return joined;
  return w.slice(name, joined, {0, 0}, {g.filters, g.rows}, {0, 1});
}

/// [filters][rows][columns] -> the operator's weights.
std::string to_weights(GraphWriter& w, const std::string& name, std::string value,
                       const Operator& op, const Geometry& g, bool columns_are_kernel_columns) {
  if (!columns_are_kernel_columns) {
    const std::int64_t channel_groups = g.rows / g.kernel_height;
    if (g.kernel_height > 1) {
      value = w.reshape(name, value, {g.filters, channel_groups, g.kernel_height, g.columns});
      const std::string swapped = w.unique(name);
      set_integers(w.add_node("Transpose", swapped, {value}, swapped), "perm", {0, 1, 3, 2});
      value = swapped;
    }
    value = w.reshape(name, value, {g.filters, channel_groups * g.columns, g.kernel_height});
    if (channel_groups * g.columns != g.channels)
      value = w.slice(name, value, {0}, {g.channels}, {1});
  }
  const Dims dims = op.kind == OperatorKind::convolution
                        ? Dims{g.filters, g.channels, g.kernel_height, g.kernel_width}
                        : Dims{g.filters, g.channels};
  return w.reshape(name, value, dims);
}

}  // namespace

void validate(const FactoredWeights& f, const Network& network) {
  const auto operators = static_cast<int>(network.operators.size());
  if (f.operator_index < 0 || f.operator_index >= operators) {
    throw ImportError(fmt::format("factors are given for operator {} of a network of {}",
                                  f.operator_index, operators));
  }
  const Operator& op = network.operators[static_cast<std::size_t>(f.operator_index)];
  if (!op.has_weights()) fail(op, "belong to an operator without weights");
  if (f.rows < 1 || f.columns < 1 || f.rank < 1 || f.slice_rows < 1 || f.filters_per_basis < 1)
    fail(op, "have a count below 1");
  const Geometry g = geometry(op, f);
  const bool rows_fit = f.columns_are_kernel_columns
                            ? g.rows == g.channels * g.kernel_height && g.columns == g.kernel_width
                            : g.kernel_width == 1 && g.rows == (g.channels + g.columns - 1) /
                                                                   g.columns * g.kernel_height;
  if (f.filters != g.filters || !rows_fit) {
    fail(op, "have {} filters of {} x {}; its weights are {} filters of {} x {} x {}", f.filters,
         f.rows, f.columns, g.filters, g.channels, g.kernel_height, g.kernel_width);
  }
  const auto is = [](const std::vector<float>& values, std::int64_t count) {
    return static_cast<std::int64_t>(values.size()) == count;
  };
  if (!is(f.ce, g.filters * g.rows * f.rank) ||
      !is(f.basis, g.groups * g.slices * f.rank * g.columns) ||
      !(f.filter_scale.empty() || is(f.filter_scale, g.filters))) {
    fail(op, "hold {} coefficients, {} basis elements and {} scales; their counts do not fit",
         f.ce.size(), f.basis.size(), f.filter_scale.size());
  }
}

std::string join_factors(GraphWriter& w, const Operator& op, const FactoredWeights& f) {
  if (w.opset() < 8) {
    fail(op,
         "cannot be joined in opset {}, that of the post-processing; export the model again with a "
         "later one",
         w.opset());
  }
  const Geometry g = geometry(op, f);
  const std::string name = op.name + "/weights";
  const Dims target{g.filters, g.rows, g.columns};
  std::string ce = w.add_floats(op.name + ".ce", f.ce, {g.filters, g.rows, f.rank});
  const std::string basis =
      w.add_floats(op.name + ".basis", f.basis, {g.groups * g.slices, f.rank, g.columns});
  if (!f.filter_scale.empty()) {
    const std::string scale =
        w.add_floats(op.name + ".filter_scale", f.filter_scale, {g.filters, 1, 1});
    ce = w.add_value("Mul", name,
                     {ce, w.expand(name, scale, {g.filters, 1, 1}, {g.filters, g.rows, f.rank})});
  }
  std::string sum;
  for (std::int64_t j = 0; j < f.rank; ++j) {
    const std::string one = w.slice(name, ce, {j}, {j + 1}, {2});
    const std::string product = w.add_value(
        "Mul", name,
        {w.expand(name, one, {g.filters, g.rows, 1}, target), spread_basis(w, name, basis, g, j)});
    sum = sum.empty() ? product : w.add_value("Add", name, {sum, product});
  }
  return to_weights(w, name, sum, op, g, f.columns_are_kernel_columns);
}

}  // namespace sd::graph
