// What is decided about a module before its text is written: groups, direct connections, and which
// expressions get a wire.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "emit/groups.hpp"
#include "emit/printed.hpp"
#include "graph/module.hpp"

namespace hcl::emitter {

/// How often each node is referred to in the text: by other nodes and by statements.
using Uses = std::unordered_map<const graph::Expr*, int>;

struct Plan {
  std::vector<Group> groups;
  /// A pin of an instance that is tied straight to a signal or a simple expression: no wire of its
  /// own.
  std::unordered_map<const graph::Signal*, ExprPtr> tied_inputs;
  /// An output pin that is the whole value of this signal: tied straight to it.
  std::unordered_map<const graph::Signal*, const graph::Signal*> tied_outputs;
  /// Signals that get their value from a tied output pin: no assign.
  std::unordered_set<const graph::Signal*> driven_by_pin;
  /// Unnamed expressions that get a wire, with the wire's name.
  std::unordered_map<const graph::Expr*, std::string> wires;
};

[[nodiscard]] Plan make_plan(const graph::Module& module);

/// `StateIdle` for state `idle` of register `state`.
[[nodiscard]] std::string enumerator(const graph::EnumType& type, std::uint64_t value);

/// Fills plan.wires.
void name_expressions(const graph::Module& module, const Uses& uses, Plan& plan);
[[nodiscard]] Uses count_uses(const graph::Module& module, const Plan& plan);

/// Picks the writes to one memory.
[[nodiscard]] Wanted writes_to(const graph::Memory& memory);
/// Picks assertions and cover points; an assertion that is always true says nothing.
[[nodiscard]] bool is_check(const graph::Statement& statement);

/// A signal, a literal, bits of a signal, the inverse of one: what is written out wherever it is
/// used.
[[nodiscard]] bool is_simple(const graph::Expr& expr);
/// A sum that has room for every result: computed in more bits it is the same number.
[[nodiscard]] bool is_exact_sum(const graph::Expr& expr);
/// Bits of it can be selected in place.
[[nodiscard]] bool is_plain_signal(const graph::Expr& expr);

}  // namespace hcl::emitter
