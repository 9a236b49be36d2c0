// A block as it is after reset with every input at zero.
#pragma once

#include "verilator_tb/block.hpp"

namespace sd::rtl::test {

inline void reset(tb::Block& block) {
  for (const auto& port : block.ports())
    if (port.is_input && port.name != "clk_i" && port.name != "rst_ni") block.poke(port.name, 0);
  block.reset();
}

}  // namespace sd::rtl::test
