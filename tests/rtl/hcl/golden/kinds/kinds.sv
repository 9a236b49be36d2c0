`default_nettype none

module kinds (
  input  logic              clk_i,
  input  logic              rst_ni,
  input  logic              lanes_0_valid_i,
  input  logic signed [5:0] lanes_0_bits_i,
  input  logic              lanes_1_valid_i,
  input  logic signed [5:0] lanes_1_bits_i,
  input  logic              lanes_2_valid_i,
  input  logic signed [5:0] lanes_2_bits_i,
  input  logic [1:0]        which_i,
  input  logic [1:0]        wanted_i,
  output logic [1:0]        shown_o,
  output logic              lane_valid_o,
  output logic signed [5:0] lane_bits_o,
  output logic              go_o
);

  typedef enum logic [1:0] { LightRed, LightGreen, LightYellow } light_e;

  light_e light_q, light_d;

  always_comb begin
    light_d = light_q;
    unique case (light_q)
      LightRed: begin
        if (wanted_i == 2'd1) begin
          light_d = LightGreen;
        end
      end
      LightGreen: begin
        if (wanted_i != 2'd1) begin
          light_d = LightYellow;
        end
      end
      LightYellow: begin
        if (wanted_i == 2'd0) begin
          light_d = LightRed;
        end else begin
          light_d = LightYellow;
        end
      end
      default: ;
    endcase
  end

  assign shown_o = light_q;

  always_comb begin
    go_o = 1'b0;
    unique case (wanted_i)
      2'd1, 2'd2: begin
        go_o = light_q == LightGreen;
      end
      default: begin
        go_o = 1'b0;
      end
    endcase
  end

  assign lane_valid_o = which_i[1] ? lanes_2_valid_i : which_i[0] ? lanes_1_valid_i :
      lanes_0_valid_i;
  assign lane_bits_o = which_i[1] ? lanes_2_bits_i : which_i[0] ? lanes_1_bits_i : lanes_0_bits_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      light_q <= LightRed;
    end else begin
      light_q <= light_d;
    end
  end

endmodule

`default_nettype wire
