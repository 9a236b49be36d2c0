// A small module with the accelerator's pins and registers: copies COMMAND_COUNT beats (a multiple
// of 4) from COMMAND_ADDRESS to COMMAND_ADDRESS + 4096 in bursts of four, adding one to the lowest
// byte of each beat. The top bits of COMMAND_COUNT ask for trouble.
#pragma once

#include <fmt/format.h>

#include <string>

#include "model_source.hpp"

namespace sd::tb::test {

inline constexpr std::uint32_t mock_hang = 1U << 31;        ///< never done
inline constexpr std::uint32_t mock_unstable = 1U << 30;    ///< withdraws its read address
inline constexpr std::uint32_t mock_assertion = 1U << 29;   ///< an assertion fails
inline constexpr std::uint32_t mock_early_last = 1U << 28;  ///< wlast one beat too early

inline ModelSource mock_accelerator(int axi_bytes) {
  std::string text = R"(`default_nettype none
module sd_accelerator (
  input  logic clk_i, input logic rst_ni, output logic irq_o,
  output logic m_axi_awvalid_o, output logic [31:0] m_axi_awaddr_o, output logic [7:0] m_axi_awlen_o,
  output logic [2:0] m_axi_awsize_o, output logic [1:0] m_axi_awburst_o, input logic m_axi_awready_i,
  output logic m_axi_wvalid_o, output logic [BITS-1:0] m_axi_wdata_o, output logic [BITS/8-1:0] m_axi_wstrb_o,
  output logic m_axi_wlast_o, input logic m_axi_wready_i,
  input  logic m_axi_bvalid_i, input logic [1:0] m_axi_bresp_i, output logic m_axi_bready_o,
  output logic m_axi_arvalid_o, output logic [31:0] m_axi_araddr_o, output logic [7:0] m_axi_arlen_o,
  output logic [2:0] m_axi_arsize_o, output logic [1:0] m_axi_arburst_o, input logic m_axi_arready_i,
  input  logic m_axi_rvalid_i, input logic [BITS-1:0] m_axi_rdata_i, input logic [1:0] m_axi_rresp_i,
  input  logic m_axi_rlast_i, output logic m_axi_rready_o,
  input  logic s_axil_awvalid_i, input logic [11:0] s_axil_awaddr_i, output logic s_axil_awready_o,
  input  logic s_axil_wvalid_i, input logic [31:0] s_axil_wdata_i, input logic [3:0] s_axil_wstrb_i,
  output logic s_axil_wready_o, output logic s_axil_bvalid_o, output logic [1:0] s_axil_bresp_o, input logic s_axil_bready_i,
  input  logic s_axil_arvalid_i, input logic [11:0] s_axil_araddr_i, output logic s_axil_arready_o,
  output logic s_axil_rvalid_o, output logic [31:0] s_axil_rdata_o, output logic [1:0] s_axil_rresp_o, input logic s_axil_rready_i
);
  typedef enum logic [2:0] {Idle, Address, Data, WriteAddress, WriteData, Response, Finish, Stuck} state_e;
  state_e state_q;
  logic [31:0] address_q, count_q, beat_q;
  logic [31:0] flags_q, cycles_q, taken_q;
  logic [1:0] index_q;
  logic [BITS-1:0] buffer_q [0:3];
  logic busy_q, done_q, error_q, enable_q, bvalid_q, rvalid_q;
  logic [7:0] code_q;
  logic [31:0] rdata_q;
  logic withdraw_q;

  // AXI4-Lite: the address waits for the data.
  logic write;
  assign write = s_axil_awvalid_i && s_axil_wvalid_i && !bvalid_q;
  assign s_axil_awready_o = write;
  assign s_axil_wready_o = write;
  assign s_axil_bvalid_o = bvalid_q;
  assign s_axil_bresp_o = 2'd0;
  assign s_axil_arready_o = !rvalid_q;
  assign s_axil_rvalid_o = rvalid_q;
  assign s_axil_rdata_o = rdata_q;
  assign s_axil_rresp_o = 2'd0;
  assign irq_o = enable_q && (done_q || error_q);

  assign m_axi_arvalid_o = state_q == Address && !(withdraw_q && beat_q[2]);
  assign m_axi_araddr_o = address_q + beat_q * (BITS / 8);
  assign m_axi_arlen_o = 8'd3;
  assign m_axi_arsize_o = 3'd$clog2(BITS / 8);
  assign m_axi_arburst_o = 2'd1;
  assign m_axi_rready_o = state_q == Data;
  assign m_axi_awvalid_o = state_q == WriteAddress;
  assign m_axi_awaddr_o = m_axi_araddr_o + 32'd4096;
  assign m_axi_awlen_o = 8'd3;
  assign m_axi_awsize_o = m_axi_arsize_o;
  assign m_axi_awburst_o = 2'd1;
  assign m_axi_wvalid_o = state_q == WriteData;
  assign m_axi_wdata_o = buffer_q[index_q];
  assign m_axi_wstrb_o = '1;
  assign m_axi_wlast_o = index_q == (flags_q[28] ? 2'd2 : 2'd3);
  assign m_axi_bready_o = state_q == Response;

  logic stage_ready;
  mock_stage u_stage (.clk_i, .rst_ni, .in_valid_i(busy_q), .in_ready_o(stage_ready), .level_i(-8'sd1));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle; busy_q <= 1'b0; done_q <= 1'b0; error_q <= 1'b0; enable_q <= 1'b0; bvalid_q <= 1'b0; rvalid_q <= 1'b0;
      code_q <= 8'd0; address_q <= 32'd0; count_q <= 32'd0; beat_q <= 32'd0; flags_q <= 32'd0; cycles_q <= 32'd0; index_q <= 2'd0; taken_q <= 32'd0;
      rdata_q <= 32'd0; withdraw_q <= 1'b0;
    end else begin
      if (busy_q) cycles_q <= cycles_q + 32'd1;
      if (stage_ready && busy_q) taken_q <= taken_q + 32'd1;
      if (write) begin
        bvalid_q <= 1'b1;
        case (s_axil_awaddr_i)
          12'h008: begin
            enable_q <= s_axil_wdata_i[2];
            if (s_axil_wdata_i[0]) begin busy_q <= 1'b1; cycles_q <= 32'd0; beat_q <= 32'd0; state_q <= flags_q[31] ? Stuck : Address; end
          end
          12'h00c: begin if (s_axil_wdata_i[1]) done_q <= 1'b0; if (s_axil_wdata_i[2]) error_q <= 1'b0; end
          12'h010: address_q <= s_axil_wdata_i;
          12'h014: begin count_q <= {16'd0, s_axil_wdata_i[15:0]}; flags_q <= s_axil_wdata_i; end
          default: ;
        endcase
      end
      if (bvalid_q && s_axil_bready_i) bvalid_q <= 1'b0;
      if (s_axil_arvalid_i && !rvalid_q) begin
        rvalid_q <= 1'b1;
        case (s_axil_araddr_i)
          12'h000: rdata_q <= 32'h53440002;
          12'h004: rdata_q <= 32'h12345678;
          12'h00c: rdata_q <= {16'd7, code_q, 5'd0, error_q, done_q, busy_q};
          12'h040: rdata_q <= cycles_q;
          12'h048: rdata_q <= beat_q;
          12'h050: rdata_q <= taken_q;
          default: rdata_q <= 32'd0;
        endcase
      end
      if (rvalid_q && s_axil_rready_i) rvalid_q <= 1'b0;
      withdraw_q <= flags_q[30] && m_axi_arvalid_o && !m_axi_arready_i;
      case (state_q)
        Address: if (m_axi_arvalid_o && m_axi_arready_i) begin state_q <= Data; index_q <= 2'd0; end
        Data: if (m_axi_rvalid_i) begin
          buffer_q[index_q] <= {m_axi_rdata_i[BITS-1:8], m_axi_rdata_i[7:0] + 8'd1};
          index_q <= index_q + 2'd1;
          if (m_axi_rresp_i != 2'd0) begin error_q <= 1'b1; code_q <= 8'd2; end
          if (m_axi_rlast_i) state_q <= WriteAddress;
        end
        WriteAddress: if (m_axi_awready_i) begin state_q <= WriteData; index_q <= 2'd0; end
        WriteData: if (m_axi_wready_i) begin index_q <= index_q + 2'd1; if (index_q == 2'd3) state_q <= Response; end
        Response: if (m_axi_bvalid_i) begin
          if (m_axi_bresp_i != 2'd0) begin error_q <= 1'b1; code_q <= 8'd3; end
          beat_q <= beat_q + 32'd4;
          state_q <= beat_q + 32'd4 == count_q ? Finish : Address;
        end
        Finish: begin done_q <= 1'b1; busy_q <= 1'b0; state_q <= Idle; end
        default: ;
      endcase
    end
  end
  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      no_assertion_asked: assert (!(busy_q && flags_q[29]));
    end
  end
endmodule

// Takes one thing and then no more: what a hang looks like from inside.
module mock_stage (
  input  logic clk_i, input logic rst_ni,
  input  logic in_valid_i, output logic in_ready_o,
  input  logic signed [7:0] level_i
);
  logic stage_state_q;
  assign in_ready_o = !stage_state_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      stage_state_q <= 1'b0;
    end else if (in_valid_i && level_i < 8'sd0) begin
      stage_state_q <= 1'b1;
    end
  end
endmodule
)";
  const auto replace_all = [&text](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at))
      text.replace(at, from.size(), to);
  };
  replace_all("3'd$clog2(BITS / 8)", fmt::format("3'd{}", axi_bytes == 8 ? 3 : 4));
  replace_all("BITS", std::to_string(axi_bytes * 8));
  ModelSource source;
  source.files = {{"sd_accelerator.sv", text}};
  source.file_list = "sd_accelerator.sv\n";
  source.manifest = "{}\n";
  source.axi_bytes = axi_bytes;
  return source;
}

}  // namespace sd::tb::test
