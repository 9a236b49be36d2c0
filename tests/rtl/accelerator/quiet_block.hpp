// What every block owes after reset, whatever its registers without reset and its memories hold:
// nothing happens, nothing is counted, and who says that it is idle says so.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "verilator_tb/block.hpp"

namespace sd::test {

/// Of a port that says that something happens in this cycle, or how much of it.
[[nodiscard]] inline bool tells_of_an_event(std::string_view port) {
  constexpr std::array<std::string_view, 18> names = {
      "done_o",       "finished_o",        "stall_o",  "error_o",         "row_dropped_o",
      "products_o",   "operations_o",      "filled_o", "outputs_o",       "residual_outputs_o",
      "hold_o",       "merge_request_o",   "beat_o",   "controls_load_o", "controls_fill_o",
      "issue_line_o", "controls_enable_o", "touched_o"};
  return port.ends_with("valid_o") || port.ends_with("load_line_o") ||
         port.starts_with("events_") || std::find(names.begin(), names.end(), port) != names.end();
}

/// Every input at zero, and the reset over. Nothing but assertions may stop it.
inline void expect_quiet_after_reset(const hcl::Design& design) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    tb::BlockOptions options;
    options.seed = seed;
    tb::Block block(design, {}, options);
    for (const auto& port : block.ports())
      if (port.is_input && port.name != "clk_i" && port.name != "rst_ni") block.poke(port.name, 0);
    block.reset();
    int looked_at = 0;
    for (int cycle = 0; cycle < 24; ++cycle, block.step())
      for (const auto& port : block.ports()) {
        if (port.is_input || port.width > 64) continue;
        const bool event = tells_of_an_event(port.name);
        if (!event && port.name != "idle_o" && port.name != "settled_o") continue;
        ++looked_at;
        EXPECT_EQ(block.peek(port.name), event ? 0U : 1U)
            << port.name << ", cycle " << cycle << " after reset, random contents " << seed;
      }
    EXPECT_GT(looked_at, 0) << "the block tells of no event: this tests nothing";
  }
}

}  // namespace sd::test
