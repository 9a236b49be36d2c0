// Design point: none.

`default_nettype none

module properties (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic request_i,
  output logic grant_o
);

  logic waiting_q, waiting_d;
  logic asked_q, asked_d;

  // golden_located.cpp:11
  assign waiting_d = request_i && !waiting_q;
  // golden_located.cpp:12
  assign grant_o = waiting_q;
  // golden_located.cpp:13
  assign asked_d = request_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      waiting_q <= 1'b0;
      asked_q <= 1'b0;
    end else begin
      waiting_q <= waiting_d;
      asked_q <= asked_d;
    end
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (rst_ni) begin
      // golden_located.cpp:14
      asks_twice_at_most: assume (!(request_i && asked_q && waiting_q));
      // golden_located.cpp:15
      grants_what_was_asked: assert (!waiting_q || asked_q);
      if (waiting_q) begin
        // golden_located.cpp:16
        grants: cover (request_i);
      end
    end
  end
`endif

endmodule

`default_nettype wire
