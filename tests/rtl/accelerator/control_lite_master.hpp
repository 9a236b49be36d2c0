// An AXI4-Lite master: one access at a time, address and data in any order, ready late.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include "control_random.hpp"
#include "verilator_tb/block.hpp"

namespace sd::rtl::test {

class LiteMaster {
 public:
  /// `tick` moves everything by one cycle (and drives what else there is); `prefix` is "s_axil".
  LiteMaster(tb::Block& block, std::string prefix, std::function<void()> tick,
             std::uint32_t seed = 1)
      : block_(&block), prefix_(std::move(prefix)), tick_(std::move(tick)), random_(seed) {}

  struct Answer {
    std::uint32_t data;
    std::uint32_t response;
  };
  int late_percent = 0;  ///< chance that a valid or ready comes a cycle later, again and again

  std::uint32_t write(std::uint32_t offset, std::uint32_t data, std::uint32_t strobes = 15) {
    bool aw_done = false, w_done = false;
    pin("awaddr_i", offset);
    pin("wdata_i", data);
    pin("wstrb_i", strobes);
    bool aw = false, w = false;
    for (int guard = 0; !aw_done || !w_done; ++guard) {
      aw = !aw_done && (aw || !late());
      w = !w_done && (w || !late());
      pin("awvalid_i", aw);
      pin("wvalid_i", w);
      const bool aw_taken = aw && get("awready_o") != 0, w_taken = w && get("wready_o") != 0;
      step(guard);
      aw_done = aw_done || aw_taken;
      w_done = w_done || w_taken;
    }
    pin("awvalid_i", 0);
    pin("wvalid_i", 0);
    for (int guard = 0;; ++guard) {
      const bool ready = !late();
      pin("bready_i", ready);
      const bool taken = ready && get("bvalid_o") != 0;
      const std::uint32_t response = get("bresp_o");
      step(guard);
      if (taken) {
        pin("bready_i", 0);
        return response;
      }
    }
  }

  Answer read(std::uint32_t offset) {
    pin("araddr_i", offset);
    for (int guard = 0;; ++guard) {
      pin("arvalid_i", 1);
      const bool taken = get("arready_o") != 0;
      step(guard);
      if (taken) break;
    }
    pin("arvalid_i", 0);
    for (int guard = 0;; ++guard) {
      const bool ready = !late();
      pin("rready_i", ready);
      const bool taken = ready && get("rvalid_o") != 0;
      const Answer answer{get("rdata_o"), get("rresp_o")};
      step(guard);
      if (taken) {
        pin("rready_i", 0);
        return answer;
      }
    }
  }

 private:
  [[nodiscard]] bool late() { return random_.chance(late_percent); }
  void pin(const char* name, std::uint32_t value) { block_->poke(prefix_ + "_" + name, value); }
  [[nodiscard]] std::uint32_t get(const char* name) {
    return static_cast<std::uint32_t>(block_->peek(prefix_ + "_" + name));
  }
  void step(int guard) {
    if (guard > 1000) throw std::runtime_error("the AXI4-Lite slave does not answer");
    tick_();
  }

  tb::Block* block_;
  std::string prefix_;
  std::function<void()> tick_;
  Random random_;
};

}  // namespace sd::rtl::test
