// Between the pins of a verilated sd_accelerator and the structures of axi_pins.hpp. Pins that a
// design does not have (ids, locks, attributes) keep their defaults.
#pragma once

#include <cstring>

#include "axi_pins.hpp"
#include "verilated.h"

namespace axi {

inline void load(QData& port, const std::uint8_t* from) {
  std::memcpy(&port, from, sizeof port);
}
inline void store(const QData& port, std::uint8_t* to) {
  std::memcpy(to, &port, sizeof port);
}
template <std::size_t words>
void load(VlWide<words>& port, const std::uint8_t* from) {
  std::memcpy(port.data(), from, words * 4);
}
template <std::size_t words>
void store(const VlWide<words>& port, std::uint8_t* to) {
  std::memcpy(to, port.data(), words * 4);
}

// clang-format off
#define SD_OPTIONAL(field, pin) \
  if constexpr (requires { top.pin; }) field = top.pin
#define SD_SAMPLE_ADDRESS(a) \
  m.a.valid = top.m_axi_##a##valid_o; \
  if (m.a.valid) { \
    m.a.address = top.m_axi_##a##addr_o; \
    m.a.length = top.m_axi_##a##len_o; \
    m.a.size = top.m_axi_##a##size_o; \
    m.a.burst = top.m_axi_##a##burst_o; \
    SD_OPTIONAL(m.a.id, m_axi_##a##id_o); \
    SD_OPTIONAL(m.a.lock, m_axi_##a##lock_o); \
    SD_OPTIONAL(m.a.cache, m_axi_##a##cache_o); \
    SD_OPTIONAL(m.a.prot, m_axi_##a##prot_o); \
    SD_OPTIONAL(m.a.qos, m_axi_##a##qos_o); \
    SD_OPTIONAL(m.a.region, m_axi_##a##region_o); \
  }
// clang-format on

// Payloads are read only beside their valid: most cycles move nothing.
template <int bytes, class Top>
void sample(const Top& top, Manager<bytes>& m) {
  SD_SAMPLE_ADDRESS(ar)
  SD_SAMPLE_ADDRESS(aw)
  m.rready = top.m_axi_rready_o;
  m.bready = top.m_axi_bready_o;
  m.wvalid = top.m_axi_wvalid_o;
  if (m.wvalid) {
    store(top.m_axi_wdata_o, m.wdata.data());
    m.wstrb = top.m_axi_wstrb_o;
    m.wlast = top.m_axi_wlast_o;
  }
}
#undef SD_SAMPLE_ADDRESS

template <int bytes, class Top>
void drive(Top& top, const Subordinate<bytes>& s) {
  top.m_axi_arready_i = s.arready;
  top.m_axi_awready_i = s.awready;
  top.m_axi_wready_i = s.wready;
  top.m_axi_bvalid_i = s.bvalid;
  top.m_axi_rvalid_i = s.rvalid;
  if (s.bvalid) {
    top.m_axi_bresp_i = s.bresp;
    if constexpr (requires { top.m_axi_bid_i; }) top.m_axi_bid_i = s.bid;
  }
  if (s.rvalid) {
    load(top.m_axi_rdata_i, s.rdata.data());
    top.m_axi_rresp_i = s.rresp;
    top.m_axi_rlast_i = s.rlast;
    if constexpr (requires { top.m_axi_rid_i; }) top.m_axi_rid_i = s.rid;
  }
}

template <class Top>
void drive_lite(Top& top, const LiteManager& m) {
  top.s_axil_awvalid_i = m.awvalid;
  top.s_axil_awaddr_i = m.awaddr;
  top.s_axil_wvalid_i = m.wvalid;
  top.s_axil_wdata_i = m.wdata;
  top.s_axil_wstrb_i = m.wstrb;
  top.s_axil_bready_i = m.bready;
  top.s_axil_arvalid_i = m.arvalid;
  top.s_axil_araddr_i = m.araddr;
  top.s_axil_rready_i = m.rready;
  if constexpr (requires { top.s_axil_awprot_i; }) top.s_axil_awprot_i = m.awprot;
  if constexpr (requires { top.s_axil_arprot_i; }) top.s_axil_arprot_i = m.arprot;
}

template <class Top>
void sample_lite(const Top& top, LiteSubordinate& s) {
  s.awready = top.s_axil_awready_o;
  s.wready = top.s_axil_wready_o;
  s.arready = top.s_axil_arready_o;
  s.bvalid = top.s_axil_bvalid_o;
  s.bresp = top.s_axil_bresp_o;
  s.rvalid = top.s_axil_rvalid_o;
  s.rdata = top.s_axil_rdata_o;
  s.rresp = top.s_axil_rresp_o;
}
#undef SD_OPTIONAL

}  // namespace axi
