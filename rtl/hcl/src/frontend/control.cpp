// when, switch_, assert_, assume_, cover_.
#include <fmt/format.h>

#include "frontend/node.hpp"
#include "graph/elaboration.hpp"

namespace hcl {

namespace {

/// Opens a block for the length of a scope, also when an exception leaves it.
class OpenBlock {
 public:
  OpenBlock(graph::Module& module, graph::Block& block, ExprPtr condition) : module_(module) {
    module_.open.push_back(&block);
    module_.open_conditions.push_back(std::move(condition));
  }
  OpenBlock(const OpenBlock&) = delete;
  OpenBlock& operator=(const OpenBlock&) = delete;
  ~OpenBlock() {
    module_.open.pop_back();
    module_.open_conditions.pop_back();
  }

 private:
  graph::Module& module_;
};

ExprPtr checked_condition(graph::Module& module, const ExprPtr& condition, Where where) {
  if (condition->owner == nullptr || condition->owner == &module) return condition;
  module.report("",
                fmt::format("a condition reads {} of module {}", frontend::describe(condition),
                            condition->owner->name),
                "pass it through a port", {where, condition->where});
  return frontend::literal(frontend::bool_shape, 0, where);
}

void add_branch(graph::Module& module, graph::When& when, const Arg<Bool>& condition,
                const std::function<void()>& body) {
  const Where where = condition.where();
  const ExprPtr checked = checked_condition(module, condition.expr(), where);
  if (when.none_taken == nullptr)
    when.none_taken = frontend::literal(frontend::bool_shape, 1, where);
  const ExprPtr taken = frontend::logical_and(when.none_taken, checked, where);
  when.none_taken =
      frontend::logical_and(when.none_taken, frontend::logical_not(checked, where), where);
  graph::When::Branch& branch = when.branches.emplace_back(graph::When::Branch{checked, {}, where});
  const OpenBlock open(module, branch.body, taken);
  body();
}

ExprPtr any_of(const ExprPtr& subject, const std::vector<ExprPtr>& labels, Where where) {
  ExprPtr any = frontend::literal(frontend::bool_shape, 0, where);
  for (const ExprPtr& label : labels)
    any = frontend::logical_or(
        any, frontend::node(frontend::Op::equal, frontend::bool_shape, {subject, label}, where),
        where);
  return any;
}

}  // namespace

WhenChain ModuleBase::when(const Arg<Bool>& condition, const std::function<void()>& body) {
  auto& statements = module_->current().statements;
  auto& slot = statements.emplace_back(std::make_unique<graph::When>());
  graph::When& when = *std::get<std::unique_ptr<graph::When>>(slot);
  when.where = condition.where();
  add_branch(*module_, when, condition, body);
  return {*module_, when};
}

WhenChain WhenChain::elsewhen(const Arg<Bool>& condition, const std::function<void()>& body) const {
  add_branch(*module_, *when_, condition, body);
  return *this;
}

void WhenChain::otherwise(const std::function<void()>& body) const {
  when_->otherwise.emplace();
  const OpenBlock open(*module_, *when_->otherwise, when_->none_taken);
  body();
}

Switch ModuleBase::open_switch(const ExprPtr& subject, Where where) {
  auto& slot = module_->current().statements.emplace_back(std::make_unique<graph::Switch>());
  graph::Switch& node = *std::get<std::unique_ptr<graph::Switch>>(slot);
  node.subject = subject;
  node.where = where;
  if (subject->owner != module_)
    module_->report("",
                    subject->owner == nullptr
                        ? "a switch_ is over a literal"
                        : fmt::format("a switch_ reads {} of module {}",
                                      frontend::describe(subject), subject->owner->name),
                    "switch over a signal of this module", {where});
  return {*module_, node};
}

void Switch::arm(const std::vector<Label>& labels, const std::function<void()>& body, Where where) {
  const ExprPtr& subject = node_->subject;
  const graph::EnumType* states =
      subject->op == frontend::Op::signal ? subject->signal->states : nullptr;
  graph::Switch::Arm& arm = node_->arms.emplace_back(graph::Switch::Arm{{}, {}, where});
  for (const Label& label : labels) {
    const std::string text = frontend::integer_text(label.negative, label.bits);
    const bool fits =
        !label.negative &&
        (states != nullptr ? label.bits < states->names.size()
                           : frontend::least_width(false, false, label.bits) <= subject->width);
    if (!fits) {
      module_->report(
          frontend::describe(subject),
          fmt::format("has {} bits and is compared with {} in a switch_", subject->width, text),
          "use a label that it can be", {where, node_->where});
      continue;
    }
    for (const graph::Switch::Arm& other : node_->arms)
      for (const ExprPtr& taken : other.labels)
        if (taken->value == label.bits)
          module_->report(frontend::describe(subject),
                          fmt::format("has two arms for {} in one switch_", text), "join the arms",
                          {where, other.where});
    auto literal =
        std::make_shared<graph::Expr>(*frontend::literal({subject->width}, label.bits, where));
    literal->states = states;
    arm.labels.push_back(std::move(literal));
  }
  const OpenBlock open(*module_, arm.body, any_of(subject, arm.labels, where));
  body();
}

void Switch::otherwise(const std::function<void()>& body) {
  node_->otherwise.emplace();
  ExprPtr any = frontend::literal(frontend::bool_shape, 0, node_->where);
  for (const graph::Switch::Arm& arm : node_->arms)
    any = frontend::logical_or(any, any_of(node_->subject, arm.labels, node_->where), node_->where);
  const OpenBlock open(*module_, *node_->otherwise, frontend::logical_not(any, node_->where));
  body();
}

void ModuleBase::check(CheckKind kind, const Name& name, const Arg<Bool>& condition) {
  const ExprPtr checked = checked_condition(*module_, condition.expr(), condition.where());
  module_->current().statements.emplace_back(
      graph::Check{kind, name.text, checked, name.where, module_->current_domain});
}

void ModuleBase::assert_(const Name& name, const Arg<Bool>& condition) {
  check(CheckKind::assertion, name, condition);
}

void ModuleBase::assume_(const Name& name, const Arg<Bool>& condition) {
  check(CheckKind::assumption, name, condition);
}

void ModuleBase::cover_(const Name& name, const Arg<Bool>& condition) {
  check(CheckKind::cover, name, condition);
}

}  // namespace hcl
