// Holds both sides of an AXI4-Lite port to axi::rule::axi4_lite_rules (IHI 0022, part B).
#pragma once

#include "axi4_rules.hpp"
#include "axi_pins.hpp"
#include "violations.hpp"

namespace axi {

class Axi4LiteChecker {
 public:
  explicit Axi4LiteChecker(const char* port = "AXI4-Lite") : found_(port) {}

  // Cycles until a valid without ready is reported; 0: never.
  void set_max_wait(std::uint64_t cycles) { max_wait_ = cycles; }

  void reset() {
    aw_ = w_ = b_ = ar_ = r_ = {};
    first_cycle_ = true;
    addresses_ = data_ = reads_ = 0;
  }

  void clock(const LiteManager& m, const LiteSubordinate& s, std::uint64_t cycle) {
    if (first_cycle_) first_cycle(m, s, cycle);
    if (!(m.awvalid | m.wvalid | m.arvalid | s.bvalid | s.rvalid | aw_.waiting | w_.waiting |
          b_.waiting | ar_.waiting | r_.waiting))
      return;
    cycle_ = cycle;
    // Responses first: they answer what was taken in earlier cycles.
    responses(m, s);
    requests(m, s);
    manager_was_ = m;
    subordinate_was_ = s;
  }

  // Every access has its answer.
  void end(std::uint64_t cycle) {
    if (addresses_ != 0 || data_ != 0)
      found_.add(rule::AXI4_ERRS_BRESP_ALL_DONE_EOS, cycle, "a write has no response yet");
    if (reads_ != 0)
      found_.add(rule::AXI4_ERRS_RLAST_ALL_DONE_EOS, cycle, "a read has no data yet");
  }

  Violations& violations() { return found_; }
  const Violations& violations() const { return found_; }

 private:
  struct Channel {
    bool waiting = false;
    std::uint64_t since = 0;
  };

  void first_cycle(const LiteManager& m, const LiteSubordinate& s, std::uint64_t cycle) {
    first_cycle_ = false;
    const auto low = [&](bool valid, const char* rule, const char* name) {
      if (valid) found_.add(rule, cycle, "%s is high in the first cycle after reset", name);
    };
    low(m.awvalid, rule::AXI4_ERRM_AWVALID_RESET, "AWVALID");
    low(m.wvalid, rule::AXI4_ERRM_WVALID_RESET, "WVALID");
    low(m.arvalid, rule::AXI4_ERRM_ARVALID_RESET, "ARVALID");
    low(s.bvalid, rule::AXI4_ERRS_BVALID_RESET, "BVALID");
    low(s.rvalid, rule::AXI4_ERRS_RVALID_RESET, "RVALID");
  }

  void responses(const LiteManager& m, const LiteSubordinate& s) {
    const LiteSubordinate& was = subordinate_was_;
    if (b_.waiting) keeps(s.bresp == was.bresp, s.bvalid, rule::AXI4_ERRS_BRESP_STABLE, "BRESP");
    if (s.bvalid && !b_.waiting) {
      if (addresses_ == 0)
        found_.add(rule::AXI4_ERRS_BRESP_AW, cycle_, "a response without a write address");
      else if (data_ == 0)
        found_.add(rule::AXI4_ERRS_BRESP_WLAST, cycle_, "a response before the write data");
      if (s.bresp == exokay)
        found_.add(rule::AXI4LITE_ERRS_BRESP_EXOKAY, cycle_, "BRESP is EXOKAY");
    }
    if (handshake(b_, s.bvalid, m.bready, rule::AXI4_ERRS_BVALID_STABLE,
                  rule::AXI4_RECM_BREADY_MAX_WAIT, "BVALID", "BREADY")) {
      addresses_ -= addresses_ > 0;
      data_ -= data_ > 0;
    }
    if (r_.waiting) {
      keeps(s.rdata == was.rdata, s.rvalid, rule::AXI4_ERRS_RDATA_STABLE, "RDATA");
      keeps(s.rresp == was.rresp, s.rvalid, rule::AXI4_ERRS_RRESP_STABLE, "RRESP");
    }
    if (s.rvalid && !r_.waiting) {
      if (reads_ == 0) found_.add(rule::AXI4_ERRS_RID, cycle_, "read data without a read address");
      if (s.rresp == exokay)
        found_.add(rule::AXI4LITE_ERRS_RRESP_EXOKAY, cycle_, "RRESP is EXOKAY");
    }
    if (handshake(r_, s.rvalid, m.rready, rule::AXI4_ERRS_RVALID_STABLE,
                  rule::AXI4_RECM_RREADY_MAX_WAIT, "RVALID", "RREADY"))
      reads_ -= reads_ > 0;
  }

