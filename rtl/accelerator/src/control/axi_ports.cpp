#include "rtl/accelerator/control/axi_ports.hpp"

#include <bit>

namespace sd::rtl {

using namespace hcl;

int beat_shift(const design::DesignPoint& point) {
  return std::bit_width(static_cast<unsigned>(point.axi_bytes())) - 1;
}

int beat_address_bits(const design::DesignPoint& point) {
  return axi_address_bits - beat_shift(point);
}

AxiReadPort::AxiReadPort(Ports& p, const std::string& prefix, const design::DesignPoint& point)
    : arvalid(p.output<Bool>(prefix + "_arvalid")),
      arready(p.input<Bool>(prefix + "_arready")),
      araddr(p.output<UInt>(prefix + "_araddr", axi_address_bits)),
      arlen(p.output<UInt>(prefix + "_arlen", 8)),
      arsize(p.output<UInt>(prefix + "_arsize", 3)),
      arburst(p.output<UInt>(prefix + "_arburst", 2)),
      rvalid(p.input<Bool>(prefix + "_rvalid")),
      rready(p.output<Bool>(prefix + "_rready")),
      rdata(p.input<UInt>(prefix + "_rdata", point.axi_data_bits)),
      rresp(p.input<UInt>(prefix + "_rresp", 2)),
      rlast(p.input<Bool>(prefix + "_rlast")) {}

AxiWritePort::AxiWritePort(Ports& p, const std::string& prefix, const design::DesignPoint& point)
    : awvalid(p.output<Bool>(prefix + "_awvalid")),
      awready(p.input<Bool>(prefix + "_awready")),
      awaddr(p.output<UInt>(prefix + "_awaddr", axi_address_bits)),
      awlen(p.output<UInt>(prefix + "_awlen", 8)),
      awsize(p.output<UInt>(prefix + "_awsize", 3)),
      awburst(p.output<UInt>(prefix + "_awburst", 2)),
      wvalid(p.output<Bool>(prefix + "_wvalid")),
      wready(p.input<Bool>(prefix + "_wready")),
      wdata(p.output<UInt>(prefix + "_wdata", point.axi_data_bits)),
      wstrb(p.output<UInt>(prefix + "_wstrb", point.axi_bytes())),
      wlast(p.output<Bool>(prefix + "_wlast")),
      bvalid(p.input<Bool>(prefix + "_bvalid")),
      bready(p.output<Bool>(prefix + "_bready")),
      bresp(p.input<UInt>(prefix + "_bresp", 2)) {}

AxiLitePort::AxiLitePort(Ports& p, const std::string& prefix)
    : awvalid(p.input<Bool>(prefix + "_awvalid")),
      awready(p.output<Bool>(prefix + "_awready")),
      awaddr(p.input<UInt>(prefix + "_awaddr", axi_lite_address_bits)),
      wvalid(p.input<Bool>(prefix + "_wvalid")),
      wready(p.output<Bool>(prefix + "_wready")),
      wdata(p.input<UInt>(prefix + "_wdata", 32)),
      wstrb(p.input<UInt>(prefix + "_wstrb", 4)),
      bvalid(p.output<Bool>(prefix + "_bvalid")),
      bready(p.input<Bool>(prefix + "_bready")),
      bresp(p.output<UInt>(prefix + "_bresp", 2)),
      arvalid(p.input<Bool>(prefix + "_arvalid")),
      arready(p.output<Bool>(prefix + "_arready")),
      araddr(p.input<UInt>(prefix + "_araddr", axi_lite_address_bits)),
      rvalid(p.output<Bool>(prefix + "_rvalid")),
      rready(p.input<Bool>(prefix + "_rready")),
      rdata(p.output<UInt>(prefix + "_rdata", 32)),
      rresp(p.output<UInt>(prefix + "_rresp", 2)) {}

void connect(const AxiReadPort& outer, const AxiReadPort& inner) {
  outer.arvalid <<= inner.arvalid;
  inner.arready <<= outer.arready;
  outer.araddr <<= inner.araddr;
  outer.arlen <<= inner.arlen;
  outer.arsize <<= inner.arsize;
  outer.arburst <<= inner.arburst;
  inner.rvalid <<= outer.rvalid;
  outer.rready <<= inner.rready;
  inner.rdata <<= outer.rdata;
  inner.rresp <<= outer.rresp;
  inner.rlast <<= outer.rlast;
}

void connect(const AxiWritePort& outer, const AxiWritePort& inner) {
  outer.awvalid <<= inner.awvalid;
  inner.awready <<= outer.awready;
  outer.awaddr <<= inner.awaddr;
  outer.awlen <<= inner.awlen;
  outer.awsize <<= inner.awsize;
  outer.awburst <<= inner.awburst;
  outer.wvalid <<= inner.wvalid;
  inner.wready <<= outer.wready;
  outer.wdata <<= inner.wdata;
  outer.wstrb <<= inner.wstrb;
  outer.wlast <<= inner.wlast;
  inner.bvalid <<= outer.bvalid;
  outer.bready <<= inner.bready;
  inner.bresp <<= outer.bresp;
}

void connect(const AxiLitePort& outer, const AxiLitePort& inner) {
  inner.awvalid <<= outer.awvalid;
  outer.awready <<= inner.awready;
  inner.awaddr <<= outer.awaddr;
  inner.wvalid <<= outer.wvalid;
  outer.wready <<= inner.wready;
  inner.wdata <<= outer.wdata;
  inner.wstrb <<= outer.wstrb;
  outer.bvalid <<= inner.bvalid;
  inner.bready <<= outer.bready;
  outer.bresp <<= inner.bresp;
  inner.arvalid <<= outer.arvalid;
  outer.arready <<= inner.arready;
  inner.araddr <<= outer.araddr;
  outer.rvalid <<= inner.rvalid;
  inner.rready <<= outer.rready;
  outer.rdata <<= inner.rdata;
  outer.rresp <<= inner.rresp;
}

Transfer::Transfer(Fields& f, const design::DesignPoint& point)
    : address(f.field<UInt>("address", beat_address_bits(point))),
      chunk_beats(f.field<UInt>("chunk_beats", beat_address_bits(point))),
      chunks(f.field<UInt>("chunks", 16)),
      stride(f.field<UInt>("stride", beat_address_bits(point))) {}

Burst::Burst(Fields& f, const design::DesignPoint& point)
    : address(f.field<UInt>("address", beat_address_bits(point))),
      length(f.field<UInt>("length", 8)),
      last(f.field<Bool>("last")) {}

ReadBeat::ReadBeat(Fields& f, const design::DesignPoint& point)
    : data(f.field<UInt>("data", point.axi_data_bits)),
      error(f.field<Bool>("error")),
      last(f.field<Bool>("last")) {}

}  // namespace sd::rtl
