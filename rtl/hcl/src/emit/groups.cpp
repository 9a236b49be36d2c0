#include "emit/groups.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "emit/self_dependence.hpp"

namespace hcl::emitter {

using namespace graph;

const Drive* Group::single_drive() const {
  return statements.size() == 1 ? std::get_if<Drive>(statements.front()) : nullptr;
}

Wanted Group::wanted() const {
  return [mine = std::unordered_set<const Signal*>(targets.begin(), targets.end())](
             const Statement& statement) {
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
  explicit Union(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(b)] = find(a); }

 private:
  std::vector<std::size_t> parent_;
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
      if (mine.statements.empty())
        mine.position = static_cast<std::size_t>(statement - body.statements.data());
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
      joined.join(static_cast<std::size_t>(targets.back().front()->index),
                  static_cast<std::size_t>(target->index));
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
  const std::unordered_set<std::size_t> loops = self_dependent(module, groups);
  if (loops.empty()) return groups;
  std::vector<Group> result;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (loops.contains(g) && groups[g].targets.size() > 1)
      split(groups[g], module.body, result);
    else
      result.push_back(std::move(groups[g]));
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Group& a, const Group& b) { return a.position < b.position; });
  return result;
}

}  // namespace hcl::emitter
