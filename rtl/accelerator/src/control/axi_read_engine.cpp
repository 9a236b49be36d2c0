#include "rtl/accelerator/control/axi_read_engine.hpp"

#include "rtl/accelerator/control/burst_splitter.hpp"
#include "rtl/accelerator/control/fifo.hpp"
#include "rtl/accelerator/control/packing.hpp"

namespace sd::rtl {

using namespace hcl;

AxiReadEngineIo::AxiReadEngineIo(Ports& p, const design::DesignPoint& point)
    : program(p.sink<Transfer>("program", point)),
      load(p.sink<Transfer>("load", point)),
      program_beat(p.source<ReadBeat>("program_beat", point)),
      load_beat(p.source<ReadBeat>("load_beat", point)),
      stop(p.input<Bool>("stop")),
      idle(p.output<Bool>("idle")),
      beat(p.output<Bool>("beat")),
      progress(p.output<Bool>("progress")),
      axi(p, "axi", point) {}

AxiReadEngine::AxiReadEngine(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("axi_read_engine")
                 .with("AXI", point.axi_data_bits)
                 .with("BEATS", point.axi_burst_beats),
             point) {
  const int data_bits = point.axi_data_bits;
  const int address_bits = beat_address_bits(point);
  auto program = instance<BurstSplitter>("u_program_splitter", point);
  auto load = instance<BurstSplitter>("u_load_splitter", point);
  auto addresses = instance<Fifo>("u_addresses", address_bits + 8, 2);
  auto owners = instance<Fifo>("u_owners", 1 + 1 + 8, outstanding_reads);  // load, last, length
  auto beats = instance<Fifo>("u_beats", data_bits + 2, 2);  // error, last of burst, data

  program.transfer <<= io.program;
  load.transfer <<= io.load;
  program.stop <<= io.stop;
  load.stop <<= io.stop;

  // Addresses: a burst is granted when both queues have room for it.
  const Bool take_load = name("take_load", !program.burst.valid);
  const Bool offered = name("offered", program.burst.valid | load.burst.valid);
  const Burst burst = mux(take_load, load.burst.bits, program.burst.bits);
  program.burst.ready <<= addresses.in.ready & owners.in.ready;
  load.burst.ready <<= addresses.in.ready & owners.in.ready & take_load;
  addresses.in.valid <<= offered & owners.in.ready;
  addresses.in.bits <<= cat(burst.address, burst.length);
  owners.in.valid <<= offered & addresses.in.ready;
  owners.in.bits <<= cat(take_load, burst.last, burst.length);
  addresses.flush <<= false;  // an address once offered stays until it is taken
  owners.flush <<= false;
  beats.flush <<= false;

  io.axi.arvalid <<= addresses.out.valid;
  addresses.out.ready <<= io.axi.arready;
  io.axi.araddr <<= shl(addresses.out.bits.bits(address_bits + 7, 8), beat_shift(point));
  io.axi.arlen <<= addresses.out.bits.bits(7, 0);
  io.axi.arsize <<= beat_shift(point);
  io.axi.arburst <<= 1;

  // Data: to the owner of the oldest burst.
  beats.in.valid <<= io.axi.rvalid;
  io.axi.rready <<= beats.in.ready;
  beats.in.bits <<= cat(io.axi.rresp != axi_okay, io.axi.rlast, io.axi.rdata);
  const Bool beat = name("beat", beats.in.fire());
  io.beat <<= beat;
  io.progress <<= beat | addresses.out.fire();

  auto position = reg<UInt>("position", Reset{0}, 8);  // of the next beat in its burst
  const UInt owner = name("owner", owners.out.bits);
  const Bool for_load = owner.bit(9);
  const Bool ends_burst = name("ends_burst", position == owner.bits(7, 0));
  const UInt head = name("head", beats.out.bits);
  const Bool fire = name("fire", beats.out.fire());
  when(fire, [&] { position <<= mux(ends_burst, u(0, 8), wrap(position + 1)); });
  owners.out.ready <<= fire & ends_burst;

  for (const auto& [target, is_load] :
       {std::pair{io.program_beat, false}, std::pair{io.load_beat, true}}) {
    target.valid <<= beats.out.valid & (is_load ? for_load : !for_load);
    target.bits.data <<= head.bits(data_bits - 1, 0);
    target.bits.error <<= head.bit(data_bits + 1) | (head.bit(data_bits) != ends_burst);
    target.bits.last <<= ends_burst & owner.bit(8);
  }
  beats.out.ready <<= mux(for_load, io.load_beat.ready, io.program_beat.ready);
  io.idle <<= program.idle & load.idle & owners.empty;

  assert_("beat_was_asked_for", !beats.out.valid | owners.out.valid);
}

}  // namespace sd::rtl
