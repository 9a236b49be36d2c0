// The part of a statement's tree that is printed for some of its leaves: their conditions, and
// nothing else.
#pragma once

#include <functional>

#include "graph/module.hpp"
#include "graph/walk.hpp"

namespace hcl::emitter {

/// Picks leaves: drives, writes, checks.
using Wanted = std::function<bool(const graph::Statement&)>;

[[nodiscard]] bool holds_wanted(const graph::Block& block, const Wanted& wanted);
[[nodiscard]] bool holds_wanted(const graph::Statement& statement, const Wanted& wanted);

/// Visits the wanted leaves and the conditions that stand around them in the text.
void walk_printed(const graph::Statement& statement, const Wanted& wanted,
                  const graph::Visitor& visitor);

}  // namespace hcl::emitter
