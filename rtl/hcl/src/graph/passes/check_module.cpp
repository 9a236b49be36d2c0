#include "graph/passes.hpp"

namespace hcl::graph {

void check_module(Module& module) {
  if (module.abandoned) return;
  check_names(module);
  check_driven(module);
  check_double_drives(module);
  check_storage(module);
  check_loops(module);
  mark_clocking(module);
}

}  // namespace hcl::graph
