#include "definitions/definitions.hpp"

#include <fmt/format.h>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::formal {

Definition rebuild_definition(const design::DesignPoint& p) {
  std::string ports, legal, terms;
  const int code = p.code_bits();
  for (int j = 0; j < p.rank; ++j) {
    ports += fmt::format("  input logic signed [7:0] basis_{}_i,\n", j);
    // +-2^-e of element B[j][s], scaled by 2^(levels - 1); the code holds e + 1, and 0 for none.
    legal += fmt::format(
        "  assign codes[{0}:{1}] = codes_b_i[{0}:{1}] <= {2} ? codes_b_i[{0}:{1}] : '0;\n"
        "  assign codes[{3}] = codes_b_i[{3}];\n",
        j * code + code - 2, j * code, p.levels, j * code + code - 1);
    terms +=
        fmt::format("  logic signed [23:0] t{0};\n  always_comb begin\n    case (codes[{1}:{2}])\n",
                    j, j * code + code - 2, j * code);
    for (int e = 0; e < p.levels; ++e)
      terms += fmt::format("      {0}: t{1} = {{{{16{{basis_{1}_i[7]}}}}, basis_{1}_i}} <<< {2};\n",
                           e + 1, j, p.levels - 1 - e);
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
  text += fmt::format(
      "  input logic [{0}:0] first_index_i,\n  input logic [{0}:0] second_index_i,\n"
      "  input logic of_second_i,\n",
      rtl::run_index_bits(p) - 1);
  const int last = 2 * p.columns - 1;
  text += ports +
          "  input logic [4:0] shift_i,\n  input logic bypass_b_i,\n"
          "  output logic [7:0] weight_o\n);\n" +
          fmt::format(
              "  logic [{0}:0] codes; logic [{1}:0] index_a, index_b;\n"
              "  assign index_a = first_index_i <= {2} ? first_index_i : '0;\n"
              "  assign index_b = second_index_i <= {2} ? second_index_i : '0;\n",
              p.row_bits() - 1, rtl::run_index_bits(p) - 1, last) +
          legal + terms;
  text += fmt::format(
      "  logic signed [39:0] total, rounded;\n  logic [7:0] second;\n"
      "  assign total = {};\n"
      "  assign rounded = shift_i == 5'd0 ? total :\n"
      "      (total + (40'sd1 <<< (shift_i - 5'd1))) >>> shift_i;\n"
      "  assign second = bypass_b_i ? codes[7:0] : rounded > 40'sd127 ? 8'h7f :\n"
      "      rounded < -40'sd128 ? 8'h80 : rounded[7:0];\n"
      "  assign weight_o = of_second_i || index_a == index_b ? second : codes_a_i[7:0];\n"
      "endmodule\n",
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
  input logic replace_i,
  input logic signed [7:0] weight_i,
  input logic [15:0] activations_i,
  input logic [63:0] before_i,
  output logic [63:0] after_o
);
  logic signed [7:0] x0, x1;
  logic signed [15:0] product0, product1;
  logic signed [31:0] sum0, sum1;
  assign x0 = activations_i[7:0];
  assign x1 = activations_i[15:8];
  assign product0 = weight_i * x0;
  assign product1 = weight_i * x1;
  assign sum0 = replace_i ? 32'sd0 : before_i[31:0];
  assign sum1 = replace_i ? 32'sd0 : before_i[63:32];
  assign after_o[31:0] = sum0 + {{16{product0[15]}}, product0};
  assign after_o[63:32] = sum1 + {{16{product1[15]}}, product1};
endmodule
)"};
}

Definition mac_booth_definition() {
  return {"mac_booth_definition", R"(`default_nettype none
module mac_booth_definition (
  input logic replace_i,
  input logic signed [7:0] weight_i,
  input logic [1:0] digit_i,
  input logic [1:0] negate_i,
  input logic [5:0] shift_i,
  input logic [63:0] before_i,
  output logic [63:0] after_o
);
  logic [31:0] weight, multiple0, multiple1, sum0, sum1;
  assign weight = {{24{weight_i[7]}}, weight_i};
  assign multiple0 = digit_i[0] ? weight << shift_i[2:0] : 32'd0;
  assign multiple1 = digit_i[1] ? weight << shift_i[5:3] : 32'd0;
  assign sum0 = replace_i ? 32'd0 : before_i[31:0];
  assign sum1 = replace_i ? 32'd0 : before_i[63:32];
  assign after_o[31:0] = negate_i[0] ? sum0 - multiple0 : sum0 + multiple0;
  assign after_o[63:32] = negate_i[1] ? sum1 - multiple1 : sum1 + multiple1;
endmodule
)"};
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
