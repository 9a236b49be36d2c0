// Register accesses over AXI4-Lite, one at a time, and the checker of that port.
#pragma once

#include "axi4_lite_checker.hpp"

class LiteMaster {
 public:
  axi::Axi4LiteChecker checker{"s_axil"};
  const axi::LiteManager& pins() const { return pins_; }
  axi::LiteManager& pins() { return pins_; }

  void reset() {
    pins_ = {};
    checker.reset();
  }

  void begin_write(std::uint32_t address, std::uint32_t value) {
    pins_ = {};
    pins_.awaddr = address & 0xfff;
    pins_.wdata = value;
    pins_.wstrb = 0xf;
    pins_.awvalid = pins_.wvalid = pins_.bready = true;
  }
  void begin_read(std::uint32_t address) {
    pins_ = {};
    pins_.araddr = address & 0xfff;
    pins_.arvalid = pins_.rready = true;
  }

  // Takes what happens at the coming edge into the pins of the next cycle. True if that is the
  // answer.
  bool advance(const axi::LiteSubordinate& s) {
    const bool answered = (pins_.bready && s.bvalid) || (pins_.rready && s.rvalid);
    if (s.awready) pins_.awvalid = false;
    if (s.wready) pins_.wvalid = false;
    if (s.arready) pins_.arvalid = false;
    if (answered) pins_.bready = pins_.rready = false;
    return answered;
  }

 private:
  axi::LiteManager pins_;
};
