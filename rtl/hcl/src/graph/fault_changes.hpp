// What can go wrong at one place of the graph.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "graph/module.hpp"
#include "rtl/hcl/faults.hpp"

namespace hcl::graph {

/// Another expression in the place of a node.
struct NodeChange {
  FaultKind kind;
  std::string text;  ///< "+ becomes -"
  /// From the node (its operands may have been replaced) to what stands in its place: as wide and
  /// of the same type.
  std::function<ExprPtr(const Expr&)> apply;
};
[[nodiscard]] std::vector<NodeChange> node_changes(const Expr& node);

/// Another value after reset; empty where the register has none.
struct ResetChange {
  std::string text;  ///< "reset value 0 becomes 1"
  std::uint64_t value;
};
[[nodiscard]] std::optional<ResetChange> reset_change(const Signal& signal);

/// A literal of the signal's type and width.
[[nodiscard]] ExprPtr reset_literal(const Signal& signal, std::uint64_t value);

}  // namespace hcl::graph
