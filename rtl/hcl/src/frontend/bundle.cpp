#include "rtl/hcl/bundle.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "frontend/node.hpp"

namespace hcl {

ExprPtr Fields::declare(const std::string& name, const LeafShape& shape, bool flipped,
                        Where where) {
  return declarer_->declare(name, shape, flipped, where);
}

void Ports::enter(const std::string& domain) {
  inputs_->enter(domain);
  outputs_->enter(domain);
}

namespace detail {

namespace {
// Only while one bundle is copied, see LeafVisit.
thread_local LeafVisit* running_visit = nullptr;

bool same_leaves(const std::vector<LeafView>& a, const std::vector<LeafView>& b, Where where) {
  if (a.size() == b.size()) return true;
  std::vector<ExprPtr> operands;
  for (const auto* side : {&a, &b})
    for (const LeafView& leaf : *side) operands.push_back(leaf.expr);
  frontend::report(operands, fmt::format("bundles of {} and {} fields meet", a.size(), b.size()),
                   "give both the same parameters", where);
  return false;
}
}  // namespace

LeafVisit::LeafVisit(Function function) : function_(std::move(function)), outer_(running_visit) {
  running_visit = this;
}
LeafVisit::~LeafVisit() {
  running_visit = outer_;
}
LeafVisit* LeafVisit::running() {
  return running_visit;
}

void connect_leaves(const std::vector<LeafView>& targets, const std::vector<LeafView>& sources,
                    Where where) {
  if (!same_leaves(targets, sources, where)) return;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const ExprPtr& to = targets[i].flipped ? sources[i].expr : targets[i].expr;
    const ExprPtr& from = targets[i].flipped ? targets[i].expr : sources[i].expr;
    frontend::drive(to, from, false, where);
  }
}

std::vector<ExprPtr> mux_leaves(const ExprPtr& condition, const std::vector<LeafView>& a,
                                const std::vector<LeafView>& b, Where where) {
  std::vector<ExprPtr> chosen;
  if (!same_leaves(a, b, where)) return chosen;
  for (std::size_t i = 0; i < a.size(); ++i)
    chosen.push_back(frontend::mux(condition, a[i].expr, b[i].expr, where));
  return chosen;
}

namespace {
class ShapeDeclarer final : public graph::LeafDeclarer {
 public:
  ExprPtr declare(const std::string&, const LeafShape& shape, bool,
                  std::source_location where) override {
    return frontend::literal({std::max(shape.width, 1), shape.is_signed, shape.is_bool}, 0, where);
  }
};
}  // namespace

graph::LeafDeclarer& shape_declarer() {
  static ShapeDeclarer only;  // without state
  return only;
}

std::vector<ExprPtr> split(const UInt& bits, const std::vector<LeafView>& shape, Where where) {
  std::vector<ExprPtr> parts;
  int width = 0;
  for (const LeafView& leaf : shape) width += leaf.expr->width;
  if (width != bits.width()) {
    frontend::report(
        {bits.expr()},
        fmt::format("{} bits are unpacked into fields of {} bits", bits.width(), width),
        "give as many bits as the fields have", where);
    return parts;
  }
  for (const LeafView& leaf : shape) {
    const graph::Expr& like = *leaf.expr;
    parts.push_back(frontend::bits(bits.expr(), width - 1, width - like.width,
                                   {like.width, like.is_signed, like.is_bool}, where));
    width -= like.width;
  }
  return parts;
}

}  // namespace detail
}  // namespace hcl
