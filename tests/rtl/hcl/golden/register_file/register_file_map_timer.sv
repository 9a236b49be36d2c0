// The registers that software sees of timer.
// MAP = timer.

`default_nettype none

module register_file_map_timer (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        write_valid_i,
  input  logic [3:0]  write_bits_offset_i,
  input  logic [31:0] write_bits_data_i,
  input  logic [31:0] write_bits_mask_i,
  input  logic [3:0]  read_offset_i,
  output logic [31:0] read_data_o,
  output logic        control_enable_o,
  output logic        control_restart_o,
  output logic [7:0]  control_period_o,
  input  logic [1:0]  events_done_i,
  input  logic [31:0] count_value_i
);

  logic control_written;
  logic control_enable_q, control_enable_d;
  logic [7:0] control_period_q, control_period_d;
  logic events_written;
  logic [1:0] events_done_q, events_done_d;
  logic control_enable_masked;
  logic [7:0] control_period_masked;

  always_comb begin
    read_data_o = '0;
    if (read_offset_i == 4'd0) begin
      read_data_o = {16'd0, control_period_q, 7'd0, control_enable_q};
    end
    if (read_offset_i == 4'd4) begin
      read_data_o = {30'd0, events_done_q};
    end
    if (read_offset_i == 4'd12) begin
      read_data_o = count_value_i;
    end
  end

  assign control_written = write_valid_i && (write_bits_offset_i == 4'd0);

  assign control_enable_masked = write_bits_data_i[0] & write_bits_mask_i[0];

  always_comb begin
    control_enable_d = control_enable_q;
    if (control_written) begin
      control_enable_d = (control_enable_q & ~write_bits_mask_i[0]) | control_enable_masked;
    end
  end

  assign control_enable_o = control_enable_q;
  assign control_restart_o = control_written ? write_bits_data_i[1] & write_bits_mask_i[1] : 1'b0;

  assign control_period_masked = write_bits_data_i[15:8] & write_bits_mask_i[15:8];

  always_comb begin
    control_period_d = control_period_q;
    if (control_written) begin
      control_period_d = (control_period_q & ~write_bits_mask_i[15:8]) | control_period_masked;
    end
  end

  assign control_period_o = control_period_q;
  assign events_written = write_valid_i && (write_bits_offset_i == 4'd4);

  always_comb begin
    events_done_d = events_done_q | events_done_i;
    if (events_written) begin
      events_done_d = (events_done_q & ~(write_bits_data_i[1:0] & write_bits_mask_i[1:0])) |
          events_done_i;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      control_enable_q <= 1'b0;
      control_period_q <= 8'd9;
      events_done_q <= '0;
    end else begin
      control_enable_q <= control_enable_d;
      control_period_q <= control_period_d;
      events_done_q <= events_done_d;
    end
  end

  logic unused_bits;
  assign unused_bits = ^{write_bits_data_i[31:16], write_bits_data_i[7:2],
      write_bits_mask_i[31:16], write_bits_mask_i[7:2]};

endmodule

`default_nettype wire
