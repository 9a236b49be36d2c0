// Which unnamed expressions get a wire of their own, and how the wire is called: after what the
// expression feeds.
#include <algorithm>
#include <set>

#include "emit/naming_rules.hpp"
#include "emit/plan.hpp"
#include "graph/keywords.hpp"
#include "graph/walk.hpp"

namespace hcl::emitter {

using namespace graph;

namespace {

/// Characters that an expression may have inside another before it gets a wire.
constexpr int longest_nested = 96;
/// An operand shorter than this stays where it is.
constexpr int shortest_wire = 24;

class Naming {
 public:
  Naming(const Module& module, const Uses& uses, Plan& plan) : uses_(uses), plan_(plan) {
    for (const Signal& signal : module.signals) {
      taken_.insert(signal.text());
      taken_.insert(signal.driven_text());
    }
    for (const Memory& memory : module.memories) taken_.insert(memory.name);
    for (const Instance& instance : module.instances) taken_.insert(instance.name);
    Visitor visitor;
    visitor.check = [&](const Check& check) { taken_.insert(check.name); };
    walk(module.body, visitor);
  }

  void root(const ExprPtr& expr, const std::string& feeds) {
    if (!uses_.contains(expr.get())) return;  // not printed
    decide(expr, feeds);
    // A root is written where it stands, unless others read it too.
    if (wants_wire(*expr)) give_wire(*expr, feeds);
  }

 private:
  bool wants_wire(const Expr& expr) const { return uses_.at(&expr) > 1 && !is_repeatable(expr); }

  void decide(const ExprPtr& expr, const std::string& feeds) {
    if (length_.contains(expr.get())) return;
    for (std::size_t i = 0; i < expr->operands.size(); ++i) {
      const Expr& operand = *expr->operands[i];
      decide(expr->operands[i], feeds);
      if (needs_name(*expr, i, operand) || needs_width(*expr, i, operand) || wants_wire(operand))
        give_wire(operand, feeds);
    }
    length_[expr.get()] = shorten(*expr, feeds);
  }

  /// Gives wires to the longest operands until the expression is short enough; returns its length.
  int shorten(const Expr& expr, const std::string& feeds) {
    const bool is_list = expr.op == Op::concatenate;
    const auto counts = [&](std::size_t i) {
      // The tail of a chain of choices goes on the next line.
      return !(expr.op == Op::mux && i == 2 && expr.operands[2]->op == Op::mux &&
               !plan_.wires.contains(expr.operands[2].get()));
    };
    for (;;) {
      int total = own_length(expr), longest = 0;
      const Expr* victim = nullptr;
      for (std::size_t i = 0; i < expr.operands.size(); ++i) {
        const Expr& operand = *expr.operands[i];
        const int length = length_of(operand) + (operand.width < expr.width ? 5 : 0);
        if (!counts(i)) continue;
        total += length;
        if (is_list && operand.op == Op::concatenate) continue;  // printed as part of this one
        if (length > longest && !has_wire(operand) && !is_simple(operand)) {
          longest = length;
          victim = &operand;
        }
      }
      const bool too_long = is_list ? longest > longest_nested / 2 : total > longest_nested;
      if (!too_long || victim == nullptr || longest < shortest_wire) {
        for (std::size_t i = 0; i < expr.operands.size(); ++i)
          if (!counts(i)) total += length_of(*expr.operands[i]);
        return total;
      }
      give_wire(*victim, feeds);
    }
  }

  bool has_wire(const Expr& expr) const {
    if (plan_.wires.contains(&expr)) return true;
    return expr.op == Op::reinterpret && expr.is_signed == expr.operands[0]->is_signed &&
           has_wire(*expr.operands[0]);
  }

  int length_of(const Expr& expr) const {
    if (const auto wire = plan_.wires.find(&expr); wire != plan_.wires.end())
      return static_cast<int>(wire->second.size());
    return length_.at(&expr);
  }

  void give_wire(const Expr& expr, const std::string& feeds) {
    if (plan_.wires.contains(&expr) || expr.op == Op::signal) return;
    // A Bool taken as a UInt or back is the same text.
    if (expr.op == Op::reinterpret && expr.is_signed == expr.operands[0]->is_signed)
      return give_wire(*expr.operands[0], feeds);
    const std::string stem = feeds + "_" + word_for(expr);
    std::string name = stem;
    int& n = last_number_.emplace(stem, 1).first->second;
    while (!taken_.insert(name).second) name = stem + "_" + std::to_string(++n);
    plan_.wires.emplace(&expr, name);
  }

  const Uses& uses_;
  Plan& plan_;
  std::set<std::string> taken_;
  std::unordered_map<std::string, int> last_number_;  ///< tried last behind a stem
  std::unordered_map<const Expr*, int> length_;
};

/// What a condition is named after: the first signal or memory that is written under it. Empty if
/// nothing is.
std::string first_target(const Block& block) {
  std::string name;
  Visitor visitor;
  visitor.drive = [&](const Drive& drive) {
    if (name.empty()) name = drive.target->name;
  };
  visitor.memory_write = [&](const MemoryWrite& write) {
    if (name.empty()) name = write.memory->name;
  };
  visitor.check = [&](const Check& check) {
    if (name.empty()) name = check.name;
  };
  walk(block, visitor);
  return name;
}

void name_block(const Block& block, Naming& naming);

void name_statement(const Statement& statement, Naming& naming) {
  if (const auto* drive = std::get_if<Drive>(&statement)) {
    naming.root(drive->value, drive->target->name);
  } else if (const auto* write = std::get_if<MemoryWrite>(&statement)) {
    naming.root(write->address, write->memory->name);
    naming.root(write->data, write->memory->name);
  } else if (const auto* check = std::get_if<Check>(&statement)) {
    naming.root(check->condition, check->name);
  } else if (const auto* when = std::get_if<std::unique_ptr<When>>(&statement)) {
    for (const When::Branch& branch : (*when)->branches) {
      if (const std::string feeds = first_target(branch.body); !feeds.empty())
        naming.root(branch.condition, feeds);
      name_block(branch.body, naming);
    }
    if ((*when)->otherwise) name_block(*(*when)->otherwise, naming);
  } else {
    const Switch& node = *std::get<std::unique_ptr<Switch>>(statement);
    for (const Switch::Arm& arm : node.arms) {
      if (const std::string feeds = first_target(arm.body); !feeds.empty())
        naming.root(node.subject, feeds);
      name_block(arm.body, naming);
    }
    if (node.otherwise) {
      if (const std::string feeds = first_target(*node.otherwise); !feeds.empty())
        naming.root(node.subject, feeds);
      name_block(*node.otherwise, naming);
    }
  }
}

void name_block(const Block& block, Naming& naming) {
  for (const Statement& statement : block.statements) name_statement(statement, naming);
}

}  // namespace

void name_expressions(const Module& module, const Uses& uses, Plan& plan) {
  Naming naming(module, uses, plan);
  std::size_t next = 0;
  const auto name_until = [&](std::size_t statement) {
    for (; next < module.named.size() && module.named[next].place.statement <= statement; ++next)
      naming.root(module.named[next].value, module.named[next].signal->name);
  };
  for (std::size_t i = 0; i < module.body.statements.size(); ++i) {
    name_until(i);
    name_statement(module.body.statements[i], naming);
  }
  name_until(module.body.statements.size());
}

}  // namespace hcl::emitter
