`default_nettype none

module engine (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               command_valid_i,
  input  logic [5:0]         command_bits_address_i,
  input  logic               command_bits_write_i,
  input  logic signed [7:0]  command_bits_delta_i,
  input  logic [7:0]         lanes_0_i,
  input  logic [7:0]         lanes_1_i,
  input  logic [7:0]         lanes_2_i,
  output logic signed [17:0] sum_o,
  output logic [19:0]        status_o,
  output logic               busy_o
);

  typedef enum logic [1:0] { PhaseIdle, PhaseRun, PhaseDrain } phase_e;

  phase_e phase_q, phase_d;
  logic signed [17:0] sum_q, sum_d;
  logic held_valid_q, held_valid_d;
  logic [5:0] held_bits_address_q, held_bits_address_d;
  logic held_bits_write_q, held_bits_write_d;
  logic signed [7:0] held_bits_delta_q, held_bits_delta_d;
  logic [5:0] last_address_q, last_address_d;
  logic last_write_q, last_write_d;
  logic signed [7:0] last_delta_q, last_delta_d;
  logic [3:0] steps_q, steps_d;
  logic [23:0] masked_read_data;
  logic masked_write_enable;
  logic [23:0] masked_write_data;
  logic [2:0] masked_write_mask;
  logic plain_read_enable;
  logic [5:0] plain_read_address;
  logic [15:0] plain_read_data;
  logic plain_write_enable;
  logic [5:0] plain_write_address;
  logic [15:0] plain_write_data;
  logic [7:0] lane;
  logic signed [15:0] sum_product;
  logic masked_write_enable_and;

  sram_1r1w_64x24_mask3 u_masked (
    .clk_i           (clk_i),
    .read_enable_i   (command_valid_i),
    .read_address_i  (command_bits_address_i),
    .read_data_o     (masked_read_data),
    .write_enable_i  (masked_write_enable),
    .write_address_i (command_bits_address_i),
    .write_data_i    (masked_write_data),
    .write_mask_i    (masked_write_mask)
  );

  sram_1r1w_40x16 u_plain (
    .clk_i           (clk_i),
    .read_enable_i   (plain_read_enable),
    .read_address_i  (plain_read_address),
    .read_data_o     (plain_read_data),
    .write_enable_i  (plain_write_enable),
    .write_address_i (plain_write_address),
    .write_data_i    (plain_write_data)
  );

  assign sum_product = 16'(held_bits_delta_q) * 16'(held_bits_delta_q);

  always_comb begin
    phase_d = phase_q;
    held_valid_d = held_valid_q;
    held_bits_address_d = held_bits_address_q;
    held_bits_write_d = held_bits_write_q;
    held_bits_delta_d = held_bits_delta_q;
    steps_d = steps_q;
    sum_d = sum_q;
    unique case (phase_q)
      PhaseIdle: begin
        if (command_valid_i) begin
          phase_d = PhaseRun;
          held_valid_d = command_valid_i;
          held_bits_address_d = command_bits_address_i;
          held_bits_write_d = command_bits_write_i;
          held_bits_delta_d = command_bits_delta_i;
          steps_d = '0;
        end
      end
      PhaseRun: begin
        sum_d = sum_q + 18'(sum_product);
        steps_d = steps_q + 4'd1;
        if (steps_q == 4'd3) begin
          if (held_bits_write_q) begin
            phase_d = PhaseDrain;
          end else begin
            phase_d = PhaseIdle;
          end
        end
      end
      default: begin
        phase_d = PhaseIdle;
        sum_d = '0;
      end
    endcase
  end

  assign last_address_d = command_valid_i ? command_bits_address_i : held_bits_address_q;
  assign last_write_d = command_valid_i ? command_bits_write_i : held_bits_write_q;
  assign last_delta_d = command_valid_i ? command_bits_delta_i : held_bits_delta_q;
  assign masked_write_enable_and = command_valid_i && command_bits_write_i;
  assign masked_write_enable = masked_write_enable_and;
  assign masked_write_data = {lanes_2_i, lanes_1_i, lanes_0_i};
  assign masked_write_mask = {1'b1, command_bits_delta_i[0], command_bits_delta_i[1]};
  assign plain_write_enable = masked_write_enable_and;
  assign plain_write_address = (command_bits_address_i < 6'd40) ? command_bits_address_i : 6'd7;
  assign plain_write_data = {lanes_0_i, lanes_1_i};
  assign plain_read_enable = phase_q == PhaseRun;
  assign plain_read_address = (last_address_q < 6'd40) ? last_address_q : 6'd0;
  assign lane = last_address_q[1] ? lanes_2_i : last_address_q[0] ? lanes_1_i : lanes_0_i;
  assign busy_o = phase_q != PhaseIdle;
  assign sum_o = sum_q;
  assign status_o = {masked_read_data[23:16] ^ lane, plain_read_data[11:4], phase_q,
      ^plain_read_data, last_write_q};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      phase_q <= PhaseIdle;
      sum_q <= -18'sd3;
      held_valid_q <= 1'b0;
      held_bits_address_q <= '0;
      held_bits_write_q <= 1'b0;
      held_bits_delta_q <= '0;
      steps_q <= 4'd5;
    end else begin
      phase_q <= phase_d;
      sum_q <= sum_d;
      held_valid_q <= held_valid_d;
      held_bits_address_q <= held_bits_address_d;
      held_bits_write_q <= held_bits_write_d;
      held_bits_delta_q <= held_bits_delta_d;
      steps_q <= steps_d;
    end
  end

  always_ff @(posedge clk_i) begin
    last_address_q <= last_address_d;
    last_write_q <= last_write_d;
    last_delta_q <= last_delta_d;
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (rst_ni) begin
      drains: cover (phase_q == PhaseDrain);
    end
  end
`endif

  logic unused_bits;
  assign unused_bits = ^{last_delta_q, masked_read_data[15:0]};

endmodule

`default_nettype wire
