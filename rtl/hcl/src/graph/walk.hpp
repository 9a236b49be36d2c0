// Walks the tree of statements of a module.
#pragma once

#include <cstddef>
#include <functional>

#include "graph/module.hpp"

namespace hcl::graph {

/// What a walk may want to see; leave out what it does not.
struct Visitor {
  std::function<void(const Drive&)> drive;
  std::function<void(const MemoryWrite&)> memory_write;
  std::function<void(const Check&)> check;
  /// Conditions of whens, subjects of switches; labels are not visited.
  std::function<void(const ExprPtr&)> condition;
  /// So many of the conditions, the latest ones, no longer hold: those between `condition` and this
  /// decide over the statements in between.
  std::function<void(std::size_t)> leave;
};

void walk(const Block& block, const Visitor& visitor);
void walk(const Statement& statement, const Visitor& visitor);

/// Every expression that the module evaluates, once per place: drives, writes, checks, conditions,
/// named expressions.
void walk_expressions(const Module& module, const std::function<void(const ExprPtr&)>& visit);

/// The labels of a switch cover every value of its subject.
[[nodiscard]] bool covers_all(const Switch& node);

}  // namespace hcl::graph
