`default_nettype none

module hand_over (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       clk_fast_i,
  input  logic       rst_fast_ni,
  input  logic [3:0] data_i,
  input  logic       send_i,
  output logic [3:0] received_o,
  output logic       arrives_o
);

  logic [3:0] held_q, held_d;
  logic toggle_q, toggle_d;
  logic seen_meta_q, seen_meta_d;
  logic seen_q, seen_d;
  logic before_q, before_d;
  logic [3:0] received_q, received_d;
  logic arrives_q, arrives_d;
  logic [3:0] word;
  logic changed_q, changed_d;

  always_comb begin
    held_d = held_q;
    toggle_d = toggle_q;
    if (send_i) begin
      held_d = data_i;
      toggle_d = !toggle_q;
    end
  end

  assign seen_meta_d = toggle_q;
  assign seen_d = seen_meta_q;
  assign before_d = seen_q;
  assign arrives_d = seen_q ^ before_q;

  always_comb begin
    received_d = received_q;
    if (seen_q ^ before_q) begin
      received_d = word;
    end
  end

  assign word = held_q;
  assign received_o = received_q;
  assign arrives_o = arrives_q;
  assign changed_d = seen_q ^ before_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      held_q <= '0;
      toggle_q <= 1'b0;
    end else begin
      held_q <= held_d;
      toggle_q <= toggle_d;
    end
  end

  always_ff @(posedge clk_fast_i or negedge rst_fast_ni) begin
    if (!rst_fast_ni) begin
      seen_meta_q <= 1'b0;
      seen_q <= 1'b0;
      before_q <= 1'b0;
      received_q <= '0;
      arrives_q <= 1'b0;
      changed_q <= 1'b0;
    end else begin
      seen_meta_q <= seen_meta_d;
      seen_q <= seen_d;
      before_q <= before_d;
      received_q <= received_d;
      arrives_q <= arrives_d;
      changed_q <= changed_d;
    end
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_fast_i or negedge rst_fast_ni) begin
    if (rst_fast_ni) begin
      arrives_after_a_change: assert (arrives_q == changed_q);
    end
  end
`endif

endmodule

`default_nettype wire
