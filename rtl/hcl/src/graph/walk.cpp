#include "graph/walk.hpp"

namespace hcl::graph {

void walk(const Statement& statement, const Visitor& visitor) {
  if (const auto* drive = std::get_if<Drive>(&statement)) {
    if (visitor.drive) visitor.drive(*drive);
  } else if (const auto* write = std::get_if<MemoryWrite>(&statement)) {
    if (visitor.memory_write) visitor.memory_write(*write);
  } else if (const auto* check = std::get_if<Check>(&statement)) {
    if (visitor.check) visitor.check(*check);
  } else if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement)) {
    for (const When::Branch& branch : (*when)->branches) {
      if (visitor.condition) visitor.condition(branch.condition);
      walk(branch.body, visitor);
    }
    if ((*when)->otherwise) walk(*(*when)->otherwise, visitor);
    if (visitor.leave) visitor.leave((*when)->branches.size());
  } else {
    const Switch& node = *std::get<std::unique_ptr<Switch>>(statement);
    if (visitor.condition) visitor.condition(node.subject);
    for (const Switch::Arm& arm : node.arms) walk(arm.body, visitor);
    if (node.otherwise) walk(*node.otherwise, visitor);
    if (visitor.leave) visitor.leave(1);
  }
}

void walk(const Block& block, const Visitor& visitor) {
  for (const Statement& statement : block.statements) walk(statement, visitor);
}

void walk_expressions(const Module& module, const std::function<void(const ExprPtr&)>& visit) {
  for (const Named& named : module.named) visit(named.value);
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) { visit(drive.value); };
  visitor.memory_write = [&](const MemoryWrite& write) {
    visit(write.address);
    visit(write.data);
  };
  visitor.check = [&](const Check& check) { visit(check.condition); };
  visitor.condition = visit;
  walk(module.body, visitor);
}

bool covers_all(const Switch& node) {
  std::size_t labels = 0;
  for (const Switch::Arm& arm : node.arms) labels += arm.labels.size();
  return node.subject->width < 31 && labels == std::size_t{1} << node.subject->width;
}

}  // namespace hcl::graph
