// The wires of AXI4 and AXI4-Lite, as sampled before a rising edge: what the manager drives and
// what the subordinate drives. (Arm IHI 0022; the older words master and slave stand in the names
// of Arm's rules.)
#pragma once

#include <array>
#include <cstdint>

namespace axi {

inline constexpr std::uint32_t okay = 0, exokay = 1, slave_error = 2, decode_error = 3;
inline constexpr std::uint32_t burst_fixed = 0, burst_incr = 1, burst_wrap = 2;

// An address channel, AW or AR. Pins that a design does not have keep these values.
struct Address {
  bool valid = false;
  std::uint32_t id = 0;
  std::uint64_t address = 0;
  std::uint32_t length = 0;  // AxLEN: beats - 1
  std::uint32_t size = 0;    // AxSIZE: log2 of the bytes of a beat
  std::uint32_t burst = burst_incr;
  std::uint32_t lock = 0, cache = 0, prot = 0, qos = 0, region = 0;

  std::uint32_t beats() const { return length + 1; }
};

template <int bytes>
using Data = std::array<std::uint8_t, bytes>;

template <int bytes>
struct Manager {
  static_assert(bytes >= 1 && bytes <= 64, "a strobe bit per byte, in 64 bits");
  Address aw, ar;
  bool wvalid = false, wlast = false, bready = false, rready = false;
  std::uint64_t wstrb = 0;
  Data<bytes> wdata{};
};

template <int bytes>
struct Subordinate {
  bool awready = false, wready = false, arready = false;
  bool bvalid = false, rvalid = false, rlast = false;
  std::uint32_t bid = 0, bresp = okay, rid = 0, rresp = okay;
  Data<bytes> rdata{};
};

struct LiteManager {
  bool awvalid = false, wvalid = false, bready = false, arvalid = false, rready = false;
  std::uint32_t awaddr = 0, awprot = 0, wdata = 0, wstrb = 0, araddr = 0, arprot = 0;
};

struct LiteSubordinate {
  bool awready = false, wready = false, bvalid = false, arready = false, rvalid = false;
  std::uint32_t bresp = okay, rdata = 0, rresp = okay;
};

// Bytes of memory that a burst touches: [begin, end).
struct Span {
  std::uint64_t begin = 0, end = 0;
  bool overlaps(const Span& other) const { return begin < other.end && other.begin < end; }
};

inline Span span_of(const Address& a) {
  const std::uint64_t beat = std::uint64_t{1} << a.size;
  const std::uint64_t aligned = a.address & ~(beat - 1);
  if (a.burst == burst_fixed) return {aligned, aligned + beat};
  if (a.burst == burst_wrap) {  // the whole container
    const std::uint64_t bytes = beat * a.beats(), start = a.address / bytes * bytes;
    return {start, start + bytes};
  }
  return {aligned, aligned + beat * a.beats()};
}

// Byte lanes of a `bytes` wide bus that beat number `beat` may use (IHI 0022, A3.4.1).
template <int bytes>
std::uint64_t lanes_of(const Address& a, std::uint32_t beat) {
  const std::uint64_t width = std::uint64_t{1} << a.size;
  std::uint64_t address = a.address;
  if (beat > 0 && a.burst != burst_fixed) {
    address = (a.address & ~(width - 1)) + beat * width;
    if (a.burst == burst_wrap) {
      const std::uint64_t total = width * a.beats(), start = a.address / total * total;
      if (address >= start + total) address -= total;
    }
  }
  const std::uint64_t first = address % bytes,
                      last = ((address & ~(width - 1)) + width - 1) % bytes;
  const std::uint64_t up_to_last = last >= 63 ? ~std::uint64_t{0} : (std::uint64_t{2} << last) - 1;
  return up_to_last & ~((std::uint64_t{1} << first) - 1);
}

}  // namespace axi
