// An AXI4 memory as the accelerator sees it: one id, INCR bursts, answers in order, latency,
// optional random gaps, errors on request; and a monitor of the rules that the accelerator must
// keep.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "accelerator_abi.hpp"

// What the accelerator drives.
template <int bytes>
struct AxiOutputs {
  using Data = std::array<std::uint8_t, bytes>;
  bool awvalid = false, wvalid = false, wlast = false, bready = false, arvalid = false,
       rready = false;
  std::uint32_t awaddr = 0, awlen = 0, awsize = 0, awburst = 0;
  std::uint32_t araddr = 0, arlen = 0, arsize = 0, arburst = 0;
  std::uint32_t wstrb = 0;
  Data wdata{};
};

// What the memory drives.
template <int bytes>
struct AxiInputs {
  using Data = std::array<std::uint8_t, bytes>;
  bool awready = false, wready = false, bvalid = false, arready = false, rvalid = false,
       rlast = false;
  std::uint32_t bresp = 0, rresp = 0;
  Data rdata{};
};

template <int bytes>
class AxiMemory {
 public:
  AxiMemory(std::uint8_t* memory, std::uint64_t size) : memory_(memory), size_(size) {}

  void configure(const SdMemorySettings& settings) {
    settings_ = settings;
    random_ = settings.seed * 2 + 1;
  }

  // Forgets everything in flight (the accelerator is in reset).
  void reset() {
    inputs_ = {};
    previous_ = {};
    reads_.clear();
    writes_.clear();
    responses_.clear();
    read_beat_ = write_beat_ = 0;
    write_response_ = okay;
  }

  const AxiInputs<bytes>& inputs() const { return inputs_; }

  // One cycle: what the accelerator drives beside inputs(). Afterwards inputs() are those of the
  // next cycle.
  void clock(const AxiOutputs<bytes>& pins) {
    ++cycle_;
    check_stability(pins);
    read_channels(pins);
    write_channels(pins);
    previous_ = pins;
  }

  std::vector<std::string> failures;

 private:
  static constexpr std::uint32_t okay = 0, slave_error = 2, decode_error = 3;
  static constexpr std::size_t most_outstanding = 64;

  struct Burst {
    std::uint64_t address;
    std::uint32_t beats;
    std::uint64_t ready_at;
    bool legal;
  };
  struct Response {
    std::uint64_t ready_at;
    std::uint32_t code;
  };

  void read_channels(const AxiOutputs<bytes>& pins) {
    if (pins.arvalid && inputs_.arready)
      reads_.push_back(burst("read", pins.araddr, pins.arlen, pins.arsize, pins.arburst, 0, size_));
    if (inputs_.rvalid && pins.rready) {
      inputs_.rvalid = false;
      if (++read_beat_ == reads_.front().beats) {
        reads_.pop_front();
        read_beat_ = 0;
      }
    }
    if (!inputs_.rvalid && !reads_.empty() && reads_.front().ready_at <= cycle_ && !stalled())
      present_read_beat();
    // A ready that was seen beside no valid may be withdrawn again.
    inputs_.arready = reads_.size() < most_outstanding && !stalled();
  }

  void present_read_beat() {
    const Burst& now = reads_.front();
    const std::uint64_t address = now.address + std::uint64_t{read_beat_} * bytes;
    inputs_.rvalid = true;
    inputs_.rlast = read_beat_ + 1 == now.beats;
    inputs_.rresp = now.legal ? okay : decode_error;
    if (now.legal)
      std::memcpy(inputs_.rdata.data(), memory_ + address, bytes);
    else
      inputs_.rdata.fill(0xee);
    if (covers(address, settings_.read_error_address)) {
      inputs_.rresp = slave_error;
      inputs_.rdata.fill(0xee);
    }
  }

  void write_channels(const AxiOutputs<bytes>& pins) {
    if (inputs_.bvalid && pins.bready) {
      inputs_.bvalid = false;
      responses_.pop_front();
    }
    if (pins.awvalid && inputs_.awready)
      writes_.push_back(burst("write", pins.awaddr, pins.awlen, pins.awsize, pins.awburst,
                              settings_.write_begin, settings_.write_end));
    if (pins.wvalid && inputs_.wready) take_write_beat(pins);
    if (!inputs_.bvalid && !responses_.empty() && responses_.front().ready_at <= cycle_ &&
        !stalled()) {
      inputs_.bvalid = true;
      inputs_.bresp = responses_.front().code;
    }
    inputs_.awready = writes_.size() < most_outstanding && !stalled();
    inputs_.wready = !writes_.empty() && !stalled();
  }

