// Counters: a register, what it will be next, and an assertion about the step between them.
#include <fmt/format.h>

#include "frontend/node.hpp"
#include "rtl/hcl/module.hpp"

namespace hcl {

using frontend::Op;

namespace {

constexpr int widest_counter = 64;

/// What an assertion says of the step from `now` to `next`: it never leads down, its lowest bit is
/// that of the step, or there is no carry.
ExprPtr promise(Overflow overflow, const ExprPtr& now, const ExprPtr& next, const ExprPtr& step,
                const ExprPtr& carry, Where where) {
  const auto bit = [&](const ExprPtr& of) {
    return frontend::bits(of, 0, 0, frontend::bool_shape, where);
  };
  switch (overflow) {
    case Overflow::saturate:
      return frontend::compare(Op::greater_equal, next, now, where);
    case Overflow::never:
      return frontend::logical_not(carry, where);
    case Overflow::wrap:
      break;
  }
  const ExprPtr changes =
      frontend::node(Op::bit_xor, frontend::bool_shape, {bit(next), bit(now)}, where);
  return frontend::node(Op::equal, frontend::bool_shape, {changes, bit(step)}, where);
}

}  // namespace

UInt ModuleBase::counter(const Name& name, int width, Overflow overflow, const Arg<Bool>& enable,
                         const Arg<Bool>& clear) {
  const Where where = name.where;
  const ExprPtr inside = frontend::current_condition(*module_, where);
  return UInt(
      count(name, width, overflow,
            frontend::reinterpret(frontend::logical_and(inside, enable.expr(), where), {1}, where),
            frontend::logical_and(inside, clear.expr(), where)));
}

UInt ModuleBase::counter(const Name& name, int width, Overflow overflow, const Arg<UInt>& amount,
                         const Arg<Bool>& clear) {
  const Where where = name.where;
  const ExprPtr inside = frontend::current_condition(*module_, where);
  const ExprPtr none = frontend::literal({amount.expr()->width}, 0, where);
  return UInt(count(name, width, overflow, frontend::mux(inside, amount.expr(), none, where),
                    frontend::logical_and(inside, clear.expr(), where)));
}

ExprPtr ModuleBase::count(const Name& name, int width, Overflow overflow, const ExprPtr& step,
                          const ExprPtr& clear) {
  const Where where = name.where;
  if (width < 1 || width > widest_counter || step->width > width) {
    module_->report(name.text,
                    fmt::format("is a counter of {} bits for steps of {} bits", width, step->width),
                    "a counter has 1 to 64 bits and at least as many as its steps", {where});
    return frontend::literal({1}, 0, where);
  }
  graph::Signal& value =
      module_->add_signal(graph::SignalKind::reg, name.text, LeafShape{width, false, false}, where);
  value.reset = 0;
  const ExprPtr now = value.handle;
  ExprPtr counted, carry;
  if (overflow == Overflow::wrap) {
    counted = frontend::node(Op::add, {width}, {now, step}, where);
  } else {
    const ExprPtr sum = named(Name(name.text + "_sum", where),
                              frontend::node(Op::add, {width + 1}, {now, step}, where));
    carry = frontend::bits(sum, width, width, frontend::bool_shape, where);
    counted = frontend::bits(sum, width - 1, 0, {width}, where);
    if (overflow == Overflow::saturate)
      counted = frontend::mux(carry, frontend::all_ones(width, where), counted, where);
  }
  const ExprPtr zero = frontend::literal({width}, 0, where);
  const ExprPtr next =
      named(Name(name.text + "_next", where), frontend::mux(clear, zero, counted, where));
  // Into the body itself: the open conditions are part of the step.
  module_->body.statements.emplace_back(graph::Drive{&value, next, where});
  module_->body.statements.emplace_back(graph::Check{
      CheckKind::assertion, name.text + "_counts",
      frontend::logical_or(clear, promise(overflow, now, next, step, carry, where), where), where,
      module_->current_domain});
  module_->counters.push_back({&value, overflow});
  return value.handle;
}

}  // namespace hcl
