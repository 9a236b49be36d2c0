#include "rtl/hcl/state.hpp"

#include <fmt/format.h>

#include "frontend/node.hpp"
#include "graph/elaboration.hpp"

namespace hcl::detail {

namespace {
/// The literal of a state; a number without a name is a problem, and the first state instead.
ExprPtr state_literal(const ExprPtr& state, std::int64_t value, Where where) {
  const graph::EnumType& type = *state->signal->states;
  std::int64_t known = value;
  if (value < 0 || value >= static_cast<std::int64_t>(type.names.size())) {
    state->owner->report(state->signal->name,
                         fmt::format("has {} states and meets number {}", type.names.size(), value),
                         "name every enumerator, in order from 0", {where, state->where});
    known = 0;
  }
  auto literal = std::make_shared<graph::Expr>(
      *frontend::literal({state->width}, static_cast<std::uint64_t>(known), where));
  literal->states = &type;
  return literal;
}
}  // namespace

ExprPtr state_is(const ExprPtr& state, std::int64_t value, bool equal, Where where) {
  return frontend::node(equal ? frontend::Op::equal : frontend::Op::not_equal, frontend::bool_shape,
                        {state, state_literal(state, value, where)}, where);
}

void drive_state(const ExprPtr& state, std::int64_t value, Where where) {
  frontend::drive(state, state_literal(state, value, where), false, where);
}

void drive_state(const ExprPtr& state, const ExprPtr& condition, std::int64_t a, std::int64_t b,
                 Where where) {
  graph::Module& module = *state->owner;
  if (condition->is_literal() || a == b || module.open.empty() ||
      (condition->owner != nullptr && condition->owner != &module)) {
    drive_state(state, !condition->is_literal() || condition->value != 0 ? a : b, where);
    return;
  }
  auto& slot = module.current().statements.emplace_back(std::make_unique<graph::When>());
  graph::When& when = *std::get<std::unique_ptr<graph::When>>(slot);
  when.where = where;
  graph::When::Branch& branch =
      when.branches.emplace_back(graph::When::Branch{condition, {}, where});
  when.otherwise.emplace();
  for (const auto& [block, value] : {std::pair{&branch.body, a}, std::pair{&*when.otherwise, b}}) {
    module.open.push_back(block);
    drive_state(state, value, where);
    module.open.pop_back();
  }
}

UInt state_bits(const ExprPtr& state, Where where) {
  // A copy of the reading node without the states: plain bits.
  return UInt(frontend::node(frontend::Op::reinterpret, {state->width}, {state}, where));
}

}  // namespace hcl::detail
