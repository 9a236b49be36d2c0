#include "emit/groups.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>


namespace hcl::emitter {

using namespace graph;

const Drive* Group::single_drive() const {
  return statements.size() == 1 ? std::get_if<Drive>(statements.front()) : nullptr;
}

Wanted Group::wanted() const {
  return [mine = std::unordered_set<const Signal*>(targets.begin(), targets.end())](const Statement& statement) {
    const auto* drive = std::get_if<Drive>(&statement);
    return drive != nullptr && mine.contains(drive->target);
  };
}

namespace {

std::vector<const Signal*> targets_of(const Statement& statement) {
  if (const auto* drive = std::get_if<Drive>(&statement)) return {drive->target};
  std::vector<const Signal*> targets;
  std::unordered_set<const Signal*> seen;
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) {
    if (seen.insert(drive.target).second) targets.push_back(drive.target);
  };
  walk(statement, visitor);
  return targets;
}

/// Union of targets that meet under one condition.
class Union {
 public:
  explicit Union(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(b)] = find(a); }

 private:
  std::vector<std::size_t> parent_;
};

/// Groups that depend on themselves, by Tarjan's strongly connected components over groups and expressions.
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
    if (const auto group = group_of_.find(&signal); group != group_of_.end()) return group_edges(groups_[group->second]);
    if (signal.kind == SignalKind::named) return {named_.at(&signal)};
    if (signal.kind == SignalKind::instance_output && !signal.instance->module->combinational_inputs.empty()) {
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
      if (is_loop && std::less_equal<>()(static_cast<const void*>(first), member) && std::less<>()(member, static_cast<const void*>(first + groups_.size())))
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

/// One group a signal, each with the statements that drive it.
void split(const Group& group, const Block& body, std::vector<Group>& out) {
  std::unordered_map<const Signal*, std::size_t> where;
  for (const Signal* target : group.targets) {
    where[target] = out.size();
    out.push_back(Group{{target}, {}, body.statements.size()});
  }
  for (const Statement* statement : group.statements) {
    for (const Signal* target : targets_of(*statement)) {
      Group& mine = out[where.at(target)];
      if (mine.statements.empty()) mine.position = static_cast<std::size_t>(statement - body.statements.data());
      mine.statements.push_back(statement);
    }
  }
}

}  // namespace

std::vector<Group> drive_groups(const Module& module) {
  const std::vector<Statement>& statements = module.body.statements;
  Union joined(module.signals.size());
  std::vector<std::vector<const Signal*>> targets;
  for (const Statement& statement : statements) {
    targets.push_back(targets_of(statement));
    for (const Signal* target : targets.back())
      joined.join(static_cast<std::size_t>(targets.back().front()->index), static_cast<std::size_t>(target->index));
  }
  std::vector<Group> groups;
  std::unordered_map<std::size_t, std::size_t> group_of_root;
  std::unordered_set<const Signal*> placed;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (targets[i].empty()) continue;
    const std::size_t root = joined.find(static_cast<std::size_t>(targets[i].front()->index));
    const auto [found, is_new] = group_of_root.emplace(root, groups.size());
    if (is_new) groups.push_back(Group{{}, {}, i});
    Group& group = groups[found->second];
    group.statements.push_back(&statements[i]);
    for (const Signal* target : targets[i])
      if (placed.insert(target).second) group.targets.push_back(target);
  }
  const std::unordered_set<std::size_t> loops = SelfDependence(module, groups).find();
  if (loops.empty()) return groups;
  std::vector<Group> result;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (loops.contains(g) && groups[g].targets.size() > 1)
      split(groups[g], module.body, result);
    else
      result.push_back(std::move(groups[g]));
  }
  std::stable_sort(result.begin(), result.end(), [](const Group& a, const Group& b) { return a.position < b.position; });
  return result;
}

}  // namespace hcl::emitter
