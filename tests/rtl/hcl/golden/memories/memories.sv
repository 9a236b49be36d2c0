`default_nettype none

module memories (
  input  logic              clk_i,
  input  logic              write_valid_i,
  input  logic signed [4:0] write_bits_x_i,
  input  logic signed [4:0] write_bits_y_i,
  input  logic              write_bits_seen_i,
  input  logic [2:0]        at_i,
  input  logic [3:0]        mask_i,
  output logic signed [4:0] first_x_o,
  output logic signed [4:0] first_y_o,
  output logic              first_seen_o,
  output logic [10:0]       second_o,
  output logic [15:0]       third_o
);

  logic [10:0] late_point_q, late_point_d;
  logic [15:0] late_word_q, late_word_d;
  logic [10:0] first_x_word;
  logic [10:0] words_packed;
  logic [15:0] words_wide;
  logic [10:0] points [0:7];
  logic [15:0] words [0:5];

  assign first_x_word = points[at_i];
  assign first_x_o = first_x_word[10:6];
  assign first_y_o = first_x_word[5:1];
  assign first_seen_o = first_x_word[0];

  always_comb begin
    late_point_d = late_point_q;
    if (write_bits_seen_i) begin
      late_point_d = points[at_i + 3'd1];
    end
  end

  assign second_o = {late_point_q[10:6], late_point_q[5:1], late_point_q[0]};
  assign late_word_d = (at_i < 3'd6) ? words[at_i] : 16'd0;
  assign third_o = late_word_q;

  always_ff @(posedge clk_i) begin
    late_point_q <= late_point_d;
    late_word_q <= late_word_d;
  end

  always_ff @(posedge clk_i) begin
    if (write_valid_i) begin
      points[at_i] <= {write_bits_x_i, write_bits_y_i, write_bits_seen_i};
    end
  end

  assign words_packed = {write_bits_x_i, write_bits_y_i, write_bits_seen_i};
  assign words_wide = 16'(words_packed);

  always_ff @(posedge clk_i) begin
    if (write_valid_i) begin
      if (mask_i[0]) begin
        words[at_i][3:0] <= words_packed[3:0];
      end
      if (mask_i[1]) begin
        words[at_i][7:4] <= words_packed[7:4];
      end
      if (mask_i[2]) begin
        words[at_i][11:8] <= words_wide[11:8];
      end
      if (mask_i[3]) begin
        words[at_i][15:12] <= words_wide[15:12];
      end
    end
  end

  logic unused_bits;
  assign unused_bits = ^{words_wide[7:0]};

endmodule

`default_nettype wire
