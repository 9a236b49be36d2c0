// INPUTS = 3.

`default_nettype none

module arbiter_inputs3 (
  input  logic              clk_i,
  input  logic              rst_ni,
  input  logic              in_0_valid_i,
  output logic              in_0_ready_o,
  input  logic [5:0]        in_0_bits_address_i,
  input  logic              in_0_bits_write_i,
  input  logic signed [7:0] in_0_bits_delta_i,
  input  logic              in_1_valid_i,
  output logic              in_1_ready_o,
  input  logic [5:0]        in_1_bits_address_i,
  input  logic              in_1_bits_write_i,
  input  logic signed [7:0] in_1_bits_delta_i,
  input  logic              in_2_valid_i,
  output logic              in_2_ready_o,
  input  logic [5:0]        in_2_bits_address_i,
  input  logic              in_2_bits_write_i,
  input  logic signed [7:0] in_2_bits_delta_i,
  output logic              out_valid_o,
  input  logic              out_ready_i,
  output logic [5:0]        out_bits_address_o,
  output logic              out_bits_write_o,
  output logic signed [7:0] out_bits_delta_o,
  output logic [1:0]        chosen_o
);

  logic any;
  logic [1:0] grant;
  logic locked_q, locked_d;
  logic [1:0] owner_q, owner_d;
  logic [1:0] turn;
  logic request;

  always_comb begin
    any = 1'b0;
    grant = '0;
    if (in_2_valid_i) begin
      any = 1'b1;
      grant = 2'd2;
    end
    if (in_1_valid_i) begin
      any = 1'b1;
      grant = 2'd1;
    end
    if (in_0_valid_i) begin
      any = 1'b1;
      grant = '0;
    end
  end

  always_comb begin
    if (locked_q) begin
      turn = owner_q;
    end else begin
      turn = grant;
    end
  end

  always_comb begin
    if (locked_q) begin
      request = 1'b0;
      if (turn == 2'd0) begin
        request = in_0_valid_i;
      end
      if (turn == 2'd1) begin
        request = in_1_valid_i;
      end
      if (turn == 2'd2) begin
        request = in_2_valid_i;
      end
    end else begin
      request = any;
    end
  end

  assign out_valid_o = request;
  assign out_bits_address_o = (turn == 2'd2) ? in_2_bits_address_i :
      (turn == 2'd1) ? in_1_bits_address_i : in_0_bits_address_i;
  assign out_bits_write_o = (turn == 2'd2) ? in_2_bits_write_i :
      (turn == 2'd1) ? in_1_bits_write_i : in_0_bits_write_i;
  assign out_bits_delta_o = (turn == 2'd2) ? in_2_bits_delta_i :
      (turn == 2'd1) ? in_1_bits_delta_i : in_0_bits_delta_i;
  assign in_0_ready_o = out_ready_i && (turn == 2'd0);
  assign in_1_ready_o = out_ready_i && (turn == 2'd1);
  assign in_2_ready_o = out_ready_i && (turn == 2'd2);
  assign chosen_o = turn;

  always_comb begin
    locked_d = locked_q;
    owner_d = owner_q;
    if (request) begin
      locked_d = !out_ready_i;
      owner_d = turn;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      locked_q <= 1'b0;
      owner_q <= '0;
    end else begin
      locked_q <= locked_d;
      owner_q <= owner_d;
    end
  end

endmodule

`default_nettype wire
