#include "rtl/accelerator/compute/segment_register.hpp"

#include <algorithm>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

SegmentRegisterIo::SegmentRegisterIo(Ports& p, const design::DesignPoint& point)
    : load(p.input<Bool>("load")),
      chunk(p.input<UInt>("chunk", step_bits(point))),
      segment(p.input<UInt>("segment", window_bytes(point) * 8)),
      start(p.input<Bool>("start")),
      move(p.input<Bool>("move")),
      stride(p.input<UInt>("stride", 4)),
      pointwise(p.input<Bool>("pointwise")),
      taps(p.output<Vec<UInt>>("taps", point.macs, 8)) {}

SegmentRegister::SegmentRegister(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("segment_register")
                 .about("The activation segments of a line: one waits, one runs."),
             point) {
  const int chunk_bits = point.macs * 8;
  const int window_bits = window_bytes(point) * 8;
  const int chunks = (point.segment_bytes() + point.macs - 1) / point.macs;

  std::vector<UInt> waiting, running;
  for (int k = 0; k < chunks; ++k) {
    // The last chunks may reach past the window, or past the pointwise segment.
    const int bits =
        std::min(chunk_bits, std::max(window_bits, point.columns * chunk_bits) - k * chunk_bits);
    waiting.push_back(reg<UInt>("waiting" + std::to_string(k), no_reset, bits));
    running.push_back(reg<UInt>("running" + std::to_string(k), no_reset, bits));
  }
  for (int k = 0; k < chunks; ++k) {
    const UInt& mine = waiting[static_cast<std::size_t>(k)];
    const int bits = mine.width();
    const bool in_window = k * chunk_bits < window_bits;
    const UInt window =
        in_window
            ? io.segment.bits(std::min(window_bits, k * chunk_bits + bits) - 1, k * chunk_bits)
            : u(0, 1);
    if (k < point.columns) {
      when(io.load & io.pointwise & (io.chunk == k),
           [&] { mine <<= io.segment.bits(chunk_bits - 1, 0); });
      when(io.load & ~io.pointwise, [&] { mine <<= window; });
    } else {
      when(io.load, [&] { mine <<= window; });
    }

    const UInt& now = running[static_cast<std::size_t>(k)];
    const bool last = k + 1 == chunks;
    const UInt next = last ? u(0, 8) : running[static_cast<std::size_t>(k + 1)];
    const UInt by_chunk = last ? u(0, 1) : next;
    const UInt by_byte =
        bits > 8 ? (last ? shr(now, 8) : cat(next.bits(7, 0), shr(now, 8))) : next.bits(7, 0);
    when(io.start, [&] { now <<= mine; }).elsewhen(io.move, [&] {
      now <<= mux(io.pointwise, by_chunk, by_byte);
    });
  }

  for (int lane = 0; lane < point.macs; ++lane) {
    const auto byte = [&](int index) {
      const UInt& chunk = running[static_cast<std::size_t>(index / point.macs)];
      const int low = index % point.macs * 8;
      return chunk.bits(low + 7, low);
    };
    UInt tap = byte(lane);
    for (int stride = 2; lane > 0 && stride <= point.max_stride; ++stride)
      tap = mux(~io.pointwise & (io.stride == stride), byte(lane * stride), tap);
    io.taps[lane] <<= tap;
  }
}

}  // namespace sd::rtl
