`default_nettype none

module black_boxes (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [2:0] a_i,
  output logic       held_o,
  output logic       now_o
);

  logic majority_z;
  logic kept_q, kept_d;

  MAJORITY_width3 u_majority (
    .A (a_i),
    .Z (majority_z)
  );

  assign kept_d = majority_z;
  assign held_o = kept_q;
  assign now_o = majority_z;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      kept_q <= 1'b0;
    end else begin
      kept_q <= kept_d;
    end
  end

endmodule

`default_nettype wire
