`default_nettype none

module properties (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic request_i,
  output logic grant_o
);

  logic waiting_q, waiting_d;
  logic asked_q, asked_d;

  assign waiting_d = request_i && !waiting_q;
  assign grant_o = waiting_q;
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
      asks_twice_at_most: assume (!(request_i && asked_q && waiting_q));
      grants_what_was_asked: assert (!waiting_q || asked_q);
      if (waiting_q) begin
        grants: cover (request_i);
      end
    end
  end
`endif

endmodule

`default_nettype wire
