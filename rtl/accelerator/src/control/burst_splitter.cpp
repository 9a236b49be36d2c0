#include "rtl/accelerator/control/burst_splitter.hpp"

#include <bit>

#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

BurstSplitterIo::BurstSplitterIo(Ports& p, const design::DesignPoint& point)
    : transfer(p.sink<Transfer>("transfer", point)),
      burst(p.source<Burst>("burst", point)),
      stop(p.input<Bool>("stop")),
      idle(p.output<Bool>("idle")) {}

BurstSplitter::BurstSplitter(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("burst_splitter")
                 .with("AXI", point.axi_data_bits)
                 .with("BEATS", point.axi_burst_beats),
             point) {
  const int page_beats = axi_page_bytes / point.axi_bytes();
  const int page_bits = std::bit_width(static_cast<unsigned>(page_beats)) - 1;
  const int width = beat_address_bits(point);

  auto active = reg<Bool>("active", Reset{0});
  auto address = reg<UInt>("address", no_reset, width);
  auto left = reg<UInt>("left", no_reset, width);  // beats of the chunk
  auto chunk_start = reg<UInt>("chunk_start", no_reset, width);
  auto chunk_beats = reg<UInt>("chunk_beats", no_reset, width);
  auto chunks_left = reg<UInt>("chunks_left", no_reset, 16);
  auto stride = reg<UInt>("stride", no_reset, width);

  // The next burst: to the end of the chunk, of the page, or of the longest burst, whichever comes
  // first.
  const UInt to_page_end =
      name("to_page_end", wrap(u(page_beats, page_bits + 1) - address.bits(page_bits - 1, 0)));
  const UInt longest = u(point.axi_burst_beats, page_bits + 1);
  const UInt room = name("room", mux(to_page_end < longest, to_page_end, longest));
  const Bool ends_chunk = name("ends_chunk", left <= room);
  const UInt beats = name("beats", mux(ends_chunk, left.truncate(page_bits + 1), room));
  const Bool last_chunk = chunks_left == 1;

  io.transfer.ready <<= !active;
  io.burst.valid <<= active;
  io.burst.bits.address <<= address;
  io.burst.bits.length <<= wrap(beats - 1).truncate(8);
  io.burst.bits.last <<= ends_chunk & last_chunk;
  io.idle <<= !active;

  when(io.transfer.fire(), [&] {
    active <<= true;
    address <<= io.transfer.bits.address;
    chunk_start <<= io.transfer.bits.address;
    left <<= io.transfer.bits.chunk_beats;
    chunk_beats <<= io.transfer.bits.chunk_beats;
    chunks_left <<= io.transfer.bits.chunks;
    stride <<= io.transfer.bits.stride;
  });
  when(io.burst.fire(), [&] {
    when(ends_chunk, [&] {
      const UInt next_chunk = name("next_chunk", wrap(chunk_start + stride));
      active <<= !last_chunk;
      address <<= next_chunk;
      chunk_start <<= next_chunk;
      left <<= chunk_beats;
      chunks_left <<= wrap(chunks_left - 1);
    }).otherwise([&] {
      address <<= wrap(address + beats);
      left <<= wrap(left - beats);
    });
  });
  when(io.stop, [&] { active <<= false; });

  assert_("transfer_not_empty", !io.transfer.fire() | ((io.transfer.bits.chunk_beats != 0) &
                                                       (io.transfer.bits.chunks != 0)));
  assert_("burst_in_page", !active | (address.bits(page_bits - 1, 0) + beats <= page_beats));
}

}  // namespace sd::rtl
