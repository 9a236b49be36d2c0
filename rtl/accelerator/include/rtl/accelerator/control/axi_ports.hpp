// The pins of the two AXI interfaces, and what the engines behind them exchange.
#pragma once

#include <string>

#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

inline constexpr int axi_address_bits = 32;
inline constexpr int axi_page_bytes = 4096;  ///< a burst does not cross a multiple of this
inline constexpr int axi_lite_address_bits = 12;
inline constexpr int axi_okay = 0, axi_slave_error = 2;

/// log2(axi_bytes)
[[nodiscard]] int beat_shift(const design::DesignPoint& point);
/// Bits of an address, or of a length, counted in beats.
[[nodiscard]] int beat_address_bits(const design::DesignPoint& point);

/// Read address and read data channels of the master port.
struct AxiReadPort {
  hcl::Bool arvalid, arready;
  hcl::UInt araddr, arlen, arsize, arburst;
  hcl::Bool rvalid, rready;
  hcl::UInt rdata, rresp;
  hcl::Bool rlast;
  AxiReadPort(hcl::Ports& p, const std::string& prefix, const design::DesignPoint& point);
};

/// Write address, write data and write response channels of the master port.
struct AxiWritePort {
  hcl::Bool awvalid, awready;
  hcl::UInt awaddr, awlen, awsize, awburst;
  hcl::Bool wvalid, wready;
  hcl::UInt wdata, wstrb;
  hcl::Bool wlast;
  hcl::Bool bvalid, bready;
  hcl::UInt bresp;
  AxiWritePort(hcl::Ports& p, const std::string& prefix, const design::DesignPoint& point);
};

/// The AXI4-Lite slave port.
struct AxiLitePort {
  hcl::Bool awvalid, awready;
  hcl::UInt awaddr;
  hcl::Bool wvalid, wready;
  hcl::UInt wdata, wstrb;
  hcl::Bool bvalid, bready;
  hcl::UInt bresp;
  hcl::Bool arvalid, arready;
  hcl::UInt araddr;
  hcl::Bool rvalid, rready;
  hcl::UInt rdata, rresp;
  AxiLitePort(hcl::Ports& p, const std::string& prefix);
};

/// `outer` belongs to the module that instantiates, `inner` to the instance.
void connect(const AxiReadPort& outer, const AxiReadPort& inner);
void connect(const AxiWritePort& outer, const AxiWritePort& inner);
void connect(const AxiLitePort& outer, const AxiLitePort& inner);

/// `chunks` pieces of `chunk_beats` beats each, whose first beats lie `stride` apart. Everything in
/// beats.
struct Transfer {
  hcl::UInt address, chunk_beats;
  hcl::UInt chunks;  ///< 16 bits
  hcl::UInt stride;
  Transfer(hcl::Fields& f, const design::DesignPoint& point);
};

struct Burst {
  hcl::UInt address;  ///< in beats
  hcl::UInt length;   ///< beats - 1, as in AxLEN
  hcl::Bool last;     ///< of its transfer
  Burst(hcl::Fields& f, const design::DesignPoint& point);
};

struct ReadBeat {
  hcl::UInt data;
  hcl::Bool error;  ///< the response was not OKAY
  hcl::Bool last;   ///< of its transfer
  ReadBeat(hcl::Fields& f, const design::DesignPoint& point);
};

}  // namespace sd::rtl
