#include "emit/statements.hpp"

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
  // Branches that hold nothing to print leave their condition to the next one, inverted.
  std::string skipped;
  bool opened = false;
  const auto open = [&](const std::string& condition) {
    const std::string full = skipped.empty() ? condition : condition.empty() ? skipped : skipped + " && " + condition;
    if (full.empty())
      lines_.add("end else begin");
    else
      lines_.add((opened ? "end else if (" : "if (") + full + ") begin");
    opened = true;
    skipped.clear();
  };
  for (const When::Branch& branch : when.branches) {
    if (!holds_wanted(branch.body, wanted_)) {
      skipped += (skipped.empty() ? "" : " && ") + expressions_.negated(branch.condition);
      continue;
    }
    open(skipped.empty() ? expressions_.condition(branch.condition) : expressions_.operand_of_and(branch.condition));
    write_block(branch.body);
  }
  if (when.otherwise && holds_wanted(*when.otherwise, wanted_)) {
    open("");
    write_block(*when.otherwise);
  }
  lines_.add("end");
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
    for (const ExprPtr& label : arm.labels) labels += (labels.empty() ? "" : ", ") + ExpressionWriter::literal(*label, label->width);
    write_arm(labels, &arm.body);
  }
  if (!last_is_default) write_arm("default", node.otherwise ? &*node.otherwise : nullptr);
  lines_.outdent();
  lines_.add("endcase");
}

}  // namespace hcl::emitter
