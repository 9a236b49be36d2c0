#include "rtl/accelerator/control/axi_write_engine.hpp"

#include "rtl/accelerator/control/burst_splitter.hpp"
#include "rtl/accelerator/control/fifo.hpp"

namespace sd::rtl {

using namespace hcl;

AxiWriteEngineIo::AxiWriteEngineIo(Ports& p, const design::DesignPoint& point)
    : transfer(p.sink<Transfer>("transfer", point)),
      data(p.sink<UInt>("data", point.axi_data_bits)),
      done(p.output<Bool>("done")),
      error(p.output<Bool>("error")),
      stop(p.input<Bool>("stop")),
      idle(p.output<Bool>("idle")),
      beat(p.output<Bool>("beat")),
      progress(p.output<Bool>("progress")),
      axi(p, "axi", point) {}

AxiWriteEngine::AxiWriteEngine(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("axi_write_engine")
                 .with("AXI", point.axi_data_bits)
                 .with("BEATS", point.axi_burst_beats),
             point) {
  const int data_bits = point.axi_data_bits;
  const int address_bits = beat_address_bits(point);
  auto splitter = instance<BurstSplitter>("u_splitter", point);
  auto addresses = instance<Fifo>("u_addresses", address_bits + 8, 2);
  auto lengths = instance<Fifo>("u_lengths", 8, 2);  // of bursts whose data goes out
  auto responses = instance<Fifo>("u_responses", 1, outstanding_writes);  // last of its transfer
  auto beats = instance<Fifo>("u_beats", data_bits + 1, 2);               // last of burst, data

  splitter.transfer <<= io.transfer;
  splitter.stop <<= io.stop;

  // A burst begins when the address, length and response queues have room for it.
  const Bool room = name("room", addresses.in.ready & lengths.in.ready & responses.in.ready);
  const Bool begin = name("begins", splitter.burst.valid & room);
  splitter.burst.ready <<= room;
  addresses.in.valid <<= begin;
  addresses.in.bits <<= cat(splitter.burst.bits.address, splitter.burst.bits.length);
  lengths.in.valid <<= begin;
  lengths.in.bits <<= splitter.burst.bits.length;
  responses.in.valid <<= begin;
  responses.in.bits <<= splitter.burst.bits.last.as_uint();
  addresses.flush <<= false;  // what is begun is finished
  lengths.flush <<= false;
  responses.flush <<= false;
  beats.flush <<= false;

  io.axi.awvalid <<= addresses.out.valid;
  addresses.out.ready <<= io.axi.awready;
  io.axi.awaddr <<= shl(addresses.out.bits.bits(address_bits + 7, 8), beat_shift(point));
  io.axi.awlen <<= addresses.out.bits.bits(7, 0);
  io.axi.awsize <<= beat_shift(point);
  io.axi.awburst <<= 1;

  auto position = reg<UInt>("position", Reset{0}, 8);  // of the next beat in its burst
  const Bool ends_burst = name("ends_burst", position == lengths.out.bits);
  beats.in.valid <<= lengths.out.valid & io.data.valid;
  beats.in.bits <<= cat(ends_burst, io.data.bits);
  io.data.ready <<= lengths.out.valid & beats.in.ready;
  const Bool fire = name("fire", beats.in.fire());
  when(fire, [&] { position <<= mux(ends_burst, u(0, 8), wrap(position + 1)); });
  lengths.out.ready <<= fire & ends_burst;

  io.axi.wvalid <<= beats.out.valid;
  beats.out.ready <<= io.axi.wready;
  io.axi.wdata <<= beats.out.bits.bits(data_bits - 1, 0);
  io.axi.wlast <<= beats.out.bits.bit(data_bits);
  io.axi.wstrb <<= ~u(0, point.axi_bytes());
  const Bool beat = name("beat", beats.out.fire());
  io.beat <<= beat;

  io.axi.bready <<= responses.out.valid;
  responses.out.ready <<= io.axi.bvalid;
  const Bool response = name("response", responses.out.fire());
  io.done <<= response & responses.out.bits.bit(0);
  io.error <<= response & (io.axi.bresp != axi_okay);
  io.progress <<= beat | response | addresses.out.fire();
  io.idle <<= splitter.idle & responses.empty;

  assert_("response_was_asked_for", !io.axi.bvalid | responses.out.valid);
}

}  // namespace sd::rtl