  void requests(const LiteManager& m, const LiteSubordinate& s) {
    const LiteManager& was = manager_was_;
    if (aw_.waiting) {
      keeps(m.awaddr == was.awaddr, m.awvalid, rule::AXI4_ERRM_AWADDR_STABLE, "AWADDR");
      keeps(m.awprot == was.awprot, m.awvalid, rule::AXI4_ERRM_AWPROT_STABLE, "AWPROT");
    }
    if (w_.waiting) {
      keeps(m.wdata == was.wdata, m.wvalid, rule::AXI4_ERRM_WDATA_STABLE, "WDATA");
      keeps(m.wstrb == was.wstrb, m.wvalid, rule::AXI4_ERRM_WSTRB_STABLE, "WSTRB");
    }
    if (ar_.waiting) {
      keeps(m.araddr == was.araddr, m.arvalid, rule::AXI4_ERRM_ARADDR_STABLE, "ARADDR");
      keeps(m.arprot == was.arprot, m.arvalid, rule::AXI4_ERRM_ARPROT_STABLE, "ARPROT");
    }
    addresses_ += handshake(aw_, m.awvalid, s.awready, rule::AXI4_ERRM_AWVALID_STABLE,
                            rule::AXI4_RECS_AWREADY_MAX_WAIT, "AWVALID", "AWREADY");
    data_ += handshake(w_, m.wvalid, s.wready, rule::AXI4_ERRM_WVALID_STABLE,
                       rule::AXI4_RECS_WREADY_MAX_WAIT, "WVALID", "WREADY");
    reads_ += handshake(ar_, m.arvalid, s.arready, rule::AXI4_ERRM_ARVALID_STABLE,
                        rule::AXI4_RECS_ARREADY_MAX_WAIT, "ARVALID", "ARREADY");
  }

  // A valid that fell is a broken rule of its own: its payload says nothing.
  void keeps(bool same, bool valid, const char* rule, const char* pin) {
    if (valid && !same) found_.add(rule, cycle_, "%s changed before it was taken", pin);
  }

  // True if the channel transfers in this cycle.
  bool handshake(Channel& channel, bool valid, bool ready, const char* stable, const char* max_wait,
                 const char* valid_name, const char* ready_name) {
    if (channel.waiting && !valid)
      found_.add(stable, cycle_, "%s fell before %s", valid_name, ready_name);
    if (valid && !channel.waiting) channel.since = cycle_;
    channel.waiting = valid && !ready;
    if (channel.waiting && max_wait_ != 0 && cycle_ - channel.since == max_wait_)
      found_.add(max_wait, cycle_, "%s waits for %s since cycle %llu", valid_name, ready_name,
                 channel.since);
    return valid && ready;
  }

  Violations found_;
  std::uint64_t max_wait_ = 0, cycle_ = 0;
  Channel aw_, w_, b_, ar_, r_;
  LiteManager manager_was_;
  LiteSubordinate subordinate_was_;
  bool first_cycle_ = true;
  int addresses_ = 0, data_ = 0, reads_ = 0;  // taken, without an answer
};

}  // namespace axi
