// Two queues in a row beside an engine and an arbiter.

`default_nettype none

module top (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               in_valid_i,
  output logic               in_ready_o,
  input  logic [7:0]         in_bits_i,
  output logic               out_valid_o,
  input  logic               out_ready_i,
  output logic [7:0]         out_bits_o,
  input  logic               command_valid_i,
  input  logic [5:0]         command_bits_address_i,
  input  logic               command_bits_write_i,
  input  logic signed [7:0]  command_bits_delta_i,
  output logic signed [17:0] sum_o,
  output logic [19:0]        status_o,
  output logic [1:0]         chosen_o,
  output logic               busy_o
);

  logic first_out_valid;
  logic [7:0] first_out_bits;
  logic second_in_ready;
  logic second_out_valid;
  logic [7:0] second_out_bits;
  logic third_in_ready;
  logic [7:0] engine_lanes_1;
  logic [7:0] engine_lanes_2;
  logic unused_arbiter_in_0_ready;
  logic unused_arbiter_in_1_ready;
  logic unused_arbiter_in_2_ready;
  logic unused_arbiter_out_valid;
  logic [5:0] unused_arbiter_out_bits_address;
  logic unused_arbiter_out_bits_write;
  logic signed [7:0] unused_arbiter_out_bits_delta;

  queue_width8_depth4 u_first (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (in_valid_i),
    .in_ready_o  (in_ready_o),
    .in_bits_i   (in_bits_i),
    .out_valid_o (first_out_valid),
    .out_ready_i (second_in_ready),
    .out_bits_o  (first_out_bits)
  );

  queue_width8_depth4 u_second (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (first_out_valid),
    .in_ready_o  (second_in_ready),
    .in_bits_i   (first_out_bits),
    .out_valid_o (second_out_valid),
    .out_ready_i (third_in_ready),
    .out_bits_o  (second_out_bits)
  );

  queue_width8_depth3 u_third (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (second_out_valid),
    .in_ready_o  (third_in_ready),
    .in_bits_i   (second_out_bits),
    .out_valid_o (out_valid_o),
    .out_ready_i (out_ready_i),
    .out_bits_o  (out_bits_o)
  );

  engine u_engine (
    .clk_i                  (clk_i),
    .rst_ni                 (rst_ni),
    .command_valid_i        (command_valid_i),
    .command_bits_address_i (command_bits_address_i),
    .command_bits_write_i   (command_bits_write_i),
    .command_bits_delta_i   (command_bits_delta_i),
    .lanes_0_i              (in_bits_i),
    .lanes_1_i              (engine_lanes_1),
    .lanes_2_i              (engine_lanes_2),
    .sum_o                  (sum_o),
    .status_o               (status_o),
    .busy_o                 (busy_o)
  );

  assign engine_lanes_1 = 8'(in_bits_i[6:0]) << 1;
  assign engine_lanes_2 = 8'(in_bits_i[5:0]) << 2;

  arbiter_inputs3 u_arbiter (
    .clk_i               (clk_i),
    .rst_ni              (rst_ni),
    .in_0_valid_i        (command_bits_address_i[0]),
    .in_0_ready_o        (unused_arbiter_in_0_ready),
    .in_0_bits_address_i (command_bits_address_i),
    .in_0_bits_write_i   (command_bits_write_i),
    .in_0_bits_delta_i   (command_bits_delta_i),
    .in_1_valid_i        (command_bits_address_i[1]),
    .in_1_ready_o        (unused_arbiter_in_1_ready),
    .in_1_bits_address_i (command_bits_address_i),
    .in_1_bits_write_i   (command_bits_write_i),
    .in_1_bits_delta_i   (command_bits_delta_i),
    .in_2_valid_i        (command_bits_address_i[2]),
    .in_2_ready_o        (unused_arbiter_in_2_ready),
    .in_2_bits_address_i (command_bits_address_i),
    .in_2_bits_write_i   (command_bits_write_i),
    .in_2_bits_delta_i   (command_bits_delta_i),
    .out_valid_o         (unused_arbiter_out_valid),
    .out_ready_i         (out_ready_i),
    .out_bits_address_o  (unused_arbiter_out_bits_address),
    .out_bits_write_o    (unused_arbiter_out_bits_write),
    .out_bits_delta_o    (unused_arbiter_out_bits_delta),
    .chosen_o            (chosen_o)
  );

endmodule

`default_nettype wire
