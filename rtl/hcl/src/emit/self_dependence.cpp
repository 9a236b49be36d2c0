#include "emit/self_dependence.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace hcl::emitter {

using namespace graph;

namespace {

/// Tarjan's strongly connected components over groups and expressions.
class SelfDependence {
 public:
  SelfDependence(const Module& module, const std::vector<Group>& groups) : groups_(groups) {
    for (const Named& named : module.named) named_[named.signal] = named.value.get();
    for (std::size_t g = 0; g < groups.size(); ++g)
      for (const Signal* target : groups[g].targets)
        if (target->kind != SignalKind::reg) group_of_[target] = g;
  }

  std::unordered_set<std::size_t> find() {
    for (const Group& group : groups_)
      if (!nodes_.contains(&group)) visit(&group, group_edges(group));
    return std::move(found_);
  }

 private:
  struct Node {
    int index = 0, low = 0;
    bool on_stack = true;
  };

  const void* key_of(const Expr* expr) const {
    if (expr->op != Op::signal) return expr;
    const auto group = group_of_.find(expr->signal);
    if (group != group_of_.end()) return &groups_[group->second];
    return expr->signal;
  }

  std::vector<const Expr*> group_edges(const Group& group) const {
    if (const Drive* only = group.single_drive()) return {only->value.get()};
    std::vector<const Expr*> edges;
    Visitor visitor;
    visitor.drive = [&](const Drive& drive) { edges.push_back(drive.value.get()); };
    visitor.condition = [&](const ExprPtr& condition) { edges.push_back(condition.get()); };
    for (const Statement* statement : group.statements) walk(*statement, visitor);
    return edges;
  }

  std::vector<const Expr*> edges_of(const Expr* expr) const {
    std::vector<const Expr*> edges;
    if (expr->op != Op::signal) {
      for (const ExprPtr& operand : expr->operands) edges.push_back(operand.get());
      return edges;
    }
    const Signal& signal = *expr->signal;
    if (const auto group = group_of_.find(&signal); group != group_of_.end())
      return group_edges(groups_[group->second]);
    if (signal.kind == SignalKind::named) return {named_.at(&signal)};
    if (signal.kind == SignalKind::instance_output &&
        !signal.instance->module->combinational_inputs.empty()) {
      const Instance& instance = *signal.instance;
      for (const int input : instance.module->combinational_inputs[instance.port_of(signal)])
        edges.push_back(instance.pins[static_cast<std::size_t>(input)]->handle.get());
    }
    return edges;
  }

  void visit(const void* key, const std::vector<const Expr*>& edges) {
    const int index = next_++;
    nodes_[key] = Node{index, index, true};
    stack_.push_back(key);
    int low = index;
    bool self_edge = false;
    for (const Expr* expr : edges) {
      const void* next = key_of(expr);
      self_edge = self_edge || next == key;
      if (const auto known = nodes_.find(next); known == nodes_.end()) {
        visit(next, edges_of(expr));
        low = std::min(low, nodes_[next].low);
      } else if (known->second.on_stack) {
        low = std::min(low, known->second.index);
      }
    }
    nodes_[key].low = low;
    if (low != index) return;
    const bool is_loop = self_edge || stack_.back() != key;
    for (const void* member = nullptr; member != key;) {
      member = stack_.back();
      stack_.pop_back();
      nodes_[member].on_stack = false;
      const auto* first = groups_.data();
      if (is_loop && std::less_equal<>()(static_cast<const void*>(first), member) &&
          std::less<>()(member, static_cast<const void*>(first + groups_.size())))
        found_.insert(static_cast<std::size_t>(static_cast<const Group*>(member) - first));
    }
  }

  const std::vector<Group>& groups_;
  std::unordered_map<const Signal*, const Expr*> named_;
  std::unordered_map<const Signal*, std::size_t> group_of_;
  std::unordered_map<const void*, Node> nodes_;
  std::vector<const void*> stack_;
  int next_ = 0;
  std::unordered_set<std::size_t> found_;
};

}  // namespace

std::unordered_set<std::size_t> self_dependent(const Module& module,
                                               const std::vector<Group>& groups) {
  return SelfDependence(module, groups).find();
}

}  // namespace hcl::emitter
