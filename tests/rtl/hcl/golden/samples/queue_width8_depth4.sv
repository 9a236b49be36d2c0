// A queue: what goes in first comes out first.
// WIDTH = 8, DEPTH = 4.

`default_nettype none

module queue_width8_depth4 (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       in_valid_i,
  output logic       in_ready_o,
  input  logic [7:0] in_bits_i,
  output logic       out_valid_o,
  input  logic       out_ready_i,
  output logic [7:0] out_bits_o
);

  logic [1:0] head_q, head_d;
  logic [1:0] tail_q, tail_d;
  logic [2:0] count_q, count_d;
  logic push;
  logic pop;
  logic [7:0] store [0:3];

  assign in_ready_o = count_q != 3'd4;
  assign out_valid_o = count_q != 3'd0;
  assign out_bits_o = store[head_q];
  assign push = in_valid_i && in_ready_o;
  assign pop = out_valid_o && out_ready_i;

  always_comb begin
    tail_d = tail_q;
    if (push) begin
      tail_d = (tail_q == 2'd3) ? 2'd0 : tail_q + 2'd1;
    end
  end

  always_comb begin
    head_d = head_q;
    if (pop) begin
      head_d = (head_q == 2'd3) ? 2'd0 : head_q + 2'd1;
    end
  end

  always_comb begin
    count_d = count_q;
    if (push && !pop) begin
      count_d = count_q + 3'd1;
    end else if (!push && pop) begin
      count_d = count_q - 3'd1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q <= '0;
      tail_q <= '0;
      count_q <= '0;
    end else begin
      head_q <= head_d;
      tail_q <= tail_d;
      count_q <= count_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (push) begin
      store[tail_q] <= in_bits_i;
    end
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (rst_ni) begin
      count_in_range: assert (count_q <= 3'd4);
      if (push) begin
        last_place_taken: cover (count_q == 3'd3);
      end
    end
  end
`endif

endmodule

`default_nettype wire
