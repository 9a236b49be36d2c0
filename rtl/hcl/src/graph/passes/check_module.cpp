#include "graph/passes.hpp"

namespace hcl::graph {

void check_module(Module& module) {
  if (module.abandoned) return;
  check_names(module);
  if (module.black_box) return finish_black_box(module);
  check_driven(module);
  check_double_drives(module);
  check_switches(module);
  check_storage(module);
  check_loops(module);
  mark_clocking(module);
  check_clock_domains(module);
}

}  // namespace hcl::graph
