// An AXI4 memory: latency, bandwidth, bursts in flight, reordering between ids, gaps and faults as
// SdMemorySettings says, the same for the same seed. INCR bursts at full width; the checker of the
// port reports anything else, and the memory answers it by DECERR.
#pragma once

#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "accelerator_abi.hpp"
#include "axi_pins.hpp"
#include "memory_parts.hpp"
#include "violations.hpp"
#include "write_scoreboard.hpp"

namespace axi {

// A memory that is always ready, 32 cycles away.
inline SdMemorySettings default_settings() {
  SdMemorySettings s{};
  s.read_latency_min = s.read_latency_max = s.write_latency_min = s.write_latency_max = 32;
  s.bandwidth_burst_bytes = 64;
  s.max_reads = s.max_writes = 64;
  s.read_reorder = s.write_reorder = 1;
  s.stall_cycles_max = 1;
  s.outside_is_failure = s.check_hazards = 1;
  s.seed = 1;
  s.write_end = ~std::uint64_t{0};
  return s;
}

template <int bytes>
class Memory {
 public:
  Memory(std::uint8_t* memory, std::uint64_t size) : memory_(memory), size_(size) {
    configure(default_settings(), 0);
  }

  void configure(const SdMemorySettings& settings, std::uint64_t cycle) {
    settings_ = settings;
    settings_.faults = nullptr;  // the caller's; Faults has its copy
    const auto stream = [&](std::uint64_t number) { return RandomStream(settings.seed, number); };
    Gaps* const gaps[] = {&ar_gaps_, &r_gaps_, &aw_gaps_, &w_gaps_, &b_gaps_};
    for (std::uint64_t i = 0; i < 5; ++i)
      gaps[i]->configure(settings.stalls_per_1024[i], settings.stall_cycles_max, stream(i));
    faults_.configure(settings, stream(5));
    read_order_ = stream(6);
    write_order_ = stream(7);
    read_latency_ = stream(8);
    write_latency_ = stream(9);
    const std::uint64_t depth = std::max<std::uint64_t>(settings.bandwidth_burst_bytes, bytes);
    read_bandwidth_.configure(settings.read_bytes_per_cycle, depth, cycle);
    write_bandwidth_.configure(settings.write_bytes_per_cycle, depth, cycle);
  }
  bool breaks_rlast() const { return faults_.breaks_rlast(); }

  // Forgets everything in flight (the design is in reset).
  void reset() {
    pins_ = {};
    reads_.clear();
    writes_.clear();
    addressed_ = filled_ = 0;
    current_ = none;
  }

  const Subordinate<bytes>& pins() const { return pins_; }

  // One cycle: what the manager drives beside pins(). Afterwards pins() are those of the next one.
  void clock(const Manager<bytes>& m, std::uint64_t cycle) {
    cycle_ = cycle;
    read_channels(m);
    write_channels(m);
  }

  Violations violations{"memory"};
  WriteScoreboard scoreboard;
  std::uint64_t last_transfer = 0, read_beats = 0, write_beats = 0;

 private:
  static constexpr std::size_t none = ~std::size_t{0};

  struct Read {
    Address address;
    std::uint64_t ready_at;
    std::uint32_t beats, sent;  // beats as faults want them; 0: never answered
    bool legal;
  };
  struct Write {
    Address address;
    bool has_address = false, has_data = false, legal = false;
    std::uint64_t ready_at = 0;
    std::uint32_t response = okay;
    std::vector<std::uint8_t> data;
    std::vector<std::uint64_t> strobes;  // one per beat
  };

  // ---- reads ----

  void read_channels(const Manager<bytes>& m) {
    if (m.ar.valid && pins_.arready) {
      last_transfer = cycle_;
      take_read(m.ar);
    }
    if (pins_.rvalid && m.rready) {
      last_transfer = cycle_;
      ++read_beats;
      pins_.rvalid = false;
      Read& read = reads_[current_];
      if (++read.sent == read.beats) {
        reads_.erase(reads_.begin() + static_cast<std::ptrdiff_t>(current_));
        current_ = none;
      } else if (settings_.interleave_reads != 0) {
        current_ = none;
      }
    }
    if (!pins_.rvalid && !reads_.empty()) offer_read_beat();
    // A ready that was seen beside no valid may be withdrawn again.
    pins_.arready = reads_.size() < settings_.max_reads && !ar_gaps_.stalled() &&
                    (settings_.ready_after_valid == 0 || (m.ar.valid && !pins_.arready));
  }

