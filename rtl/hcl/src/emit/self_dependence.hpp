// Groups of drives that would depend on themselves.
#pragma once

#include <cstddef>
#include <unordered_set>
#include <vector>

#include "emit/groups.hpp"

namespace hcl::emitter {

/// Numbers of the groups that lie on a cycle of groups, expressions and paths through children.
[[nodiscard]] std::unordered_set<std::size_t> self_dependent(const graph::Module& module,
                                                             const std::vector<Group>& groups);

}  // namespace hcl::emitter
