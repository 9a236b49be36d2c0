#include "rtl/accelerator/compute/segment_register.hpp"

#include <algorithm>

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

SegmentRegisterIo::SegmentRegisterIo(Ports& p, const design::DesignPoint& point)
    : load(p.input<Bool>("load")),
      load_bank(p.input<Bool>("load_bank")),
      load_gather(p.input<Bool>("load_gather")),
      load_segments(p.input<UInt>("load_segments", point.block_segments)),
      load_step(p.input<UInt>("load_step", step_bits(point))),
      slots(p.input<UInt>("slots", point.block_segments * slot_bits(point))),
      enter(p.input<Bool>("enter")),
      enter_bank(p.input<Bool>("enter_bank")),
      enter_segment(p.input<UInt>("enter_segment", segment_bits(point))),
      move(p.input<Bool>("move")),
      gather(p.input<Bool>("gather")),
      stride(p.input<UInt>("stride", 4)),
      taps(p.output<UInt>("taps", point.macs * 8)) {}

SegmentRegister::SegmentRegister(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("segment_register")
                 .about("The activations of a line: slots that wait or run, and the segment that "
                        "moves past the weights."),
             point) {
  const int chunk_bits = point.macs * 8;
  const int window_bits = slot_bits(point);
  const int all_bits = std::max(window_bits, point.columns * chunk_bits);
  const int chunks = (all_bits + chunk_bits - 1) / chunk_bits;
  const auto bits_of = [&](int k) { return std::min(chunk_bits, all_bits - k * chunk_bits); };
  const auto address = [&](const Bool& bank, const UInt& segment) {
    return point.block_segments == 1 ? bank.as_uint() : cat(bank, segment);
  };

  std::vector<Memory> waiting;
  std::vector<UInt> running;
  for (int k = 0; k < chunks; ++k) {
    waiting.push_back(memory("chunk" + std::to_string(k), 2 * point.block_segments, bits_of(k)));
    running.push_back(reg<UInt>("running" + std::to_string(k), no_reset, bits_of(k)));
  }

  when(io.load, [&] {
    for (int t = 0; t < point.block_segments; ++t) {
      const int slot = t * window_bits;
      const UInt slot_address = address(io.load_bank, u(t, segment_bits(point)));
      when(io.load_segments.bit(t), [&] {
        for (int k = 0; k < chunks; ++k) {
          const int low = k * chunk_bits;
          const Memory& mine = waiting[static_cast<std::size_t>(k)];
          const bool in_window = low < window_bits, in_gather = k < point.columns;
          const Bool gathered = in_gather ? io.load_gather & (io.load_step == k) : b(false);
          const auto window = [&] {
            return io.slots.bits(slot + std::min(window_bits, low + bits_of(k)) - 1, slot + low);
          };
          const auto piece = [&] { return io.slots.bits(slot + chunk_bits - 1, slot); };
          // A chunk past the window is never seen by a window job's lanes.
          if (in_window && in_gather)
            when(~io.load_gather | gathered,
                 [&] { mine.write(slot_address, mux(io.load_gather, piece(), window())); });
          else if (in_window)
            when(~io.load_gather, [&] { mine.write(slot_address, window()); });
          else
            when(gathered, [&] { mine.write(slot_address, piece()); });
        }
      });
    }
  });

  const UInt enter_address = name("enter_address", address(io.enter_bank, io.enter_segment));
  when(io.enter, [&] {
    for (int k = 0; k < chunks; ++k)
      running[static_cast<std::size_t>(k)] <<=
          waiting[static_cast<std::size_t>(k)].read(enter_address);
  }).elsewhen(io.move, [&] {
    for (int k = 0; k < chunks; ++k) {
      const UInt& now = running[static_cast<std::size_t>(k)];
      const bool last = k + 1 == chunks;
      const UInt next = last ? u(0, 8) : running[static_cast<std::size_t>(k + 1)];
      const UInt by_byte = now.width() > 8
                               ? (last ? shr(now, 8) : cat(next.bits(7, 0), shr(now, 8)))
                               : next.bits(7, 0);
      now <<= mux(io.gather, next, by_byte);
    }
  });

  std::vector<UInt> taps;
  for (int lane = 0; lane < point.macs; ++lane) {
    const auto byte = [&](int index) {
      const int low = index % point.macs * 8;
      return running[static_cast<std::size_t>(index / point.macs)].bits(low + 7, low);
    };
    UInt tap = byte(lane);
    for (int stride = 2; lane > 0 && stride <= point.max_stride; ++stride)
      tap = mux(~io.gather & (io.stride == stride), byte(lane * stride), tap);
    taps.push_back(tap);
  }
  io.taps <<= pack_low_first(taps);
}

}  // namespace sd::rtl
