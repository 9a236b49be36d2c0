#include "emit/statements.hpp"

#include <fmt/format.h>

#include "graph/walk.hpp"

namespace hcl::emitter {

using namespace graph;

void StatementWriter::write(const Statement& statement) {
  if (!holds_wanted(statement, wanted_)) return;
  if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement))
    write_when(**when);
  else if (const auto* node = std::get_if<std::unique_ptr<Switch>>(&statement))
    write_switch(**node);
  else
    print_(statement);
}

void StatementWriter::write_block(const Block& block) {
  lines_.indent();
  for (const Statement& statement : block.statements) write(statement);
  lines_.outdent();
}

void StatementWriter::write_when(const When& when) {
  write_chain(when, 0, false);
}

bool StatementWriter::rest_holds_wanted(const When& when, std::size_t first) const {
  for (std::size_t i = first; i < when.branches.size(); ++i)
    if (holds_wanted(when.branches[i].body, wanted_)) return true;
  return when.otherwise && holds_wanted(*when.otherwise, wanted_);
}

void StatementWriter::write_chain(const When& when, std::size_t first, bool continues) {
  // Branches that hold nothing to print are left out, but none of those behind them is taken in
  // their place.
  std::string not_taken;
  std::size_t next = first;
  for (; next < when.branches.size() && !holds_wanted(when.branches[next].body, wanted_); ++next)
    not_taken +=
        (not_taken.empty() ? "" : " && ") + expressions_.negated(when.branches[next].condition);
  const bool is_otherwise = next == when.branches.size();
  const bool is_last = is_otherwise || !rest_holds_wanted(when, next + 1);
  const auto open = [&](const std::string& condition) {
    lines_.add(fmt::format(
        "{}{} begin", continues ? "end else" : "",
        condition.empty() ? "" : fmt::format("{}if ({})", continues ? " " : "", condition)));
  };
  if (!not_taken.empty() && !is_last) {
    open(not_taken);
    lines_.indent();
    write_chain(when, next, false);
    lines_.outdent();
    lines_.add("end");
    return;
  }
  if (is_otherwise) {
    open(not_taken);
    write_block(*when.otherwise);
    lines_.add("end");
    return;
  }
  const When::Branch& branch = when.branches[next];
  open(not_taken.empty()
           ? expressions_.condition(branch.condition)
           : fmt::format("{} && {}", not_taken, expressions_.operand_of_and(branch.condition)));
  write_block(branch.body);
  if (is_last)
    lines_.add("end");
  else
    write_chain(when, next + 1, true);
}

void StatementWriter::write_arm(const std::string& label, const Block* block) {
  if (block == nullptr || !holds_wanted(*block, wanted_)) {
    lines_.add(label + ": ;");
    return;
  }
  lines_.add(label + ": begin");
  write_block(*block);
  lines_.add("end");
}

void StatementWriter::write_switch(const Switch& node) {
  const bool default_holds = node.otherwise && holds_wanted(*node.otherwise, wanted_);
  lines_.add("unique case (" + expressions_.condition(node.subject) + ")");
  lines_.indent();
  // Where the labels cover every value the last arm is the default: nothing is left open.
  const bool last_is_default = !node.otherwise && covers_all(node);
  for (std::size_t i = 0; i < node.arms.size(); ++i) {
    const Switch::Arm& arm = node.arms[i];
    if (last_is_default && i + 1 == node.arms.size()) {
      write_arm("default", &arm.body);
      break;
    }
    if (!holds_wanted(arm.body, wanted_) && !default_holds && !last_is_default) continue;
    std::string labels;
    for (const ExprPtr& label : arm.labels)
      labels += (labels.empty() ? "" : ", ") + ExpressionWriter::literal(*label, label->width);
    write_arm(labels, &arm.body);
  }
  if (!last_is_default) write_arm("default", node.otherwise ? &*node.otherwise : nullptr);
  lines_.outdent();
  lines_.add("endcase");
}

}  // namespace hcl::emitter
