// What a clock samples belongs to that clock: a value that changes with another clock may change
// while it is being sampled. Crossings have to be said: synchronise, held_stable.
//
// Ports carry the clock that they belong to, so each module is looked at alone.
#include <fmt/format.h>

#include <map>
#include <unordered_map>
#include <unordered_set>

#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

namespace {

/// The clocks that an expression changes with, each with a signal or memory that brings it in.
struct Origin {
  std::string name;
  std::source_location where;
};
using Clocks = std::map<std::string, Origin>;

std::string clock_name(const std::string& domain) {
  return domain.empty() ? "the module's own clock" : "clock " + domain;
}

class CrossingSearch {
 public:
  explicit CrossingSearch(Module& module) : module_(module) {
    for (const Named& named : module.named) named_[named.signal] = named.value.get();
    collect(module.body);
  }

  void run() {
    for (const Instance& instance : module_.instances)
      for (const Domain& domain : instance.module->domains)
        if (module_.find_domain(domain.name) == nullptr)
          module_.report(instance.name,
                         fmt::format("has a clock {} and its parent has none", domain.name),
                         fmt::format("declare clock_domain(\"{}\")", domain.name),
                         {instance.where, domain.where});
    for (const Signal& signal : module_.signals) {
      switch (signal.kind) {
        case SignalKind::output:
        case SignalKind::reg:
        case SignalKind::instance_input:
          if (signal.crosses)
            expect_straight(signal);
          else if (const auto found = sources_.find(&signal); found != sources_.end())
            for (const Expr* source : found->second)
              expect(signal.domain, clocks(source), signal.name, signal.where);
          break;
        default:
          break;
      }
    }
    for (const Sampled& sampled : sampled_)
      for (const Expr* source : sampled.sources)
        expect(sampled.domain, clocks(source), sampled.name, sampled.where);
  }

 private:
  /// Remembers what each signal depends on, and looks at writes and properties as they stand.
  void collect(const Block& block) {
    std::vector<const Expr*> conditions;
    const auto sample = [&](const std::string& domain, const std::string& name,
                            std::source_location where, std::vector<const Expr*> sources) {
      sources.insert(sources.end(), conditions.begin(), conditions.end());
      sampled_.push_back({domain, name, where, std::move(sources)});
    };
    Visitor visitor;
    visitor.condition = [&](const ExprPtr& held) { conditions.push_back(held.get()); };
    visitor.leave = [&](std::size_t count) { conditions.resize(conditions.size() - count); };
    visitor.drive = [&](const Drive& drive) {
      auto& sources = sources_[drive.target];
      sources.push_back(drive.value.get());
      sources.insert(sources.end(), conditions.begin(), conditions.end());
    };
    visitor.memory_write = [&](const MemoryWrite& write) {
      sample(write.memory->domain, write.memory->name, write.where,
             {write.address.get(), write.data.get()});
    };
    visitor.check = [&](const Check& check) {
      sample(check.domain, check.name, check.where, {check.condition.get()});
    };
    walk(block, visitor);
  }

  Clocks clocks(const Expr* expr) {
    if (expr->op == Op::signal) return clocks(expr->signal);
    if (expr->operands.empty()) return {};
    if (const auto found = done_.find(expr); found != done_.end()) return found->second;
    Clocks all;
    for (const ExprPtr& operand : expr->operands) all.merge(clocks(operand.get()));
    if (expr->op == Op::memory_read)
      all.try_emplace(expr->memory->domain, Origin{expr->memory->name, expr->memory->where});
    return done_[expr] = std::move(all);
  }

  Clocks clocks(const Signal* signal) {
    if (const auto found = done_.find(signal); found != done_.end()) return found->second;
    Clocks all;
    switch (signal->kind) {
      case SignalKind::reg:
      case SignalKind::input:
      case SignalKind::instance_output:
        all.try_emplace(signal->domain, Origin{signal->name, signal->where});
        break;
      case SignalKind::named:
        if (signal->crosses)
          all.try_emplace(signal->domain, Origin{signal->name, signal->where});
        else
          all = clocks(named_.at(signal));
        break;
      default:
        // Loops are errors of their own; here they end.
        if (!on_path_.insert(signal).second) return {};
        if (const auto found = sources_.find(signal); found != sources_.end())
          for (const Expr* source : found->second) all.merge(clocks(source));
        on_path_.erase(signal);
    }
    return done_[signal] = std::move(all);
  }

  void expect(const std::string& domain, const Clocks& found, const std::string& name,
              std::source_location where) {
    for (const auto& [other, origin] : found) {
      if (other == domain || !told_.insert(name + " " + other).second) continue;
      module_.report(
          name,
          fmt::format("belongs to {} and depends on {} of {}", clock_name(domain), origin.name,
                      clock_name(other)),
          "pass a bit through synchronise, or say held_stable of a value that a protocol "
          "keeps still",
          {where, origin.where});
    }
  }

  /// Logic in front of a synchroniser may glitch, and a glitch may be caught.
  void expect_straight(const Signal& signal) {
    for (const Expr* source : sources_.at(&signal)) {
      const Expr* inner = source;
      while (inner->op == Op::bits || inner->op == Op::reinterpret || inner->op == Op::signal) {
        if (inner->op != Op::signal) {
          inner = inner->operands[0].get();
          continue;
        }
        if (inner->signal->kind != SignalKind::named) break;
        inner = named_.at(inner->signal);
      }
      const bool is_stored =
          inner->op == Op::signal &&
          (inner->signal->kind == SignalKind::reg || inner->signal->kind == SignalKind::input ||
           inner->signal->kind == SignalKind::instance_output);
      if (!is_stored)
        module_.report(signal.name, "is a synchroniser and is fed by logic, which may glitch",
                       "put a register of the other clock in front of it", {signal.where});
    }
  }

  struct Sampled {
    std::string domain, name;
    std::source_location where;
    std::vector<const Expr*> sources;
  };

  Module& module_;
  std::unordered_map<const Signal*, std::vector<const Expr*>> sources_;
  std::vector<Sampled> sampled_;
  std::unordered_map<const Signal*, const Expr*> named_;
  std::unordered_map<const void*, Clocks> done_;
  std::unordered_set<const Signal*> on_path_;
  std::unordered_set<std::string> told_;
};

bool has_one_clock(const Module& module) {
  if (!module.domains.empty()) return false;
  for (const Instance& instance : module.instances)
    if (!instance.module->domains.empty()) return false;
  return true;
}

}  // namespace

void check_clock_domains(Module& module) {
  if (has_one_clock(module)) return;
  CrossingSearch(module).run();
}

}  // namespace hcl::graph
