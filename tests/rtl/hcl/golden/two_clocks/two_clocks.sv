`default_nettype none

module two_clocks (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       clk_fast_i,
  input  logic       rst_fast_ni,
  input  logic [3:0] data_i,
  input  logic       send_i,
  output logic [3:0] out_o
);

  logic [3:0] hand_over_received;
  logic hand_over_arrives;
  logic [3:0] kept_q, kept_d;
  logic [1:0] gray_q, gray_d;
  logic gray_1_meta_q, gray_1_meta_d;
  logic gray_1_q, gray_1_d;
  logic gray_0_meta_q, gray_0_meta_d;
  logic gray_0_q, gray_0_d;
  logic [1:0] kept_low;

  hand_over u_hand_over (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .clk_fast_i  (clk_fast_i),
    .rst_fast_ni (rst_fast_ni),
    .data_i      (data_i),
    .send_i      (send_i),
    .received_o  (hand_over_received),
    .arrives_o   (hand_over_arrives)
  );

  always_comb begin
    kept_d = kept_q;
    if (hand_over_arrives) begin
      kept_d = hand_over_received;
    end
  end

  assign gray_d = {gray_q[0], !gray_q[1]};
  assign gray_1_meta_d = gray_q[1];
  assign gray_1_d = gray_1_meta_q;
  assign gray_0_meta_d = gray_q[0];
  assign gray_0_d = gray_0_meta_q;
  assign kept_low = kept_q[1:0];
  assign out_o = {gray_1_q, gray_0_q, kept_low};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      gray_1_meta_q <= 1'b0;
      gray_1_q <= 1'b0;
      gray_0_meta_q <= 1'b0;
      gray_0_q <= 1'b0;
    end else begin
      gray_1_meta_q <= gray_1_meta_d;
      gray_1_q <= gray_1_d;
      gray_0_meta_q <= gray_0_meta_d;
      gray_0_q <= gray_0_d;
    end
  end

  always_ff @(posedge clk_fast_i or negedge rst_fast_ni) begin
    if (!rst_fast_ni) begin
      kept_q <= '0;
      gray_q <= '0;
    end else begin
      kept_q <= kept_d;
      gray_q <= gray_d;
    end
  end

endmodule

`default_nettype wire
