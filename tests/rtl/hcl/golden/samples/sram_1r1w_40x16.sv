// Memory macro of 40 words of 16 bits, one read and one write port.
// DEPTH = 40, WIDTH = 16.

`default_nettype none

`ifdef YOSYS
(* blackbox *)
`endif
module sram_1r1w_40x16 (
  input  logic        clk_i,
  input  logic        read_enable_i,
  input  logic [5:0]  read_address_i,
  output logic [15:0] read_data_o,
  input  logic        write_enable_i,
  input  logic [5:0]  write_address_i,
  input  logic [15:0] write_data_i
);

`ifndef YOSYS

  logic [15:0] mem [0:39];

  always_ff @(posedge clk_i) begin
    if (read_enable_i) begin
      read_data_o <= mem[read_address_i];
    end
    if (write_enable_i) begin
      mem[write_address_i] <= write_data_i;
    end
  end

`endif

endmodule

`default_nettype wire
