// Combinational loops, through children too: each module leaves behind which of its inputs each of
// its outputs depends on.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

namespace {

/// Sets of input ports, each kept once: most signals share a few.
class PortSets {
 public:
  using Id = std::uint32_t;
  static constexpr Id none = 0;

  explicit PortSets(std::size_t ports) : sets_{std::vector<bool>(ports, false)} {
    known_.emplace(sets_[0], none);
  }

  Id single(std::size_t port) {
    std::vector<bool> set(sets_[0].size(), false);
    set[port] = true;
    return keep(std::move(set));
  }
  Id join(Id a, Id b) {
    if (a == b || b == none) return a;
    if (a == none) return b;
    const auto key = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
    if (const auto found = joins_.find(key); found != joins_.end()) return found->second;
    std::vector<bool> set = sets_[a];
    for (std::size_t i = 0; i < set.size(); ++i)
      if (sets_[b][i]) set[i] = true;
    return joins_[key] = keep(std::move(set));
  }
  [[nodiscard]] const std::vector<bool>& of(Id id) const { return sets_[id]; }

 private:
  Id keep(std::vector<bool> set) {
    const auto [found, is_new] = known_.emplace(set, static_cast<Id>(sets_.size()));
    if (is_new) sets_.push_back(std::move(set));
    return found->second;
  }
  std::vector<std::vector<bool>> sets_;
  std::unordered_map<std::vector<bool>, Id> known_;
  std::unordered_map<std::uint64_t, Id> joins_;
};
using Ports = PortSets::Id;

class LoopSearch {
 public:
  explicit LoopSearch(Module& module) : module_(module), sets_(module.ports.size()) {
    collect(module.body);
  }

  void run() {
    for (int i = 0; i < static_cast<int>(module_.ports.size()); ++i)
      number_[module_.ports[static_cast<std::size_t>(i)]] = i;
    for (const Signal& signal : module_.signals) visit(&signal);
    module_.combinational_inputs.assign(module_.ports.size(), {});
    for (std::size_t i = 0; i < module_.ports.size(); ++i) {
      if (module_.ports[i]->kind != SignalKind::output) continue;
      const std::vector<bool>& inputs = sets_.of(done_.at(module_.ports[i]));
      for (std::size_t p = 0; p < inputs.size(); ++p)
        if (inputs[p]) module_.combinational_inputs[i].push_back(static_cast<int>(p));
    }
  }

 private:
  /// Remembers, per driven signal, the values and conditions that it depends on.
  void collect(const Block& block) {
    std::vector<const Expr*> conditions;
    Visitor visitor;
    visitor.condition = [&](const ExprPtr& held) { conditions.push_back(held.get()); };
    visitor.leave = [&](std::size_t count) { conditions.resize(conditions.size() - count); };
    visitor.drive = [&](const Drive& drive) {
      if (drive.target->kind == SignalKind::reg) return;
      auto& sources = sources_[drive.target];
      sources.push_back(drive.value.get());
      sources.insert(sources.end(), conditions.begin(), conditions.end());
    };
    walk(block, visitor);
  }

  Ports visit(const Expr* expr) {
    if (expr->op == Op::signal) return visit(expr->signal);
    if (expr->operands.empty()) return PortSets::none;
    if (const auto found = done_.find(expr); found != done_.end()) return found->second;
    Ports inputs = PortSets::none;
    for (const ExprPtr& operand : expr->operands) add(inputs, visit(operand.get()));
    done_[expr] = inputs;
    return inputs;
  }

  Ports visit(const Signal* signal) {
    if (const auto found = done_.find(signal); found != done_.end()) return found->second;
    Ports inputs = PortSets::none;
    if (signal->kind == SignalKind::reg) return inputs;
    if (signal->kind == SignalKind::input) {
      inputs = sets_.single(static_cast<std::size_t>(number_.at(signal)));
      done_[signal] = inputs;
      return inputs;
    }
    if (on_path_.contains(signal)) {
      report_loop(signal);
      return inputs;
    }
    on_path_.insert(signal);
    path_.push_back(signal);
    if (signal->kind == SignalKind::instance_output) {
      visit_child(*signal, inputs);
    } else if (signal->kind == SignalKind::named) {
      add(inputs, visit(named_value(signal)));
    } else if (const auto found = sources_.find(signal); found != sources_.end()) {
      for (const Expr* source : found->second) add(inputs, visit(source));
    }
    path_.pop_back();
    on_path_.erase(signal);
    done_[signal] = inputs;
    return inputs;
  }

  void visit_child(const Signal& output, Ports& inputs) {
    const Instance& instance = *output.instance;
    const Module& child = *instance.module;
    if (child.combinational_inputs.empty()) return;
    for (const int input : child.combinational_inputs[instance.port_of(output)])
      add(inputs, visit(instance.pins[static_cast<std::size_t>(input)]));
  }

  const Expr* named_value(const Signal* signal) {
    if (named_.empty())
      for (const Named& named : module_.named) named_.emplace(named.signal, named.value.get());
    return named_.at(signal);
  }

  void report_loop(const Signal* again) {
    const auto start = std::find(path_.begin(), path_.end(), again);
    for (auto it = start; it != path_.end(); ++it)
      if (reported_.contains(*it)) return;
    std::string chain;
    std::vector<std::source_location> places;
    // The path runs from a signal to what it depends on: print it in the direction of the data.
    for (auto it = path_.end(); it != start;) {
      --it;
      chain += fmt::format("{} -> ", label(**it));
      places.push_back((*it)->where);
      reported_.insert(*it);
    }
    chain += label(*path_.back());
    module_.report(again->name, fmt::format("is part of a combinational loop: {}", chain),
                   "break the loop with a register", std::move(places));
  }

  static std::string label(const Signal& signal) {
    return signal.instance != nullptr ? signal.instance->name + "." + signal.port->name
                                      : signal.name;
  }

  void add(Ports& all, Ports more) { all = sets_.join(all, more); }

  Module& module_;
  PortSets sets_;
  std::unordered_map<const Signal*, std::vector<const Expr*>> sources_;
  std::unordered_map<const Signal*, const Expr*> named_;
  std::unordered_map<const Signal*, int> number_;
  std::unordered_map<const void*, Ports> done_;
  std::unordered_set<const Signal*> on_path_;
  std::vector<const Signal*> path_;
  std::unordered_set<const Signal*> reported_;
};

}  // namespace

void check_loops(Module& module) {
  LoopSearch(module).run();
}

}  // namespace hcl::graph