  void take_read(const Address& a) {
    Read read{a,
              cycle_ + draw(read_latency_, settings_.read_latency_min, settings_.read_latency_max),
              a.beats(), 0, inside("read", a, 0, size_)};
    if (!faults_.empty()) read.beats = faults_.read_beats(span_of(a), read.beats);
    reads_.push_back(read);
  }

  void offer_read_beat() {
    if (current_ == none) current_ = choose_read();
    if (current_ == none) return;
    const Read& read = reads_[current_];
    if (read.ready_at > cycle_ || !read_bandwidth_.has(bytes, cycle_) || r_gaps_.stalled()) return;
    read_bandwidth_.take(bytes);
    const std::uint64_t at = read.address.address + std::uint64_t{read.sent} * bytes;
    pins_.rvalid = true;
    pins_.rid = read.address.id;
    pins_.rlast = read.sent + 1 == read.beats;
    pins_.rresp = read.legal && at + bytes <= size_ ? okay : decode_error;
    if (!faults_.empty()) pins_.rresp = faults_.response(false, {at, at + bytes}, pins_.rresp);
    if (pins_.rresp == okay)
      std::memcpy(pins_.rdata.data(), memory_ + at, bytes);
    else
      pins_.rdata.fill(0xee);  // whoever uses it is seen
  }

  // The burst that the next beat is from: one of the oldest `read_reorder`, never one before an
  // older burst of its own id.
  std::size_t choose_read() {
    const std::size_t window = std::min<std::size_t>(settings_.read_reorder, reads_.size());
    std::size_t candidates[256], count = 0;
    for (std::size_t i = 0; i < window; ++i)
      if (reads_[i].ready_at <= cycle_ && reads_[i].beats != 0 &&
          first_of_id(i, [this](std::size_t j) { return reads_[j].address.id; }))
        candidates[count++] = i;
    if (count == 0) return none;
    return candidates[count == 1 ? 0 : read_order_.below(static_cast<std::uint32_t>(count))];
  }

  template <class Id>
  static bool first_of_id(std::size_t index, Id id) {
    for (std::size_t i = 0; i < index; ++i)
      if (id(i) == id(index)) return false;
    return true;
  }

  // ---- writes ----

  void write_channels(const Manager<bytes>& m) {
    if (pins_.bvalid && m.bready) {
      last_transfer = cycle_;
      pins_.bvalid = false;
      --addressed_;
      --filled_;
      writes_.erase(writes_.begin() + static_cast<std::ptrdiff_t>(answering_));
    }
    const bool address_taken = m.aw.valid && pins_.awready, data_taken = m.wvalid && pins_.wready;
    if (address_taken) take_address(m.aw);
    if (data_taken) take_data(m);
    if (!pins_.bvalid && filled_ != 0) offer_response();

    const bool data_waits = m.wvalid && !data_taken;
    pins_.awready =
        addressed_ < settings_.max_writes && !aw_gaps_.stalled() &&
        (settings_.ready_after_valid == 0 || (m.aw.valid && !address_taken)) &&
        (settings_.address_after_data == 0 || data_waits || writes_.size() > addressed_);
    pins_.wready = (filled_ < addressed_ || may_take_early_data()) &&
                   write_bandwidth_.has(bytes, cycle_) && !w_gaps_.stalled() &&
                   (settings_.ready_after_valid == 0 || data_waits);
  }

  // Data ahead of their address: one burst.
  bool may_take_early_data() const {
    return settings_.data_before_address != 0 && filled_ == addressed_;
  }

  void take_address(const Address& a) {
    last_transfer = cycle_;
    if (addressed_ == writes_.size()) writes_.emplace_back();
    Write& w = writes_[addressed_++];
    w.address = a;
    w.has_address = true;
    w.legal = inside("write", a, settings_.write_begin, std::min(settings_.write_end, size_));
    if (w.has_data) finish(w);
  }