  void take_write_beat(const AxiOutputs<bytes>& pins) {
    const Burst& now = writes_.front();
    const std::uint64_t address = now.address + std::uint64_t{write_beat_} * bytes;
    if (now.legal) {
      for (int i = 0; i < bytes; ++i)
        if ((pins.wstrb >> i & 1) != 0)
          memory_[address + static_cast<std::uint64_t>(i)] =
              pins.wdata[static_cast<std::size_t>(i)];
    } else {
      write_response_ = decode_error;
    }
    if (covers(address, settings_.write_error_address)) write_response_ = slave_error;
    const bool last = ++write_beat_ == now.beats;
    if (pins.wlast != last)
      fail("wlast is %u in beat %u of a burst of %u at 0x%llx", pins.wlast, write_beat_, now.beats,
           now.address);
    if (!last) return;
    responses_.push_back({cycle_ + settings_.latency_cycles, write_response_});
    writes_.pop_front();
    write_beat_ = 0;
    write_response_ = okay;
  }

  Burst burst(const char* kind, std::uint32_t address, std::uint32_t length, std::uint32_t size,
              std::uint32_t type, std::uint64_t begin, std::uint64_t end) {
    Burst result{address, length + 1, cycle_ + settings_.latency_cycles, true};
    const std::uint64_t last = result.address + std::uint64_t{result.beats} * bytes;
    if ((1U << size) != bytes || type != 1)
      fail("%s burst at 0x%llx has size %u and type %u: full-width INCR bursts are expected", kind,
           result.address, size, type);
    if (address % bytes != 0)
      fail("%s burst at 0x%llx is not aligned to %u bytes", kind, result.address, bytes);
    if ((address & 4095U) + std::uint64_t{result.beats} * bytes > 4096)
      fail("%s burst at 0x%llx with %u beats crosses a 4 KiB boundary", kind, result.address,
           result.beats);
    if (result.address < begin || last > end || last > size_) {
      fail("%s burst of %u bytes at 0x%llx is outside 0x%llx..0x%llx", kind, result.beats * bytes,
           result.address, begin, end);
      result.legal = false;
    }
    return result;
  }

  // A valid stays until it is taken, and what it offers does not change.
  void check_stability(const AxiOutputs<bytes>& now) {
    const AxiOutputs<bytes>& was = previous_;
    if (was.arvalid && !was_ready_.ar &&
        !(now.arvalid && now.araddr == was.araddr && now.arlen == was.arlen))
      fail("the read address changed before it was taken (0x%x)", was.araddr);
    if (was.awvalid && !was_ready_.aw &&
        !(now.awvalid && now.awaddr == was.awaddr && now.awlen == was.awlen))
      fail("the write address changed before it was taken (0x%x)", was.awaddr);
    if (was.wvalid && !was_ready_.w &&
        !(now.wvalid && now.wdata == was.wdata && now.wstrb == was.wstrb && now.wlast == was.wlast))
      fail("the write data changed before they were taken");
    was_ready_ = {inputs_.arready, inputs_.awready, inputs_.wready};
  }

  bool covers(std::uint64_t beat, std::uint64_t address) const {
    return address >= beat && address - beat < bytes;
  }

  bool stalled() {
    if (settings_.stalls_per_1024 == 0) return false;
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return (random_ >> 20) % 1024 < settings_.stalls_per_1024;
  }

  template <class... Values>
  void fail(const char* format, Values... values) {
    constexpr std::size_t enough = 100;
    if (failures.size() >= enough) return;
    std::array<char, 256> text{};
    const int start = std::snprintf(text.data(), text.size(),
                                    "AXI4, cycle %llu: ", static_cast<unsigned long long>(cycle_));
    if constexpr (sizeof...(values) == 0)
      std::snprintf(text.data() + start, text.size() - static_cast<std::size_t>(start), "%s",
                    format);
    else
      std::snprintf(text.data() + start, text.size() - static_cast<std::size_t>(start), format,
                    as_argument(values)...);
    failures.emplace_back(text.data());
  }
  static const char* as_argument(const char* text) { return text; }
  static unsigned as_argument(unsigned value) { return value; }
  static unsigned as_argument(int value) { return static_cast<unsigned>(value); }
  static unsigned as_argument(bool value) { return value; }
  static unsigned long long as_argument(std::uint64_t value) { return value; }

  std::uint8_t* memory_;
  std::uint64_t size_;
  SdMemorySettings settings_{};
  std::uint64_t random_ = 1, cycle_ = 0;
  AxiInputs<bytes> inputs_;
  AxiOutputs<bytes> previous_;
  struct {
    bool ar = false, aw = false, w = false;
  } was_ready_;
  std::deque<Burst> reads_, writes_;
  std::deque<Response> responses_;
  std::uint32_t read_beat_ = 0, write_beat_ = 0, write_response_ = okay;
};
