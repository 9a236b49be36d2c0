// Holds both sides of an AXI4 port to the rules of axi4_rules.hpp. Reusable: it sees pins, drives
// nothing.
#pragma once

#include <algorithm>
#include <deque>
#include <vector>

#include "axi4_address_rules.hpp"

namespace axi {

struct CheckerSettings {
  Subset subset;
  bool hazards = true;  // SD_HAZARD rules
  // A subordinate that is told to break RLAST on purpose is not reported for it.
  bool allow_wrong_rlast = false;
  std::uint64_t max_wait_cycles = 0;  // of the MAX_WAIT rules; 0: they are off
};

template <int bytes>
class Axi4Checker {
 public:
  explicit Axi4Checker(const char* port = "AXI4") : found_(port) {}
  Axi4Checker(const Axi4Checker&) = delete;
  Axi4Checker& operator=(const Axi4Checker&) = delete;

  void configure(const CheckerSettings& settings) { settings_ = settings; }

  // Reset is active: everything in flight is forgotten; the next clock() is the first cycle after
  // reset.
  void reset() {
    aw_.reset();
    ar_.reset();
    w_waiting_ = b_waiting_ = r_waiting_ = false;
    first_cycle_ = true;
    writes_.clear();
    reads_.clear();
    addressed_ = filled_ = 0;
  }

  // One cycle: the pins as they are before its rising edge.
  void clock(const Manager<bytes>& m, const Subordinate<bytes>& s, std::uint64_t cycle) {
    if (first_cycle_) first_cycle(m, s, cycle);
    // Most cycles of a computing accelerator: nothing offered, nothing that waited.
    if (!(m.aw.valid | m.ar.valid | m.wvalid | s.bvalid | s.rvalid | aw_.waiting() | ar_.waiting() |
          w_waiting_ | b_waiting_ | r_waiting_))
      return;
    cycle_ = cycle;
    // Responses first: they answer what was taken in earlier cycles.
    if (s.rvalid || r_waiting_) read_data(m, s);
    if (s.bvalid || b_waiting_) write_response(m, s);
    ar_.clock(m.ar, s.arready, cycle, settings_.max_wait_cycles);
    if (m.ar.valid && s.arready) take_read(m.ar);
    if (m.wvalid || w_waiting_) write_data(m, s);
    aw_.clock(m.aw, s.awready, cycle, settings_.max_wait_cycles);
    if (m.aw.valid && s.awready) take_write(m.aw);
  }

  // Nothing may be in flight any more: the manager has said that it is done.
  void end(std::uint64_t cycle) {
    if (!writes_.empty())
      found_.add(rule::AXI4_ERRS_BRESP_ALL_DONE_EOS, cycle, "%u writes have no response yet",
                 static_cast<unsigned>(writes_.size()));
    if (!reads_.empty())
      found_.add(rule::AXI4_ERRS_RLAST_ALL_DONE_EOS, cycle, "%u reads have not ended yet",
                 static_cast<unsigned>(reads_.size()));
  }

  Violations& violations() { return found_; }
  const Violations& violations() const { return found_; }
  std::size_t reads_in_flight() const { return reads_.size(); }
  std::size_t writes_in_flight() const { return writes_.size(); }

 private:
  struct Read {
    std::uint32_t id, beats, seen;
    Span span;
  };
  struct Write {
    Address address;
    bool has_address = false, has_data = false;
    std::uint32_t seen = 0;
    std::vector<std::uint64_t> early_strobes;  // of beats that came before their address
  };

  void first_cycle(const Manager<bytes>& m, const Subordinate<bytes>& s, std::uint64_t cycle) {
    first_cycle_ = false;
    if (m.wvalid)
      found_.add(rule::AXI4_ERRM_WVALID_RESET, cycle,
                 "WVALID is high in the first cycle after reset");
    if (s.bvalid)
      found_.add(rule::AXI4_ERRS_BVALID_RESET, cycle,
                 "BVALID is high in the first cycle after reset");
    if (s.rvalid)
      found_.add(rule::AXI4_ERRS_RVALID_RESET, cycle,
                 "RVALID is high in the first cycle after reset");
    // The address channels see their first cycle even if it is quiet.
    if (!m.aw.valid) aw_.clock(m.aw, s.awready, cycle, 0);
    if (!m.ar.valid) ar_.clock(m.ar, s.arready, cycle, 0);
  }

  void take_read(const Address& a) {
    const Span span = span_of(a);
    if (settings_.hazards)
      for (const Write& w : writes_)
        if (w.has_address && span.overlaps(span_of(w.address)))
          found_.add(rule::SD_HAZARD_READ_AFTER_WRITE, cycle_,
                     "read of 0x%llx..0x%llx beside a write at 0x%llx that has no response yet",
                     span.begin, span.end, w.address.address);
    reads_.push_back({a.id, a.beats(), 0, span});
  }

