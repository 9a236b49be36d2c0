// A module has clk_i and rst_ni where it or a child needs them: a purely combinational one has
// neither.
#include "graph/passes.hpp"
#include "graph/walk.hpp"

namespace hcl::graph {

void mark_clocking(Module& module) {
  bool clock = !module.memories.empty(), reset = false;
  for (const Signal& signal : module.signals) {
    if (signal.kind != SignalKind::reg) continue;
    clock = true;
    reset = reset || signal.reset.has_value();
  }
  for (const Instance& instance : module.instances) {
    clock = clock || instance.module->needs_clock;
    reset = reset || instance.module->needs_reset;
  }
  Visitor visitor;
  visitor.check = [&](const Check&) { clock = reset = true; };
  walk(module.body, visitor);
  module.needs_clock = clock;
  module.needs_reset = reset;
}

}  // namespace hcl::graph
