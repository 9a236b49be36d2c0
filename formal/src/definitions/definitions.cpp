#include "definitions/definitions.hpp"

#include <fmt/format.h>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::formal {

Definition rebuild_definition(const design::DesignPoint& p) {
  std::string ports, legal, terms;
  const int code = p.code_bits();
  for (int j = 0; j < p.rank; ++j) {
    ports += fmt::format("  input logic [{}:0] basis_{}_i,\n", p.columns * 8 - 1, j);
    // +-2^-e of element B[j][s], scaled by 2^(levels - 1); the code holds e + 1, and 0 for none.
    legal += fmt::format(
        "  assign codes[{0}:{1}] = codes_b_i[{0}:{1}] <= {2} ? codes_b_i[{0}:{1}] : '0;\n"
        "  assign codes[{3}] = codes_b_i[{3}];\n",
        j * code + code - 2, j * code, p.levels, j * code + code - 1);
    terms += fmt::format(
        "  logic signed [7:0] b{0}; logic signed [23:0] t{0};\n  always_comb begin\n"
        "    case (column)\n",
        j);
    for (int s = 0; s < p.columns; ++s)
      terms += fmt::format("      {}: b{} = basis_{}_i[{} +: 8];\n", s, j, j, 8 * s);
    terms += fmt::format("      default: b{0} = 8'd0;\n    endcase\n    case (codes[{1}:{2}])\n", j,
                         j * code + code - 2, j * code);
    for (int e = 0; e < p.levels; ++e)
      terms += fmt::format("      {0}: t{1} = {{{{16{{b{1}[7]}}}}, b{1}}} <<< {2};\n", e + 1, j,
                           p.levels - 1 - e);
    terms += fmt::format(
        "      default: t{0} = 24'sd0;\n    endcase\n"
        "    if (codes[{1}]) t{0} = -t{0};\n  end\n",
        j, j * code + code - 1);
  }
  // Pairs of terms, pairs of pairs, and so on: the order changes nothing but the time of the proof.
  std::vector<std::string> sums;
  for (int j = 0; j < p.rank; ++j) sums.push_back(fmt::format("t{}", j));
  while (sums.size() > 1) {
    std::vector<std::string> pairs;
    for (std::size_t i = 0; i < sums.size(); i += 2)
      pairs.push_back(i + 1 < sums.size() ? fmt::format("({} + {})", sums[i], sums[i + 1])
                                          : sums[i]);
    sums = pairs;
  }
  std::string text = "`default_nettype none\nmodule rebuild_definition (\n";
  text += fmt::format("  input logic [{0}:0] codes_a_i,\n  input logic [{0}:0] codes_b_i,\n",
                      p.row_bits() - 1);
  text += fmt::format("  input logic [{}:0] column_b_i,\n  input logic [{}:0] byte_i,\n",
                      rtl::step_bits(p) - 1, rtl::run_index_bits(p) - 1);
  text += fmt::format("  input logic [{}:0] mask_i,\n", 2 * p.columns * 8 - 1);
  text += ports +
          "  input logic [3:0] shift_i,\n  input logic bypass_b_i,\n"
          "  output logic [7:0] weight_o\n);\n" +
          fmt::format(
              "  logic [{0}:0] column; logic [{1}:0] codes;\n"
              "  assign column = column_b_i < {2} ? column_b_i : '0;\n",
              rtl::step_bits(p) - 1, p.row_bits() - 1, p.columns) +
          legal + terms + "  logic [7:0] mask;\n  always_comb begin\n    case (byte_i)\n";
  for (int i = 0; i < 2 * p.columns; ++i)
    text += fmt::format("      {}: mask = mask_i[{} +: 8];\n", i, 8 * i);
  text += fmt::format(
      "      default: mask = mask_i[7:0];\n    endcase\n  end\n"
      "  logic signed [23:0] total, rounded;\n  logic [7:0] second;\n"
      "  assign total = {};\n"
      "  assign rounded = shift_i == 4'd0 ? total :\n"
      "      (total + (24'sd1 <<< (shift_i - 4'd1))) >>> shift_i;\n"
      "  assign second = bypass_b_i ? codes[7:0] : rounded > 24'sd127 ? 8'h7f :\n"
      "      rounded < -24'sd128 ? 8'h80 : rounded[7:0];\n"
      "  assign weight_o = (codes_a_i[7:0] & ~mask) | (second & mask);\nendmodule\n",
      sums.front());
  return {"rebuild_definition", text};
}

