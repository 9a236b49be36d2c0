#include "emit/plan.hpp"

#include <cctype>

#include "graph/walk.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

std::string camel(const std::string& snake) {
  std::string text;
  bool start = true;
  for (const char c : snake) {
    if (c == '_') {
      start = true;
      continue;
    }
    text += start ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    start = false;
  }
  return text;
}

void count(const ExprPtr& expr, Uses& uses) {
  std::vector<const Expr*> left = {expr.get()};
  while (!left.empty()) {
    const Expr* next = left.back();
    left.pop_back();
    if (++uses[next] > 1) continue;
    for (const ExprPtr& operand : next->operands) left.push_back(operand.get());
  }
}

void tie_pins(const Module& module, const Uses& uses, Plan& plan) {
  const auto used = [&](const Signal& signal) {
    const auto found = uses.find(signal.handle.get());
    return found == uses.end() ? 0 : found->second;
  };
  const auto tie_output = [&](const Signal* target, const ExprPtr& value) {
    if (value->op != Op::signal || value->signal->kind != SignalKind::instance_output || used(*value->signal) != 1 || target->width != value->width) return;
    plan.tied_outputs[value->signal] = target;
    plan.driven_by_pin.insert(target);
  };
  for (const Group& group : plan.groups) {
    const Drive* drive = group.single_drive();
    if (drive == nullptr) continue;
    if (drive->target->kind == SignalKind::instance_input) {
      if (used(*drive->target) == 0 && is_simple(*drive->value)) plan.tied_inputs[drive->target] = drive->value;
    } else if (drive->target->kind == SignalKind::wire || drive->target->kind == SignalKind::output) {
      tie_output(drive->target, drive->value);
    }
  }
  for (const Named& named : module.named) tie_output(named.signal, named.value);
}

}  // namespace

std::string enumerator(const EnumType& type, std::uint64_t value) { return camel(type.name) + camel(type.names.at(value)); }

bool is_plain_signal(const Expr& expr) { return expr.op == Op::signal && expr.signal->states == nullptr; }

bool is_simple(const Expr& expr) {
  switch (expr.op) {
    case Op::literal:
    case Op::signal:
      return true;
    case Op::bits:
      return is_plain_signal(*expr.operands[0]);
    case Op::reinterpret:
      return is_simple(*expr.operands[0]);
    case Op::bit_not:
      return expr.is_bool && expr.operands[0]->op == Op::signal;
    default:
      return false;
  }
}

Uses count_uses(const Module& module, const Plan& plan) {
  Uses uses;
  for (const Named& named : module.named) count(named.value, uses);
  // Conditions are written once for each group that holds them.
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) { count(drive.value, uses); };
  visitor.condition = [&](const ExprPtr& condition) { count(condition, uses); };
  for (const Group& group : plan.groups) {
    const bool split = group.targets.size() == 1;
    Visitor mine = visitor;
    if (split) mine.drive = [&](const Drive& drive) {
        if (drive.target == group.targets.front()) count(drive.value, uses);
      };
    for (const Statement* statement : group.statements) walk(*statement, mine);
  }
  // Memory writes and checks stand in blocks of their own, under their conditions.
  for (const Statement& statement : module.body.statements) {
    std::vector<ExprPtr> conditions;
    bool stands_alone = false;
    Visitor other;
    other.condition = [&](const ExprPtr& condition) { conditions.push_back(condition); };
    other.memory_write = [&](const MemoryWrite& write) {
      count(write.address, uses);
      count(write.data, uses);
      stands_alone = true;
    };
    other.check = [&](const Check& check) {
      count(check.condition, uses);
      stands_alone = true;
    };
    walk(statement, other);
    if (stands_alone)
      for (const ExprPtr& condition : conditions) count(condition, uses);
  }
  return uses;
}

Plan make_plan(const Module& module) {
  Plan plan;
  plan.groups = drive_groups(module);
  const Uses uses = count_uses(module, plan);
  tie_pins(module, uses, plan);
  name_expressions(module, uses, plan);
  return plan;
}

}  // namespace hcl::emitter
