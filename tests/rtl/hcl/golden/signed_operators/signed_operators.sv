`default_nettype none

module signed_operators (
  input  logic signed [7:0]  s_i,
  input  logic signed [5:0]  t_i,
  input  logic [2:0]         n_i,
  input  logic               flag_i,
  output logic signed [8:0]  sum_o,
  output logic signed [8:0]  negated_o,
  output logic signed [13:0] product_o,
  output logic signed [7:0]  shifted_o,
  output logic signed [3:0]  cut_o,
  output logic signed [7:0]  chosen_o,
  output logic signed [7:0]  logic_o,
  output logic [3:0]         order_o,
  output logic               is_small_o
);

  logic signed [5:0] logic_not;

  assign sum_o = 9'(s_i) + 9'(t_i);
  assign negated_o = 9'sd0 - 9'(s_i);
  assign product_o = 14'(s_i) * 14'(t_i);
  assign shifted_o = (s_i >>> n_i) ^ 8'($signed(s_i[7:2]));
  assign cut_o = s_i[3:0];
  assign chosen_o = flag_i ? s_i : 8'(t_i);
  assign logic_not = ~t_i;
  assign logic_o = (s_i & 8'(t_i)) | 8'(logic_not);
  assign order_o = {s_i < 8'(t_i), s_i >= 8'(t_i), s_i == 8'(t_i), s_i[7]};
  assign is_small_o = ((s_i > -8'sd5) && (s_i < 8'sd5)) || !flag_i;

endmodule

`default_nettype wire
