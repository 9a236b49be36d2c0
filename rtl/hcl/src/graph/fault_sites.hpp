// All faults of a module, in program order.
#pragma once

#include <variant>

#include "graph/fault_changes.hpp"

namespace hcl::graph {

/// A place and what changes there.
struct NodeSite {
  const Expr* node;
  NodeChange change;
};
struct BranchSite {
  When::Branch* branch;
  bool always;  ///< true: the condition is dropped; false: it never holds
};
struct ResetSite {
  Signal* signal;
  std::uint64_t value;
};
struct FaultSite {
  Fault fault;
  std::variant<NodeSite, BranchSite, ResetSite> at;
};

[[nodiscard]] std::vector<FaultSite> fault_sites(Module& module);

}  // namespace hcl::graph
