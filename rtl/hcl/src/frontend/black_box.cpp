#include "rtl/hcl/black_box.hpp"

#include "graph/module.hpp"

namespace hcl {

void ModuleBase::set_black_box(const BlackBoxText& text) {
  module_->black_box =
      graph::BlackBox{text.clock,           text.reset,
                      text.values,          text.module.empty() ? module_->name : text.module,
                      text.only_simulation, text.body,
                      text.registered};
}

}  // namespace hcl
