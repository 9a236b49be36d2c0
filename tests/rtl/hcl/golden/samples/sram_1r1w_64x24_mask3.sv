// Memory macro of 64 words of 24 bits, one read and one write port.
// DEPTH = 64, WIDTH = 24, MASK_BITS = 3.

`default_nettype none

`ifdef YOSYS
(* blackbox *)
`endif
module sram_1r1w_64x24_mask3 (
  input  logic        clk_i,
  input  logic        read_enable_i,
  input  logic [5:0]  read_address_i,
  output logic [23:0] read_data_o,
  input  logic        write_enable_i,
  input  logic [5:0]  write_address_i,
  input  logic [23:0] write_data_i,
  input  logic [2:0]  write_mask_i
);

`ifndef YOSYS

  logic [23:0] mem [0:63];

  always_ff @(posedge clk_i) begin
    if (read_enable_i) begin
      read_data_o <= mem[read_address_i];
    end
    if (write_enable_i) begin
      for (int i = 0; i < 3; i++) begin
        if (write_mask_i[i]) mem[write_address_i][i*8 +: 8] <= write_data_i[i*8 +: 8];
      end
    end
  end

`endif

endmodule

`default_nettype wire
