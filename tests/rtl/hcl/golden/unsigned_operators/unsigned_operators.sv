`default_nettype none

module unsigned_operators (
  input  logic [7:0]  a_i,
  input  logic [4:0]  c_i,
  output logic [8:0]  sum_o,
  output logic [8:0]  difference_o,
  output logic [7:0]  wrapped_o,
  output logic [12:0] product_o,
  output logic [7:0]  logic_o,
  output logic [23:0] shifted_o,
  output logic [7:0]  chosen_o,
  output logic [15:0] parts_o,
  output logic [3:0]  counted_o,
  output logic [5:0]  order_o,
  output logic [2:0]  folded_o,
  output logic [9:0]  total_o
);

  assign sum_o = 9'(a_i) + 9'(c_i);
  assign difference_o = 9'(a_i) - 9'(c_i);
  assign wrapped_o = a_i + 8'(c_i);
  assign product_o = 13'(a_i) * 13'(c_i);
  assign logic_o = (a_i & 8'(c_i)) | (~a_i ^ 8'd90);
  assign shifted_o = {11'(a_i) << c_i[1:0], a_i >> c_i, 4'(c_i[1:0]) << 2, c_i[4]};
  assign chosen_o = (c_i == 5'd3) ? a_i : 8'(c_i);
  assign parts_o = {a_i[6:2], a_i[0], a_i[{c_i[0], 2'd0} +: 4], a_i[c_i[2:0]], c_i};
  assign counted_o = 4'($countones(a_i));
  assign order_o = {a_i == 8'(c_i), a_i != 8'(c_i), a_i < 8'(c_i), a_i <= 8'(c_i), a_i > 8'(c_i),
      a_i >= 8'(c_i)};
  assign folded_o = {|a_i, &a_i, ^c_i};
  assign total_o = 10'(a_i) + 10'(a_i[3:0]) + 10'(c_i);

endmodule

`default_nettype wire
