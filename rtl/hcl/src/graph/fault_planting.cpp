#include "graph/fault_planting.hpp"

namespace hcl::graph {
namespace {

constexpr int select_bits = 16;

std::shared_ptr<Expr> bool_node(Op op, std::vector<ExprPtr> operands) {
  auto node = std::make_shared<Expr>();
  node->op = op;
  node->is_bool = true;
  node->operands = std::move(operands);
  return node;
}

ExprPtr choice(const ExprPtr& condition, const ExprPtr& a, const ExprPtr& b, Module& owner) {
  auto node = std::make_shared<Expr>();
  node->op = Op::mux;
  node->width = b->width;
  node->is_signed = b->is_signed;
  node->is_bool = b->is_bool;
  node->operands = {condition, a, b};
  node->owner = &owner;
  node->where = b->where;
  return node;
}

}  // namespace

FaultPlanting::FaultPlanting(Module& module, const std::vector<std::pair<int, FaultSite>>& faults)
    : module_(module),
      select_(&module.add_signal(SignalKind::wire, std::string(fault_select_name),
                                 LeafShape{.width = select_bits}, module.where)) {
  for (const auto& [number, site] : faults)
    if (const auto* node = std::get_if<NodeSite>(&site.at))
      changes_[node->node].emplace_back(number, &node->change);
  for (Named& named : module_.named) rewrite(named.value);
  rewrite(module_.body);
  for (const auto& [number, site] : faults) {
    if (const auto* at = std::get_if<BranchSite>(&site.at)) {
      ExprPtr& slot = at->branch->condition;
      const ExprPtr chosen = selected(number);
      replace(slot, at->always ? bool_node(Op::bit_or, {chosen, slot})
                               : bool_node(Op::bit_and, {bool_node(Op::bit_not, {chosen}), slot}));
    } else if (const auto* reset = std::get_if<ResetSite>(&site.at)) {
      ExprPtr& value = reset->signal->faulty_reset;
      if (!value) {
        value = reset_literal(*reset->signal, *reset->signal->reset);
        resets_.push_back(reset->signal);
      }
      value = choice(selected(number), reset_literal(*reset->signal, reset->value), value, module_);
    }
  }
}

FaultPlanting::~FaultPlanting() {
  // Backwards: a slot may have been replaced twice.
  for (auto at = replaced_.rbegin(); at != replaced_.rend(); ++at) *at->first = at->second;
  for (Signal* signal : resets_) signal->faulty_reset.reset();
  done_.clear();
  module_.signals.pop_back();
}

ExprPtr FaultPlanting::selected(int number) const {
  auto literal = std::make_shared<Expr>();
  literal->op = Op::literal;
  literal->width = select_bits;
  literal->value = static_cast<std::uint64_t>(number);
  return bool_node(Op::equal, {select_->handle, literal});
}

void FaultPlanting::replace(ExprPtr& slot, ExprPtr value) {
  if (slot == value) return;
  replaced_.emplace_back(&slot, slot);
  slot = std::move(value);
}

ExprPtr FaultPlanting::rewritten(const ExprPtr& expr) {
  if (const auto known = done_.find(expr.get()); known != done_.end()) return known->second;
  ExprPtr result = expr;
  std::vector<ExprPtr> operands;
  bool differs = false;
  for (const ExprPtr& operand : expr->operands) {
    operands.push_back(rewritten(operand));
    differs = differs || operands.back() != operand;
  }
  if (differs) {
    auto node = std::make_shared<Expr>(*expr);
    node->operands = std::move(operands);
    result = node;
  }
  if (const auto faults = changes_.find(expr.get()); faults != changes_.end()) {
    const ExprPtr sound = result;
    for (const auto& [number, change] : faults->second)
      result = choice(selected(number), change->apply(*sound), result, module_);
  }
  return done_[expr.get()] = result;
}

void FaultPlanting::rewrite(Block& block) {
  for (Statement& next : block.statements) {
    if (auto* drive = std::get_if<Drive>(&next)) {
      rewrite(drive->value);
    } else if (auto* write = std::get_if<MemoryWrite>(&next)) {
      rewrite(write->address);
      rewrite(write->data);
    } else if (auto* check = std::get_if<Check>(&next)) {
      rewrite(check->condition);
    } else if (auto* when = std::get_if<std::unique_ptr<When>>(&next)) {
      for (When::Branch& branch : (*when)->branches) {
        rewrite(branch.condition);
        rewrite(branch.body);
      }
      if ((*when)->otherwise) rewrite(*(*when)->otherwise);
    } else {
      Switch& node = *std::get<std::unique_ptr<Switch>>(next);
      rewrite(node.subject);
      for (Switch::Arm& arm : node.arms) rewrite(arm.body);
      if (node.otherwise) rewrite(*node.otherwise);
    }
  }
}

}  // namespace hcl::graph
