#include "properties/transfer_walk.hpp"

#include "rtl/accelerator/control/fifo.hpp"
#include "rtl/accelerator/control/packing.hpp"

namespace sd::formal {

using namespace hcl;

TransferWalk walk_transfers(TopModule& m, const design::DesignPoint& point, const std::string& name,
                            const rtl::Transfer& asked, const Bool& accepted, const UInt& beats,
                            const Bool& moved) {
  const int width = rtl::beat_address_bits(point);
  auto queue = m.instance<rtl::Fifo>("u_" + name + "_asked", 3 * width + 16, 4);
  queue.flush <<= false;
  queue.in.valid <<= accepted;
  queue.in.bits <<= pack(asked);
  rtl::BitReader reader(queue.out.bits);
  const UInt first = reader.take(width), chunk_beats = reader.take(width);
  const UInt chunks = reader.take(16), stride = reader.take(width);

  auto offset = m.reg<UInt>(name + "_offset", Reset{0}, width);  // of the chunk's first beat
  auto done = m.reg<UInt>(name + "_beats_done", Reset{0}, width);
  auto chunks_done = m.reg<UInt>(name + "_chunks_done", Reset{0}, 16);
  const UInt after = m.name(name + "_beats_after", done + beats);
  const Bool ends_chunk = m.name(name + "_ends_chunk", after == chunk_beats);
  const Bool completes = m.name(name + "_completes", ends_chunk & (chunks_done + 1 == chunks));
  m.when(moved, [&] {
    done <<= mux(ends_chunk, u(0, width), after.truncate(width));
    m.when(completes, [&] {
       offset <<= 0;
       chunks_done <<= 0;
     }).elsewhen(ends_chunk, [&] {
      offset <<= wrap(offset + stride);
      chunks_done <<= wrap(chunks_done + 1);
    });
  });
  queue.out.ready <<= moved & completes;

  const UInt address = m.name(name + "_address", wrap(wrap(first + offset) + done));
  return {queue.in.ready, queue.out.valid, address, after <= chunk_beats, completes};
}

void assume_short_transfer(TopModule& m, const std::string& name, const rtl::Transfer& asked,
                           int beats, int chunks) {
  m.assume_(name + "_is_short", (asked.chunk_beats != 0) & (asked.chunk_beats <= beats) &
                                    (asked.chunks != 0) & (asked.chunks <= chunks));
}

}  // namespace sd::formal