  void read_data(const Manager<bytes>& m, const Subordinate<bytes>& s) {
    if (r_waiting_) {
      if (!s.rvalid)
        found_.add(rule::AXI4_ERRS_RVALID_STABLE, cycle_, "RVALID fell before RREADY");
      else {
        if (s.rid != was_.rid) changed(rule::AXI4_ERRS_RID_STABLE, "RID", "RREADY");
        if (s.rdata != was_.rdata) changed(rule::AXI4_ERRS_RDATA_STABLE, "RDATA", "RREADY");
        if (s.rresp != was_.rresp) changed(rule::AXI4_ERRS_RRESP_STABLE, "RRESP", "RREADY");
        if (s.rlast != was_.rlast) changed(rule::AXI4_ERRS_RLAST_STABLE, "RLAST", "RREADY");
      }
    } else if (s.rvalid) {
      r_since_ = cycle_;
      if (s.rresp == exokay) found_.add(rule::AXI4_ERRS_RRESP_EXOKAY, cycle_, "RRESP is EXOKAY");
    }
    r_waiting_ = s.rvalid && !m.rready;
    if (r_waiting_) {
      if (cycle_ == r_since_ || !same_read(s)) keep_read(s);
      waited(rule::AXI4_RECM_RREADY_MAX_WAIT, "RVALID", "RREADY", r_since_);
    }
    if (s.rvalid && m.rready) count_read_beat(s);
  }

  void count_read_beat(const Subordinate<bytes>& s) {
    const auto burst =
        std::find_if(reads_.begin(), reads_.end(), [&](const Read& r) { return r.id == s.rid; });
    if (burst == reads_.end()) {
      found_.add(rule::AXI4_ERRS_RID, cycle_, "read data with id %u, of which no read is in flight",
                 s.rid);
      return;
    }
    ++burst->seen;
    const bool last = burst->seen == burst->beats;
    if (s.rlast != last && !settings_.allow_wrong_rlast)
      found_.add(rule::AXI4_ERRS_RDATA_NUM, cycle_,
                 "RLAST is %u in beat %u of a burst of %u at 0x%llx", s.rlast, burst->seen,
                 burst->beats, burst->span.begin);
    if (s.rlast || (last && !settings_.allow_wrong_rlast)) reads_.erase(burst);
  }

  void take_write(const Address& a) {
    const Span span = span_of(a);
    if (settings_.hazards) check_write_hazards(span, a.id);
    if (addressed_ == writes_.size()) writes_.emplace_back();
    Write& w = writes_[addressed_++];
    w.address = a;
    w.has_address = true;
    // Data that came first are held to the address now.
    for (std::uint32_t beat = 0; beat < w.early_strobes.size(); ++beat)
      check_strobes(w, beat, w.early_strobes[beat]);
    if (w.seen > a.beats() || (w.has_data && w.seen != a.beats())) wrong_count(w, w.has_data);
  }

  void check_write_hazards(const Span& span, std::uint32_t id) {
    for (const Read& r : reads_)
      if (span.overlaps(r.span))
        found_.add(rule::SD_HAZARD_WRITE_AFTER_READ, cycle_,
                   "write of 0x%llx..0x%llx beside a read at 0x%llx that has not ended", span.begin,
                   span.end, r.span.begin);
    for (const Write& w : writes_)
      if (w.has_address && w.address.id != id && span.overlaps(span_of(w.address)))
        found_.add(rule::SD_HAZARD_WRITE_AFTER_WRITE, cycle_,
                   "write of 0x%llx..0x%llx with id %u beside one at 0x%llx with id %u", span.begin,
                   span.end, id, w.address.address, w.address.id);
  }

  void write_data(const Manager<bytes>& m, const Subordinate<bytes>& s) {
    if (w_waiting_) {
      if (!m.wvalid)
        found_.add(rule::AXI4_ERRM_WVALID_STABLE, cycle_, "WVALID fell before WREADY");
      else {
        if (m.wdata != wdata_was_) changed(rule::AXI4_ERRM_WDATA_STABLE, "WDATA", "WREADY");
        if (m.wstrb != wstrb_was_) changed(rule::AXI4_ERRM_WSTRB_STABLE, "WSTRB", "WREADY");
        if (m.wlast != wlast_was_) changed(rule::AXI4_ERRM_WLAST_STABLE, "WLAST", "WREADY");
      }
    } else {
      w_since_ = cycle_;
    }
    w_waiting_ = m.wvalid && !s.wready;
    if (w_waiting_) {
      wdata_was_ = m.wdata;
      wstrb_was_ = m.wstrb;
      wlast_was_ = m.wlast;
      waited(rule::AXI4_RECS_WREADY_MAX_WAIT, "WVALID", "WREADY", w_since_);
    }
    if (m.wvalid && s.wready) count_write_beat(m);
  }

