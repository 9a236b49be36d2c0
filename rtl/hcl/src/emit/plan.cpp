#include "emit/plan.hpp"

#include <algorithm>
#include <cctype>

#include "emit/printed.hpp"

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
    if (value->op != Op::signal || value->signal->kind != SignalKind::instance_output ||
        used(*value->signal) != 1 || target->width != value->width)
      return;
    plan.tied_outputs[value->signal] = target;
    plan.driven_by_pin.insert(target);
  };
  for (const Group& group : plan.groups) {
    const Drive* drive = group.single_drive();
    if (drive == nullptr) continue;
    if (drive->target->kind == SignalKind::instance_input) {
      if (used(*drive->target) == 0 && is_simple(*drive->value))
        plan.tied_inputs[drive->target] = drive->value;
    } else if (drive->target->kind == SignalKind::wire ||
               drive->target->kind == SignalKind::output) {
      tie_output(drive->target, drive->value);
    }
  }
  for (const Named& named : module.named) tie_output(named.signal, named.value);
}

}  // namespace

std::string enumerator(const EnumType& type, std::uint64_t value) {
  return camel(type.name) + camel(type.names.at(value));
}

bool is_plain_signal(const Expr& expr) {
  return expr.op == Op::signal && expr.signal->states == nullptr;
}

bool is_exact_sum(const Expr& expr) {
  if (expr.op != Op::add && !(expr.op == Op::subtract && expr.is_signed)) return false;
  return expr.width > std::max(expr.operands[0]->width, expr.operands[1]->width);
}

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
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) { count(drive.value, uses); };
  visitor.memory_write = [&](const MemoryWrite& write) {
    count(write.address, uses);
    count(write.data, uses);
  };
  visitor.check = [&](const Check& check) { count(check.condition, uses); };
  visitor.condition = [&](const ExprPtr& condition) { count(condition, uses); };
  // A condition is written once in every block that has something under it.
  for (const Group& group : plan.groups) {
    if (const Drive* drive = group.single_drive()) {
      count(drive->value, uses);
      continue;
    }
    const Wanted wanted = group.wanted();
    for (const Statement* statement : group.statements) walk_printed(*statement, wanted, visitor);
  }
  for (const Statement& statement : module.body.statements) {
    if (std::holds_alternative<Drive>(statement)) continue;
    for (const Memory& memory : module.memories)
      walk_printed(statement, writes_to(memory), visitor);
    walk_printed(statement, is_check, visitor);
  }
  return uses;
}

Wanted writes_to(const Memory& memory) {
  return [&memory](const Statement& statement) {
    const auto* write = std::get_if<MemoryWrite>(&statement);
    return write != nullptr && write->memory == &memory;
  };
}

bool is_check(const Statement& statement) {
  const auto* check = std::get_if<Check>(&statement);
  return check != nullptr && (check->kind == CheckKind::cover || !check->condition->is_literal() ||
                              check->condition->value == 0);
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
