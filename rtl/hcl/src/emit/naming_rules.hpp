// The rules by which an unnamed expression gets a wire of its own, or stays where it is used.
#pragma once

#include <cstddef>

#include "graph/expr.hpp"

namespace hcl::emitter {

/// What a wire for this expression is called, behind the name of what it feeds.
[[nodiscard]] const char* word_for(const graph::Expr& expr);

/// Cheap enough to be written out at each use.
[[nodiscard]] bool is_repeatable(const graph::Expr& expr);

/// The operand has to be a name in the text: it is selected from, or its extension would lose the
/// sign.
[[nodiscard]] bool needs_name(const graph::Expr& parent, std::size_t position,
                              const graph::Expr& operand);

/// The operand is extended by a cast, which one tool takes as the context of what stands inside:
/// only what has a width of its own may stand there.
[[nodiscard]] bool needs_width(const graph::Expr& parent, std::size_t position,
                               const graph::Expr& operand);

/// Characters of the expression without its operands.
[[nodiscard]] int own_length(const graph::Expr& expr);

}  // namespace hcl::emitter
