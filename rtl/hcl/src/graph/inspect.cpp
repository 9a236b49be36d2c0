#include "rtl/hcl/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "graph/module.hpp"
#include "graph/walk.hpp"

namespace hcl {

using graph::Expr;
using graph::Op;

std::string_view operator_name(Operator op) {
  switch (op) {
    case Operator::add:
      return "add";
    case Operator::subtract:
      return "subtract";
    case Operator::multiply:
      return "multiply";
    case Operator::bit_and:
      return "bit_and";
    case Operator::bit_or:
      return "bit_or";
    case Operator::bit_xor:
      return "bit_xor";
    case Operator::bit_not:
      return "bit_not";
    case Operator::compare_equal:
      return "compare_equal";
    case Operator::compare_order:
      return "compare_order";
    case Operator::shift:
      return "shift";
    case Operator::mux:
      return "mux";
    case Operator::select:
      return "select";
    case Operator::reduce:
      return "reduce";
    case Operator::popcount:
      return "popcount";
    case Operator::conditional_drive:
      break;
  }
  return "conditional_drive";
}

namespace {

std::optional<Operator> operator_of(const Expr& expr) {
  switch (expr.op) {
    case Op::add:
      return Operator::add;
    case Op::subtract:
      return Operator::subtract;
    case Op::multiply:
      return Operator::multiply;
    case Op::bit_and:
      return Operator::bit_and;
    case Op::bit_or:
      return Operator::bit_or;
    case Op::bit_xor:
      return Operator::bit_xor;
    case Op::bit_not:
      return Operator::bit_not;
    case Op::equal:
    case Op::not_equal:
      return Operator::compare_equal;
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
      return Operator::compare_order;
    case Op::shift_left:
    case Op::shift_right:
      if (expr.operands[1]->is_literal()) return std::nullopt;
      return Operator::shift;
    case Op::mux:
      return Operator::mux;
    case Op::bit_at:
    case Op::part_at:
      return Operator::select;
    case Op::reduce_or:
    case Op::reduce_and:
    case Op::reduce_xor:
      return Operator::reduce;
    case Op::popcount:
      return Operator::popcount;
    default:
      return std::nullopt;
  }
}

/// Counts equal operators.
class Operators {
 public:
  void add(Operator op, int width, std::vector<int> operands, bool is_signed,
           std::int64_t count = 1) {
    counts_[{op, width, std::move(operands), is_signed}] += count;
  }
  [[nodiscard]] std::vector<OperatorFact> list() const {
    std::vector<OperatorFact> all;
    for (const auto& [key, count] : counts_) {
      const auto& [op, width, operands, is_signed] = key;
      all.push_back({op, width, operands, is_signed, count});
    }
    return all;
  }

 private:
  std::map<std::tuple<Operator, int, std::vector<int>, bool>, std::int64_t> counts_;
};

class ModuleCount {
 public:
  explicit ModuleCount(const graph::Module& module) : module_(module) {}

  ModuleFacts facts() {
    ModuleFacts facts;
    facts.name = module_.name;
    for (const graph::Signal& signal : module_.signals)
      if (signal.kind == graph::SignalKind::reg)
        facts.registers.push_back(
            {signal.name, signal.width, signal.is_signed, signal.reset,
             signal.states == nullptr ? std::vector<std::string>{} : signal.states->names,
             signal.where});
    graph::walk_expressions(module_, [this](const ExprPtr& root) { visit(*root); });
    visit(module_.body, 0);
    graph::Visitor visitor;
    visitor.memory_write = [&](const graph::MemoryWrite& write) { ++writes_[write.memory]; };
    visitor.check = [&](const graph::Check& check) {
      facts.checks.push_back({check.kind, check.name, check.where});
    };
    graph::walk(module_.body, visitor);
    for (const graph::Memory& memory : module_.memories)
      facts.memories.push_back(
          {memory.name, memory.depth, memory.width, 1, reads_[&memory], writes_[&memory], false});
    if (module_.sram)
      facts.memories.push_back(
          {"mem", module_.sram->depth, module_.sram->width, module_.sram->mask_bits, 1, 1, true});
    for (const graph::CounterNode& counter : module_.counters)
      facts.counters.push_back(
          {counter.signal->name, counter.signal->width, counter.overflow, counter.signal->where});
    facts.operators = operators_.list();
    return facts;
  }

