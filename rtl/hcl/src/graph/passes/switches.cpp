// Every switch_ says what happens for every value of its subject: a register that would keep its
// value for those that no arm names does so because the designer forgot them, or because he meant
// it; otherwise([] {}) says which. (Wires need a value on every path anyway, see driven.cpp.)
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

namespace {

void look(Module& module, const Block& block);

/// The name of a register or memory that an arm writes; empty if none does.
std::string kept_by(const Switch& node) {
  std::string name;
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) {
    if (name.empty() && drive.target->kind == SignalKind::reg) name = drive.target->name;
  };
  for (const Switch::Arm& arm : node.arms) walk(arm.body, visitor);
  return name;
}

/// The values without an arm, as a short list: those of a state by name, of anything else how many.
std::string missing(const Switch& node) {
  std::set<std::uint64_t> covered;
  for (const Switch::Arm& arm : node.arms)
    for (const ExprPtr& label : arm.labels) covered.insert(label->value);
  const EnumType* states = node.subject->op == Op::signal ? node.subject->signal->states : nullptr;
  if (states == nullptr) {
    if (node.subject->width < 63 && covered.size() == std::uint64_t{1} << node.subject->width)
      return "";
    return node.subject->width < 32
               ? fmt::format("{} of {} values",
                             (std::uint64_t{1} << node.subject->width) - covered.size(),
                             std::uint64_t{1} << node.subject->width)
               : std::string("most values");
  }
  std::string names;
  for (std::size_t i = 0; i < states->names.size(); ++i)
    if (!covered.contains(i)) names += (names.empty() ? "" : ", ") + states->names[i];
  return names;
}

void look(Module& module, const Statement& statement) {
  if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement)) {
    for (const When::Branch& branch : (*when)->branches) look(module, branch.body);
    if ((*when)->otherwise) look(module, *(*when)->otherwise);
  } else if (const auto* held = std::get_if<std::unique_ptr<Switch>>(&statement)) {
    const Switch& node = **held;
    for (const Switch::Arm& arm : node.arms) look(module, arm.body);
    if (node.otherwise) return look(module, *node.otherwise);
    const std::string kept = kept_by(node);
    if (kept.empty()) return;
    if (const std::string left = missing(node); !left.empty())
      module.report(kept, fmt::format("is assigned in a switch_ that has no arm for {}", left),
                    "add the arms, or s.otherwise([] {}) where it keeps its value", {node.where});
  }
}

void look(Module& module, const Block& block) {
  for (const Statement& statement : block.statements) look(module, statement);
}

}  // namespace

void check_switches(Module& module) {
  look(module, module.body);
}

}  // namespace hcl::graph