  void count_write_beat(const Manager<bytes>& m) {
    if (filled_ == writes_.size()) writes_.emplace_back();
    Write& w = writes_[filled_];
    if (w.has_address)
      check_strobes(w, w.seen, m.wstrb);
    else
      w.early_strobes.push_back(m.wstrb);
    ++w.seen;
    const bool last = w.has_address && w.seen == w.address.beats();
    if (w.has_address && m.wlast != last) wrong_count(w, m.wlast);
    // The burst ends where its address says, so that one mistake is one message.
    if (w.has_address ? last || m.wlast : m.wlast) {
      w.has_data = true;
      ++filled_;
    }
  }

  void wrong_count(const Write& w, bool wlast) {
    found_.add(rule::AXI4_ERRM_WDATA_NUM, cycle_,
               "WLAST is %u in beat %u of a burst of %u at 0x%llx", wlast, w.seen,
               w.address.beats(), w.address.address);
  }

  void check_strobes(const Write& w, std::uint32_t beat, std::uint64_t strobes) {
    if ((strobes & ~lanes_of<bytes>(w.address, beat)) != 0)
      found_.add(rule::AXI4_ERRM_WSTRB, cycle_,
                 "strobes 0x%llx of beat %u lie outside the lanes of the burst at 0x%llx", strobes,
                 beat + 1, w.address.address);
  }

  void write_response(const Manager<bytes>& m, const Subordinate<bytes>& s) {
    if (b_waiting_) {
      if (!s.bvalid)
        found_.add(rule::AXI4_ERRS_BVALID_STABLE, cycle_, "BVALID fell before BREADY");
      else {
        if (s.bid != was_.bid) changed(rule::AXI4_ERRS_BID_STABLE, "BID", "BREADY");
        if (s.bresp != was_.bresp) changed(rule::AXI4_ERRS_BRESP_STABLE, "BRESP", "BREADY");
      }
    } else if (s.bvalid) {
      b_since_ = cycle_;
      if (s.bresp == exokay) found_.add(rule::AXI4_ERRS_BRESP_EXOKAY, cycle_, "BRESP is EXOKAY");
      (void)answered(s.bid, true);
    }
    b_waiting_ = s.bvalid && !m.bready;
    if (b_waiting_) {
      was_.bid = s.bid;
      was_.bresp = s.bresp;
      waited(rule::AXI4_RECM_BREADY_MAX_WAIT, "BVALID", "BREADY", b_since_);
    }
    if (s.bvalid && m.bready) {
      const std::size_t index = answered(s.bid, false);
      if (index == writes_.size()) return;
      const Write& w = writes_[index];
      if (w.has_address) --addressed_;
      if (w.has_data) --filled_;
      writes_.erase(writes_.begin() + static_cast<std::ptrdiff_t>(index));
    }
  }

  // The write that a response of this id answers: the oldest one; writes_.size() if there is none.
  std::size_t answered(std::uint32_t id, bool report) {
    std::size_t index = 0;
    while (index < addressed_ && writes_[index].address.id != id) ++index;
    if (index == addressed_) {
      if (report)
        found_.add(rule::AXI4_ERRS_BRESP_AW, cycle_,
                   "a response with id %u, of which no write is in flight", id);
      return writes_.size();
    }
    if (!writes_[index].has_data) {
      if (report)
        found_.add(rule::AXI4_ERRS_BRESP_WLAST, cycle_,
                   "a response to the write at 0x%llx before its last data",
                   writes_[index].address.address);
      return writes_.size();
    }
    return index;
  }

  bool same_read(const Subordinate<bytes>& s) const {
    return s.rid == was_.rid && s.rresp == was_.rresp && s.rlast == was_.rlast &&
           s.rdata == was_.rdata;
  }
  void keep_read(const Subordinate<bytes>& s) {
    was_.rid = s.rid;
    was_.rresp = s.rresp;
    was_.rlast = s.rlast;
    was_.rdata = s.rdata;
  }
  void changed(const char* rule, const char* pin, const char* ready) {
    found_.add(rule, cycle_, "%s changed before %s", pin, ready);
  }
  void waited(const char* rule, const char* valid, const char* ready, std::uint64_t since) {
    if (settings_.max_wait_cycles != 0 && cycle_ - since == settings_.max_wait_cycles)
      found_.add(rule, cycle_, "%s waits for %s since cycle %llu", valid, ready, since);
  }

  CheckerSettings settings_;
  Violations found_;
  AddressRules<bytes> aw_{write_address_rules, settings_.subset, found_};
  AddressRules<bytes> ar_{read_address_rules, settings_.subset, found_};
  std::uint64_t cycle_ = 0, w_since_ = 0, b_since_ = 0, r_since_ = 0;
  bool w_waiting_ = false, b_waiting_ = false, r_waiting_ = false, first_cycle_ = true;
  Subordinate<bytes> was_;
  Data<bytes> wdata_was_{};
  std::uint64_t wstrb_was_ = 0;
  bool wlast_was_ = false;
  std::deque<Read> reads_;    // by age
  std::deque<Write> writes_;  // by age; the first `addressed_` have an address, `filled_` all data
  std::size_t addressed_ = 0, filled_ = 0;
};

}  // namespace axi
