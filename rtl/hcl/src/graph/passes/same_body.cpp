// Two modules under one name have to be one module.
#include <unordered_map>

#include "graph/passes.hpp"

namespace hcl::graph {

namespace {

class Comparison {
 public:
  bool same(const Module& a, const Module& b) {
    if (a.ports.size() != b.ports.size() || a.signals.size() != b.signals.size() ||
        a.memories.size() != b.memories.size() || a.instances.size() != b.instances.size() ||
        a.named.size() != b.named.size())
      return false;
    if (a.black_box.has_value() != b.black_box.has_value()) return false;
    if (a.black_box && !same(*a.black_box, *b.black_box)) return false;
    for (std::size_t i = 0; i < a.signals.size(); ++i)
      if (!same(a.signals[i], b.signals[i])) return false;
    for (std::size_t i = 0; i < a.memories.size(); ++i)
      if (a.memories[i].name != b.memories[i].name || a.memories[i].depth != b.memories[i].depth ||
          a.memories[i].width != b.memories[i].width ||
          a.memories[i].domain != b.memories[i].domain)
        return false;
    for (std::size_t i = 0; i < a.instances.size(); ++i)
      if (a.instances[i].name != b.instances[i].name ||
          a.instances[i].module != b.instances[i].module ||
          a.instances[i].domain != b.instances[i].domain)
        return false;
    for (std::size_t i = 0; i < a.named.size(); ++i)
      if (!same(a.named[i].value, b.named[i].value)) return false;
    return same(a.body, b.body);
  }

 private:
  static bool same(const BlackBox& a, const BlackBox& b) {
    return a.clock == b.clock && a.reset == b.reset && a.values == b.values &&
           a.module == b.module && a.only_simulation == b.only_simulation && a.body == b.body &&
           a.registered == b.registered;
  }

  static bool same(const Signal& a, const Signal& b) {
    const auto names = [](const Signal& s) {
      return s.states == nullptr ? std::vector<std::string>{} : s.states->names;
    };
    return a.kind == b.kind && a.name == b.name && a.width == b.width &&
           a.is_signed == b.is_signed && a.is_bool == b.is_bool && a.reset == b.reset &&
           names(a) == names(b) && a.domain == b.domain && a.crosses == b.crosses;
  }

  bool same(const ExprPtr& a, const ExprPtr& b) {
    if (const auto found = equal_.find(a.get()); found != equal_.end() && found->second == b.get())
      return true;
    const auto number = [](const Signal* s) { return s == nullptr ? -1 : s->index; };
    const auto constant = [](const Constant* c) { return c == nullptr ? std::string() : c->name; };
    const auto memory = [](const Memory* m) { return m == nullptr ? std::string() : m->name; };
    if (a->op != b->op || a->width != b->width || a->is_signed != b->is_signed ||
        a->is_bool != b->is_bool || a->value != b->value || a->high != b->high ||
        a->low != b->low || number(a->signal) != number(b->signal) ||
        memory(a->memory) != memory(b->memory) || constant(a->constant) != constant(b->constant) ||
        a->operands.size() != b->operands.size())
      return false;
    for (std::size_t i = 0; i < a->operands.size(); ++i)
      if (!same(a->operands[i], b->operands[i])) return false;
    equal_[a.get()] = b.get();
    return true;
  }

  bool same(const Block& a, const Block& b) {
    if (a.statements.size() != b.statements.size()) return false;
    for (std::size_t i = 0; i < a.statements.size(); ++i)
      if (!same(a.statements[i], b.statements[i])) return false;
    return true;
  }

  bool same(const std::optional<Block>& a, const std::optional<Block>& b) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
  }

  bool same(const Statement& a, const Statement& b) {
    if (a.index() != b.index()) return false;
    if (const auto* x = std::get_if<Drive>(&a)) {
      const Drive& y = std::get<Drive>(b);
      return x->target->index == y.target->index && same(x->value, y.value);
    }
    if (const auto* x = std::get_if<MemoryWrite>(&a)) {
      const MemoryWrite& y = std::get<MemoryWrite>(b);
      return x->memory->name == y.memory->name && x->low == y.low && same(x->address, y.address) &&
             same(x->data, y.data);
    }
    if (const auto* x = std::get_if<Check>(&a)) {
      const Check& y = std::get<Check>(b);
      return x->kind == y.kind && x->domain == y.domain && x->name == y.name &&
             same(x->condition, y.condition);
    }
    if (const auto* x = std::get_if<std::unique_ptr<When>>(&a))
      return same(**x, *std::get<std::unique_ptr<When>>(b));
    return same(*std::get<std::unique_ptr<Switch>>(a), *std::get<std::unique_ptr<Switch>>(b));
  }

  bool same(const When& a, const When& b) {
    if (a.branches.size() != b.branches.size()) return false;
    for (std::size_t i = 0; i < a.branches.size(); ++i)
      if (!same(a.branches[i].condition, b.branches[i].condition) ||
          !same(a.branches[i].body, b.branches[i].body))
        return false;
    return same(a.otherwise, b.otherwise);
  }

  bool same(const Switch& a, const Switch& b) {
    if (a.arms.size() != b.arms.size() || !same(a.subject, b.subject)) return false;
    for (std::size_t i = 0; i < a.arms.size(); ++i) {
      if (a.arms[i].labels.size() != b.arms[i].labels.size()) return false;
      for (std::size_t l = 0; l < a.arms[i].labels.size(); ++l)
        if (!same(a.arms[i].labels[l], b.arms[i].labels[l])) return false;
      if (!same(a.arms[i].body, b.arms[i].body)) return false;
    }
    return same(a.otherwise, b.otherwise);
  }

  std::unordered_map<const Expr*, const Expr*> equal_;
};

}  // namespace

bool same_body(const Module& a, const Module& b) {
  return Comparison().same(a, b);
}

}  // namespace hcl::graph
