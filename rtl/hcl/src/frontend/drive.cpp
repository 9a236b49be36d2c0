#include <fmt/format.h>

#include "frontend/node.hpp"
#include "graph/elaboration.hpp"

namespace hcl::frontend {

using graph::Drive;
using graph::Module;
using graph::Signal;
using graph::SignalKind;

namespace {

/// Why this signal cannot be driven, and what to do instead.
std::pair<std::string, std::string> not_drivable(const Signal& signal) {
  switch (signal.kind) {
    case SignalKind::input:
      return {"is an input of this module and is driven in it",
              "drive it where the module is instantiated, or make it an output"};
    case SignalKind::instance_output:
      return {fmt::format("is an output of instance {} and is driven by its parent",
                          signal.instance->name),
              "drive it inside the child, or make it an input of the child"};
    default:
      return {"is a named expression and is driven", "declare a wire instead"};
  }
}

}  // namespace

void drive(const ExprPtr& target, const ExprPtr& value, bool bare, Where where) {
  if (target->op != Op::signal) {
    report({target, value}, "the left side of <<= is an expression, not a signal",
           "drive a wire, register or output", where);
    return;
  }
  Module& module = *target->owner;
  // Drivable signals live in their module, which is not const while it is being built.
  Signal& signal = module.signals[static_cast<std::size_t>(target->signal->index)];
  if (!signal.is_drivable()) {
    const auto [what, remedy] = not_drivable(signal);
    module.report(signal.name, what, remedy, {where, signal.where});
    return;
  }
  if (module.elaboration == nullptr || module.elaboration->current() != &module ||
      module.open.empty()) {
    module.report(signal.name, "is driven from outside its module", "pass the value through a port",
                  {where, signal.where});
    return;
  }
  if (value->owner != nullptr && value->owner != &module) {
    module.report(signal.name,
                  fmt::format("is driven by {} of module {}", describe(value), value->owner->name),
                  "pass it through a port", {where, value->where});
    return;
  }
  if (value->width > signal.width) {
    if (bare)
      module.report(signal.name,
                    fmt::format("has {} bit{} and cannot hold the integer {}", signal.width,
                                signal.width == 1 ? "" : "s", integer_text(*value)),
                    "make it wider", {where, signal.where});
    else
      module.report(signal.name,
                    fmt::format("has {} bit{} and is driven by {} bits", signal.width,
                                signal.width == 1 ? "" : "s", value->width),
                    "cut the value with truncate, bits or wrap, or make the signal wider",
                    {where, signal.where});
    // Driven all the same, so that one slip is told once.
    module.current().statements.emplace_back(
        Drive{&signal, literal({signal.width, signal.is_signed}, 0, where), where});
    return;
  }
  module.current().statements.emplace_back(
      Drive{&signal, extend(value, signal.width, where), where});
}

}  // namespace hcl::frontend
