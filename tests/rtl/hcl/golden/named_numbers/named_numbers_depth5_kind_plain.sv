// DEPTH = 5, KIND = plain.

`default_nettype none

module named_numbers_depth5_kind_plain (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        push_i,
  input  logic        clear_i,
  input  logic [1:0]  amount_i,
  output logic        full_o,
  output logic        at_last_o,
  output logic [39:0] key_o,
  output logic [3:0]  events_o,
  output logic [2:0]  beats_o,
  output logic [5:0]  total_o
);

  localparam int unsigned DEPTH = 5;
  localparam int unsigned Last = 4;
  localparam logic [63:0] Magic = 64'h1234567890;

  logic [2:0] level_q, level_d;
  logic [3:0] events_q, events_d;
  logic [4:0] events_sum;
  logic [3:0] events_next;
  logic [2:0] beats_q, beats_d;
  logic [2:0] beats_next;
  logic [5:0] total_q, total_d;
  logic [6:0] total_sum;
  logic [5:0] total_next;
  logic events_sum_and;
  logic [36:0] key_choice;

  always_comb begin
    level_d = level_q;
    if (clear_i) begin
      level_d = '0;
    end else if (push_i && (level_q != 3'(DEPTH))) begin
      level_d = level_q + 3'd1;
    end
  end

  assign full_o = level_q == 3'(DEPTH);
  assign at_last_o = (push_i ? level_q : 3'd0) == 3'(Last);
  assign key_choice = push_i ? 37'(Magic) : 37'(DEPTH);
  assign key_o = 40'(key_choice);

  always_comb begin
    events_o = '0;
    if (push_i) begin
      events_o = events_q;
    end
  end

  assign events_sum_and = push_i && full_o;
  assign events_sum = 5'(events_q) + 5'(events_sum_and);
  assign events_next = events_sum[4] ? 4'd15 : events_sum[3:0];
  assign events_d = events_next;
  assign beats_next = clear_i ? 3'd0 : beats_q + 3'(push_i);
  assign beats_d = beats_next;
  assign beats_o = beats_q;
  assign total_sum = 7'(total_q) + 7'(amount_i);
  assign total_next = clear_i ? 6'd0 : total_sum[6] ? 6'd63 : total_sum[5:0];
  assign total_d = total_next;
  assign total_o = total_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      level_q <= '0;
      events_q <= '0;
      beats_q <= '0;
      total_q <= '0;
    end else begin
      level_q <= level_d;
      events_q <= events_d;
      beats_q <= beats_d;
      total_q <= total_d;
    end
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (rst_ni) begin
      events_counts: assert (events_next >= events_q);
      beats_counts: assert (clear_i || ((beats_next[0] ^ beats_q[0]) == push_i));
      total_counts: assert (clear_i || (total_next >= total_q));
    end
  end
`endif

endmodule

`default_nettype wire
