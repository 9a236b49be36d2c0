#include "emit/printed.hpp"

#include <algorithm>

namespace hcl::emitter {

using namespace graph;

bool holds_wanted(const Block& block, const Wanted& wanted) {
  return std::any_of(block.statements.begin(), block.statements.end(),
                     [&](const Statement& statement) { return holds_wanted(statement, wanted); });
}

bool holds_wanted(const Statement& statement, const Wanted& wanted) {
  if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement)) {
    const auto& branches = (*when)->branches;
    return std::any_of(
               branches.begin(), branches.end(),
               [&](const When::Branch& branch) { return holds_wanted(branch.body, wanted); }) ||
           ((*when)->otherwise && holds_wanted(*(*when)->otherwise, wanted));
  }
  if (const auto* node = std::get_if<std::unique_ptr<Switch>>(&statement)) {
    const auto& arms = (*node)->arms;
    return std::any_of(arms.begin(), arms.end(),
                       [&](const Switch::Arm& arm) { return holds_wanted(arm.body, wanted); }) ||
           ((*node)->otherwise && holds_wanted(*(*node)->otherwise, wanted));
  }
  return wanted(statement);
}

namespace {

void walk_block(const Block& block, const Wanted& wanted, const Visitor& visitor) {
  for (const Statement& statement : block.statements) walk_printed(statement, wanted, visitor);
}

void walk_when(const When& when, const Wanted& wanted, const Visitor& visitor) {
  // A branch without wanted leaves is printed as the inverse of its condition, in front of the next
  // one that has some.
  std::size_t last = 0;
  for (std::size_t i = 0; i < when.branches.size(); ++i)
    if (holds_wanted(when.branches[i].body, wanted)) last = i + 1;
  if (when.otherwise && holds_wanted(*when.otherwise, wanted)) last = when.branches.size();
  for (std::size_t i = 0; i < last; ++i) {
    if (visitor.condition) visitor.condition(when.branches[i].condition);
    walk_block(when.branches[i].body, wanted, visitor);
  }
  if (when.otherwise) walk_block(*when.otherwise, wanted, visitor);
}

}  // namespace

void walk_printed(const Statement& statement, const Wanted& wanted, const Visitor& visitor) {
  if (!holds_wanted(statement, wanted)) return;
  if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement)) {
    walk_when(**when, wanted, visitor);
  } else if (const auto* node = std::get_if<std::unique_ptr<Switch>>(&statement)) {
    if (visitor.condition) visitor.condition((*node)->subject);
    for (const Switch::Arm& arm : (*node)->arms) walk_block(arm.body, wanted, visitor);
    if ((*node)->otherwise) walk_block(*(*node)->otherwise, wanted, visitor);
  } else {
    walk(statement, visitor);
  }
}

}  // namespace hcl::emitter
