#include "rtl/hcl/bundle.hpp"

#include <fmt/format.h>

#include "frontend/node.hpp"

namespace hcl {

ExprPtr Fields::declare(const std::string& name, const LeafShape& shape, bool flipped,
                        Where where) {
  return declarer_->declare(name, shape, flipped, where);
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

}  // namespace detail
}  // namespace hcl