Definition booth_digits_definition() {
  return {"booth_digits_definition", R"(`default_nettype none
module booth_digits_definition (
  input logic signed [7:0] activation_i,
  output logic signed [31:0] value_o,
  output logic left_o
);
  assign value_o = activation_i;
  assign left_o = 1'b0;
endmodule
)"};
}

Definition mac_parallel_definition() {
  return {"mac_parallel_definition", R"(`default_nettype none
module mac_parallel_definition (
  input logic enable_i,
  input logic clear_i,
  input logic signed [7:0] weight_i,
  input logic signed [7:0] activation_i,
  input logic signed [31:0] given_start_o,
  output logic signed [31:0] sum_o
);
  logic signed [15:0] product;
  assign product = weight_i * activation_i;
  assign sum_o = clear_i ? 32'sd0 : enable_i ? given_start_o + product : given_start_o;
endmodule
)"};
}

Definition mac_booth_definition() {
  return {"mac_booth_definition", R"(`default_nettype none
module mac_booth_definition (
  input logic enable_i,
  input logic clear_i,
  input logic signed [7:0] weight_i,
  input logic negate_i,
  input logic [2:0] shift_i,
  input logic signed [31:0] given_start_o,
  output logic signed [31:0] sum_o
);
  logic signed [31:0] multiple;
  assign multiple = {{24{weight_i[7]}}, weight_i} <<< shift_i;
  assign sum_o = clear_i ? 32'sd0 : !enable_i ? given_start_o :
      negate_i ? given_start_o - multiple : given_start_o + multiple;
endmodule
)"};
}

Definition output_stage_definition(int lanes, int lane_count_bits) {
  std::string ports, body;
  for (int i = 0; i < lanes; ++i) {
    ports += fmt::format("  input logic signed [31:0] sums_{}_i,\n", i);
    body += fmt::format(
        "  logic signed [32:0] biased{0}; logic signed [47:0] product{0}; logic signed [65:0] "
        "scaled{0};\n"
        "  assign biased{0} = {{sums_{0}_i[31], sums_{0}_i}} + {{bias[31], bias}};\n"
        "  assign product{0} = biased{0} * multiplier;\n"
        "  logic signed [65:0] wide{0};\n  assign wide{0} = product{0};\n"
        "  assign scaled{0} = shift == 6'd0 ? wide{0} :\n"
        "      (wide{0} + (66'sd1 <<< (shift - 6'd1))) >>> shift;\n"
        "  assign word_o[{1} +: 8] = ({0} >= lanes_i) || (relu_i && scaled{0} < 66'sd0) ? 8'd0 :\n"
        "      scaled{0} > 66'sd127 ? 8'h7f : scaled{0} < -66'sd128 ? 8'h80 : scaled{0}[7:0];\n",
        i, 8 * i);
  }
  return {"output_stage_definition",
          fmt::format("`default_nettype none\nmodule output_stage_definition (\n{}"
                      "  input logic [63:0] record_i,\n  input logic [{}:0] lanes_i,\n"
                      "  input logic relu_i,\n  output logic [{}:0] word_o\n);\n"
                      "  logic signed [31:0] bias; logic signed [15:0] multiplier; logic [5:0] "
                      "shift;\n"
                      "  assign bias = record_i[31:0];\n"
                      "  assign multiplier = {{1'b0, record_i[46:32]}};\n"
                      "  assign shift = record_i[53:48];\n"
                      "{}endmodule\n",
                      ports, lane_count_bits - 1, 8 * lanes - 1, body)};
}

Definition round_shift_definition(int width, int shift_bits) {
  return {"round_shift_definition",
          fmt::format("`default_nettype none\nmodule round_shift_definition (\n"
                      "  input logic signed [{0}:0] value_i,\n  input logic [{1}:0] shift_i,\n"
                      "  output logic signed [{2}:0] result_o\n);\n"
                      "  logic signed [65:0] wide, sum;\n"
                      "  assign wide = value_i;\n"
                      "  assign sum = wide + (66'sd1 <<< (shift_i - 1'b1));\n"
                      "  assign result_o = shift_i == 0 ? wide : sum >>> shift_i;\n"
                      "endmodule\n",
                      width - 1, shift_bits - 1, width)};
}

Definition saturate_definition(int width) {
  return {"saturate_definition",
          fmt::format("`default_nettype none\nmodule saturate_definition (\n"
                      "  input logic signed [{}:0] value_i,\n"
                      "  output logic signed [7:0] result_o\n);\n"
                      "  assign result_o = value_i > 127 ? 8'h7f : value_i < -128 ? 8'h80 : "
                      "value_i[7:0];\nendmodule\n",
                      width - 1)};
}

}  // namespace sd::formal
