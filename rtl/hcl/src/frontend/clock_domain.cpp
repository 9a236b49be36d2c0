// Clocks besides a module's own, and what passes between them.
#include <fmt/format.h>

#include "frontend/node.hpp"
#include "rtl/hcl/module.hpp"

namespace hcl {

namespace {

/// Sets the clock of what is declared for the length of a scope.
class InDomain {
 public:
  InDomain(graph::Module& module, const std::string& domain)
      : module_(module), outer_(module.current_domain) {
    module_.current_domain = domain;
  }
  InDomain(const InDomain&) = delete;
  InDomain& operator=(const InDomain&) = delete;
  ~InDomain() { module_.current_domain = outer_; }

 private:
  graph::Module& module_;
  std::string outer_;
};

}  // namespace

ClockDomain ModuleBase::clock_domain(const Name& name) {
  module_->add_domain(name.text, name.where);
  return ClockDomain(name.text);
}

void ModuleBase::clocked_by(const ClockDomain& domain, const std::function<void()>& body) {
  const InDomain scope(*module_, domain.name());
  body();
}

Bool ModuleBase::synchronise(const Name& name, const Bool& value) {
  const ExprPtr first = delayed(Name(name.text + "_meta", name.where), value.expr());
  if (first->op == frontend::Op::signal && first->owner == module_)
    module_->signals[static_cast<std::size_t>(first->signal->index)].crosses = true;
  return Bool(delayed(name, first));
}

ExprPtr ModuleBase::stable(const Name& name, const ExprPtr& value) {
  const ExprPtr handle = named(name, value);
  if (handle->op == frontend::Op::signal && handle->owner == module_) {
    graph::Signal& signal = module_->signals[static_cast<std::size_t>(handle->signal->index)];
    signal.crosses = true;
    signal.domain = module_->current_domain;
  }
  return handle;
}

}  // namespace hcl