  void take_data(const Manager<bytes>& m) {
    last_transfer = cycle_;
    ++write_beats;
    write_bandwidth_.take(bytes);
    if (filled_ == writes_.size()) writes_.emplace_back();
    Write& w = writes_[filled_];
    w.data.insert(w.data.end(), m.wdata.begin(), m.wdata.end());
    w.strobes.push_back(m.wstrb);
    if (w.has_address ? w.strobes.size() == w.address.beats() || m.wlast : m.wlast) {
      w.has_data = true;
      ++filled_;
      if (w.has_address) finish(w);
    }
  }

  // Address and all data are there.
  void finish(Write& w) {
    const Span span = span_of(w.address);
    w.ready_at =
        cycle_ + draw(write_latency_, settings_.write_latency_min, settings_.write_latency_max);
    w.response = w.legal ? okay : decode_error;
    if (!faults_.empty()) {
      if (faults_.swallows_write(span)) w.ready_at = ~std::uint64_t{0};
      w.response = faults_.response(true, span, w.response);
    }
    if (!scoreboard.empty() && w.legal)
      each_byte(
          w, [this](std::uint64_t at, std::uint8_t value) { scoreboard.write(at, value, cycle_); });
    if (settings_.write_at_data != 0) commit(w);
  }

  void commit(const Write& w) {
    if (w.legal)
      each_byte(w, [this](std::uint64_t at, std::uint8_t value) { memory_[at] = value; });
  }

  template <class Action>
  void each_byte(const Write& w, Action action) const {
    for (std::size_t beat = 0; beat < w.strobes.size() && beat < w.address.beats(); ++beat)
      for (std::size_t i = 0; i < bytes; ++i)
        if ((w.strobes[beat] >> i & 1U) != 0)
          action(w.address.address + beat * bytes + i, w.data[beat * bytes + i]);
  }

  void offer_response() {
    const std::size_t window =
        std::min<std::size_t>(settings_.write_reorder, std::min(addressed_, filled_));
    std::size_t candidates[256], count = 0;
    for (std::size_t i = 0; i < window; ++i)
      if (writes_[i].ready_at <= cycle_ &&
          first_of_id(i, [this](std::size_t j) { return writes_[j].address.id; }))
        candidates[count++] = i;
    if (count == 0 || b_gaps_.stalled()) return;
    answering_ = candidates[count == 1 ? 0 : write_order_.below(static_cast<std::uint32_t>(count))];
    const Write& w = writes_[answering_];
    if (settings_.write_at_data == 0) commit(w);
    pins_.bvalid = true;
    pins_.bid = w.address.id;
    pins_.bresp = w.response;
  }

  // ---- both ----

  bool inside(const char* kind, const Address& a, std::uint64_t begin, std::uint64_t end) {
    const Span span = span_of(a);
    if (a.burst != burst_incr || (1U << a.size) != bytes || a.address % bytes != 0) return false;
    if (span.begin >= begin && span.end <= end && span.end <= size_) return true;
    if (settings_.outside_is_failure != 0)
      violations.add("SD_MEMORY_RANGE", cycle_,
                     "%s burst of %u bytes at 0x%llx is outside 0x%llx..0x%llx", kind,
                     a.beats() * bytes, a.address, begin, end);
    return false;
  }

  static std::uint64_t draw(RandomStream& random, std::uint32_t least, std::uint32_t most) {
    return most <= least ? least : least + random.below(most - least + 1);
  }

  std::uint8_t* memory_;
  std::uint64_t size_;
  SdMemorySettings settings_{};
  std::uint64_t cycle_ = 0;
  Subordinate<bytes> pins_;
  Gaps ar_gaps_, r_gaps_, aw_gaps_, w_gaps_, b_gaps_;
  Bandwidth read_bandwidth_, write_bandwidth_;
  Faults faults_;
  RandomStream read_order_, write_order_, read_latency_, write_latency_;
  std::deque<Read> reads_;      // by age
  std::size_t current_ = none;  // the read that beats come from
  std::deque<Write> writes_;  // by age; the first `addressed_` have an address, `filled_` all data
  std::size_t addressed_ = 0, filled_ = 0, answering_ = 0;
};

}  // namespace axi
