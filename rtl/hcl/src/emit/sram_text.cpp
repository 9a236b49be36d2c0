#include <fmt/format.h>

#include "emit/module_text.hpp"

namespace hcl::emitter {

std::string sram_text(const graph::Module& module, const EmitOptions& options) {
  const graph::SramShape& shape = *module.sram;
  std::string text = head_comment(module, options);
  text += "`default_nettype none\n\n";
  text += "`ifdef YOSYS\n(* blackbox *)\n`endif\n";
  text += port_list(module);
  text += "\n`ifndef YOSYS\n\n";
  text += fmt::format("  logic [{}:0] mem [0:{}];\n\n", shape.width - 1, shape.depth - 1);
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
  text += "    end\n  end\n\n`endif\n\nendmodule\n\n`default_nettype wire\n";
  return text;
}

}  // namespace hcl::emitter
