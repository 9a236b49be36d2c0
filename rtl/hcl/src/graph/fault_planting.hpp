// Puts faults into a module for as long as it lives.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/fault_sites.hpp"

namespace hcl::graph {

/// Adds the wire `fault_select` to the module and rewrites its expressions; the destructor brings
/// back what was there.
class FaultPlanting {
 public:
  FaultPlanting(Module& module, const std::vector<std::pair<int, FaultSite>>& faults);
  ~FaultPlanting();
  FaultPlanting(const FaultPlanting&) = delete;
  FaultPlanting& operator=(const FaultPlanting&) = delete;

 private:
  [[nodiscard]] ExprPtr selected(int number) const;
  [[nodiscard]] ExprPtr rewritten(const ExprPtr& expr);
  void replace(ExprPtr& slot, ExprPtr value);
  void rewrite(ExprPtr& slot) { replace(slot, rewritten(slot)); }
  void rewrite(Block& block);

  Module& module_;
  const Signal* select_;
  std::unordered_map<const Expr*, std::vector<std::pair<int, const NodeChange*>>> changes_;
  std::unordered_map<const Expr*, ExprPtr> done_;
  std::vector<std::pair<ExprPtr*, ExprPtr>> replaced_;
  std::vector<Signal*> resets_;
};

}  // namespace hcl::graph
