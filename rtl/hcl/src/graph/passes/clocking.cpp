// A module has clk_i and rst_ni where it or a child needs them: a purely combinational one has
// neither.
#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

void finish_black_box(Module& module) {
  module.needs_clock = !module.black_box->clock.empty();
  module.needs_reset = !module.black_box->reset.empty();
  module.combinational_inputs.assign(module.ports.size(), {});
  if (module.black_box->registered) return;
  for (std::size_t output = 0; output < module.ports.size(); ++output) {
    if (module.ports[output]->kind != SignalKind::output) continue;
    for (std::size_t input = 0; input < module.ports.size(); ++input)
      if (module.ports[input]->kind == SignalKind::input)
        module.combinational_inputs[output].push_back(static_cast<int>(input));
  }
}

void mark_clocking(Module& module) {
  const auto need = [&](const std::string& name, bool clock, bool reset) {
    if (name.empty()) {
      module.needs_clock = module.needs_clock || clock;
      module.needs_reset = module.needs_reset || reset;
      return;
    }
    for (Domain& domain : module.domains)
      if (domain.name == name) {
        domain.needs_clock = domain.needs_clock || clock;
        domain.needs_reset = domain.needs_reset || reset;
      }
  };
  for (const Memory& memory : module.memories) need(memory.domain, true, false);
  for (const Signal& signal : module.signals)
    if (signal.kind == SignalKind::reg) need(signal.domain, true, signal.reset.has_value());
  for (const Instance& instance : module.instances) {
    need(instance.domain, instance.module->needs_clock, instance.module->needs_reset);
    for (const Domain& domain : instance.module->domains)
      need(domain.name, domain.needs_clock, domain.needs_reset);
  }
  Visitor visitor;
  visitor.check = [&](const Check& check) { need(check.domain, true, true); };
  walk(module.body, visitor);
}

}  // namespace hcl::graph
