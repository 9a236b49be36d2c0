// A simulated block in a known state.
#pragma once

#include "verilator_tb/block.hpp"

namespace sd::test {

/// All inputs zero, and reset where the block has registers that know one.
[[nodiscard]] inline tb::Block fresh_block(const hcl::Design& design) {
  tb::Block block(design);
  bool has_reset = false;
  for (const auto& port : block.ports()) {
    has_reset = has_reset || port.name == "rst_ni";
    if (port.is_input && port.name != "rst_ni" && port.name != "clk_i") block.poke(port.name, 0);
  }
  if (has_reset) block.reset();
  return block;
}

}  // namespace sd::test
