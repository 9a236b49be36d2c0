// Constant folding: nodes of literals, and comparisons that the range of an operand decides.
#pragma once

#include <cstdint>
#include <optional>

#include "graph/expr.hpp"

namespace hcl::frontend {

/// The low 64 bits of a literal in their stored form: cut to the width, sign-extended if signed.
[[nodiscard]] std::uint64_t normalise(std::uint64_t value, int width, bool is_signed);

/// The value of a node whose operands are all literals and that is at most 64 bits wide throughout.
[[nodiscard]] std::optional<std::uint64_t> fold(const graph::Expr& node);

/// `x < 0`, `x >= 0`, `x > largest`, `x <= largest` of an unsigned or signed x beside a literal.
[[nodiscard]] std::optional<bool> decided_by_range(const graph::Expr& comparison);

}  // namespace hcl::frontend