 private:
  void visit(const Expr& root) {
    std::vector<const Expr*> left = {&root};
    while (!left.empty()) {
      const Expr& expr = *left.back();
      left.pop_back();
      if (!seen_.insert(&expr).second) continue;
      if (expr.op == Op::memory_read) ++reads_[expr.memory];
      for (const ExprPtr& operand : expr.operands) left.push_back(operand.get());
      const std::optional<Operator> op = operator_of(expr);
      if (!op) continue;
      std::vector<int> widths;
      for (const ExprPtr& operand : expr.operands) widths.push_back(operand->width);
      int width = expr.width;
      if (*op == Operator::compare_equal || *op == Operator::compare_order ||
          *op == Operator::reduce || *op == Operator::popcount)
        width = *std::max_element(widths.begin(), widths.end());
      const bool is_signed = expr.is_signed || expr.operands[0]->is_signed;
      operators_.add(*op, width, std::move(widths), is_signed);
    }
  }

  void visit(const graph::Block& block, int depth) {
    for (const graph::Statement& statement : block.statements) {
      if (const auto* drive = std::get_if<graph::Drive>(&statement)) {
        if (depth > 0)
          operators_.add(Operator::conditional_drive, drive->target->width, {},
                         drive->target->is_signed);
      } else if (const auto* when = std::get_if<std::unique_ptr<graph::When>>(&statement)) {
        for (const graph::When::Branch& branch : (*when)->branches) visit(branch.body, depth + 1);
        if ((*when)->otherwise) visit(*(*when)->otherwise, depth + 1);
      } else if (const auto* node = std::get_if<std::unique_ptr<graph::Switch>>(&statement)) {
        const int width = (*node)->subject->width;
        for (const graph::Switch::Arm& arm : (*node)->arms) {
          if (!arm.labels.empty())
            operators_.add(Operator::compare_equal, width, {width, width}, false,
                           static_cast<std::int64_t>(arm.labels.size()));
          visit(arm.body, depth + 1);
        }
        if ((*node)->otherwise) visit(*(*node)->otherwise, depth + 1);
      }
    }
  }

  const graph::Module& module_;
  Operators operators_;
  std::unordered_set<const Expr*> seen_;
  std::unordered_map<const graph::Memory*, int> reads_, writes_;
};

template <class Function>
std::int64_t weighted(const std::vector<ModuleFacts>& modules, const Function& count) {
  std::int64_t all = 0;
  for (const ModuleFacts& module : modules) all += module.instances * count(module);
  return all;
}

bool descend(const Design& design,
             const std::unordered_map<std::string, const ModuleInfo*>& by_name,
             const HierarchyNode& node, const std::function<bool(const HierarchyNode&)>& visit) {
  if (!visit(node)) return false;
  for (const InstanceInfo& child : node.module.instances)
    descend(design, by_name,
            {node.path + "." + child.name, child.name, *by_name.at(child.module), node.depth + 1},
            visit);
  return true;
}

}  // namespace

std::int64_t ModuleFacts::register_bits() const {
  std::int64_t bits = 0;
  for (const RegisterFact& reg : registers) bits += reg.width;
  return bits;
}

std::int64_t ModuleFacts::memory_bits() const {
  std::int64_t bits = 0;
  for (const MemoryFact& memory : memories) bits += memory.bits();
  return bits;
}

const ModuleFacts& DesignFacts::module(const std::string& name) const {
  for (const ModuleFacts& module : modules)
    if (module.name == name) return module;
  throw std::out_of_range(fmt::format("the design has no module {}", name));
}

std::int64_t DesignFacts::instances() const {
  return weighted(modules, [](const ModuleFacts&) { return std::int64_t{1}; });
}
std::int64_t DesignFacts::register_bits() const {
  return weighted(modules, [](const ModuleFacts& m) { return m.register_bits(); });
}
std::int64_t DesignFacts::memory_bits() const {
  return weighted(modules, [](const ModuleFacts& m) { return m.memory_bits(); });
}

std::vector<OperatorFact> DesignFacts::operators() const {
  Operators all;
  for (const ModuleFacts& module : modules)
    for (const OperatorFact& fact : module.operators)
      all.add(fact.op, fact.width, fact.operand_widths, fact.is_signed,
              fact.count * module.instances);
  return all.list();
}

DesignFacts inspect(const Design& design) {
  const auto& modules = design.graph().modules;
  DesignFacts facts;
  std::unordered_map<const graph::Module*, std::size_t> number;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    number[modules[i].get()] = i;
    facts.modules.push_back(ModuleCount(*modules[i]).facts());
  }
  facts.modules.back().instances = 1;
  // Parents stand behind their children: from the top down.
  for (std::size_t i = modules.size(); i-- > 0;)
    for (const graph::Instance& instance : modules[i]->instances)
      facts.modules[number.at(instance.module)].instances += facts.modules[i].instances;
  return facts;
}

void visit_hierarchy(const Design& design, const std::function<bool(const HierarchyNode&)>& visit) {
  std::unordered_map<std::string, const ModuleInfo*> by_name;
  for (const ModuleInfo& module : design.modules()) by_name[module.name] = &module;
  descend(design, by_name, {design.top().name, design.top().name, design.top(), 0}, visit);
}

}  // namespace hcl
