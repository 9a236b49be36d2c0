#include "graph/fault_sites.hpp"

#include <map>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace hcl::graph {
namespace {

std::string file_of(std::source_location where) {
  const std::string_view path = where.file_name();
  return std::string(path.substr(path.find_last_of('/') + 1));
}

/// Something besides properties stands in the block.
bool holds_logic(const Block& block) {
  for (const Statement& statement : block.statements) {
    if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement)) {
      for (const When::Branch& branch : (*when)->branches)
        if (holds_logic(branch.body)) return true;
      if ((*when)->otherwise && holds_logic(*(*when)->otherwise)) return true;
    } else if (const auto* node = std::get_if<std::unique_ptr<Switch>>(&statement)) {
      for (const Switch::Arm& arm : (*node)->arms)
        if (holds_logic(arm.body)) return true;
      if ((*node)->otherwise && holds_logic(*(*node)->otherwise)) return true;
    } else if (!std::holds_alternative<Check>(statement)) {
      return true;
    }
  }
  return false;
}

class Collector {
 public:
  explicit Collector(Module& module) : module_(module) {
    for (const Named& named : module.named) value_of_[named.signal] = named.value;
  }

  std::vector<FaultSite> collect() {
    for (Signal& signal : module_.signals)
      if (const auto change = reset_change(signal))
        add(FaultKind::reset, change->text, signal.where, ResetSite{&signal, change->value});
    block(module_.body);
    return std::move(sites_);
  }

 private:
  template <class Site>
  void add(FaultKind kind, const std::string& change, std::source_location where, Site site) {
    Fault fault{module_.base_name, kind, file_of(where), static_cast<int>(where.line()), change, 0};
    fault.place = count_[fault]++;
    sites_.push_back({std::move(fault), std::move(site)});
  }

  void expression(const ExprPtr& root) {
    if (!seen_.insert(root.get()).second) return;
    for (NodeChange& change : node_changes(*root)) {
      const FaultKind kind = change.kind;
      const std::string text = change.text;
      add(kind, text, root->where, NodeSite{root.get(), std::move(change)});
    }
    // The amount of a shift by a constant decides over the width of the node: it stays.
    const bool shift = root->op == Op::shift_left || root->op == Op::shift_right;
    for (std::size_t i = 0; i < root->operands.size(); ++i)
      if (!(shift && i == 1 && root->operands[i]->is_literal())) expression(root->operands[i]);
    if (root->op == Op::signal)
      if (const auto named = value_of_.find(root->signal); named != value_of_.end())
        expression(named->second);
  }

  void block(Block& block_) {
    for (Statement& next : block_.statements) {
      if (auto* drive = std::get_if<Drive>(&next)) {
        expression(drive->value);
      } else if (auto* write = std::get_if<MemoryWrite>(&next)) {
        expression(write->address);
        expression(write->data);
      } else if (auto* when = std::get_if<std::unique_ptr<When>>(&next)) {
        chain(**when);
      } else if (auto* node = std::get_if<std::unique_ptr<Switch>>(&next)) {
        expression((*node)->subject);
        for (Switch::Arm& arm : (*node)->arms) block(arm.body);
        if ((*node)->otherwise) block(*(*node)->otherwise);
      }
    }
  }

  void chain(When& when) {
    for (When::Branch& branch : when.branches) {
      if (!holds_logic(branch.body)) continue;
      add(FaultKind::condition, "a condition is dropped", branch.where, BranchSite{&branch, true});
      add(FaultKind::condition, "a condition never holds", branch.where,
          BranchSite{&branch, false});
      expression(branch.condition);
      block(branch.body);
    }
    if (when.otherwise) block(*when.otherwise);
  }

  Module& module_;
  std::unordered_map<const Signal*, ExprPtr> value_of_;  ///< of signals that name an expression
  std::unordered_set<const Expr*> seen_;
  std::map<Fault, int> count_;
  std::vector<FaultSite> sites_;
};

}  // namespace

std::vector<FaultSite> fault_sites(Module& module) {
  return Collector(module).collect();
}

}  // namespace hcl::graph
