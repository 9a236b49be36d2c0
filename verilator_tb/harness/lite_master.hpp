// Register accesses over AXI4-Lite, one at a time, and the checker of that port.
#pragma once

#include "accelerator_abi.hpp"
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

  void begin(const SdRegisterAccess& access) {
    access_ = access;
    cycle_ = 0;
    pins_ = {};
    if (access.is_write != 0) {
      pins_.awaddr = access.address & 0xfff;
      pins_.wdata = access.value;
      pins_.wstrb = access.strobes & 0xf;
    } else {
      pins_.araddr = access.address & 0xfff;
    }
    raise();
  }

  // Takes what happens at the coming edge into the pins of the next cycle. True if that is the
  // answer.
  bool advance(const axi::LiteSubordinate& s) {
    const bool answered = (pins_.bready && s.bvalid) || (pins_.rready && s.rvalid);
    if (s.awready) pins_.awvalid = false;
    if (s.wready) pins_.wvalid = false;
    if (s.arready) pins_.arvalid = false;
    if (answered) pins_.bready = pins_.rready = false;
    ++cycle_;
    if (!answered) raise();
    return answered;
  }

 private:
  // What has waited for as long as the access wants.
  void raise() {
    const bool writes = access_.is_write != 0;
    if (cycle_ == access_.address_delay) (writes ? pins_.awvalid : pins_.arvalid) = true;
    if (cycle_ == access_.data_delay) pins_.wvalid = writes;
    if (cycle_ == access_.answer_delay) (writes ? pins_.bready : pins_.rready) = true;
  }

  SdRegisterAccess access_{};
  std::uint32_t cycle_ = 0;
  axi::LiteManager pins_;
};
