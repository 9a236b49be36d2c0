// Modules whose body does not come from the graph: memory macros and black boxes.
#include <fmt/format.h>

#include "emit/module_text.hpp"

namespace hcl::emitter {

namespace {

/// A module with this body, which synthesis does not see if it is only for simulation.
std::string around_body(const graph::Module& module, const std::string& body, bool only_simulation,
                        const EmitOptions& options) {
  std::string text = head_comment(module, options) + "`default_nettype none\n\n";
  if (only_simulation) text += "`ifdef YOSYS\n(* blackbox *)\n`endif\n";
  text += port_list(module);
  if (only_simulation) text += "\n`ifndef YOSYS\n";
  text += "\n" + body + "\n";
  if (only_simulation) text += "`endif\n\n";
  return text + "endmodule\n\n`default_nettype wire\n";
}

}  // namespace

std::string sram_text(const graph::Module& module, const EmitOptions& options) {
  const graph::SramShape& shape = *module.sram;
  std::string text =
      fmt::format("  logic [{}:0] mem [0:{}];\n\n", shape.width - 1, shape.depth - 1);
  text += "  always_ff @(posedge clk_i) begin\n";
  text += "    if (read_enable_i) begin\n      read_data_o <= mem[read_address_i];\n    end\n";
  text += "    if (write_enable_i) begin\n";
  if (shape.mask_bits > 1) {
    const int part = shape.width / shape.mask_bits;
    text += fmt::format("      for (int i = 0; i < {}; i++) begin\n", shape.mask_bits);
    text += fmt::format(
        "        if (write_mask_i[i]) mem[write_address_i][i*{0} +: {0}] <= write_data_i[i*{0} +: "
        "{0}];\n",
        part);
    text += "      end\n";
  } else {
    text += "      mem[write_address_i] <= write_data_i;\n";
  }
  return around_body(module, text + "    end\n  end\n", true, options);
}

std::string black_box_text(const graph::Module& module, const EmitOptions& options) {
  const graph::BlackBox& box = *module.black_box;
  return around_body(module, box.body + (box.body.ends_with('\n') ? "" : "\n"), box.only_simulation,
                     options);
}

}  // namespace hcl::emitter
