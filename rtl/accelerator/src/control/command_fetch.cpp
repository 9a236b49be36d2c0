#include "rtl/accelerator/control/command_fetch.hpp"

#include "rtl/accelerator/control/command_decoder.hpp"
#include "rtl/accelerator/control/dependency_tokens.hpp"
#include "rtl/accelerator/control/program_reader.hpp"
#include "rtl/accelerator/control/unit_queue.hpp"

namespace sd::rtl {

using namespace hcl;

CommandFetchIo::CommandFetchIo(Ports& p, const design::DesignPoint& point)
    : start(p.input<Bool>("start")),
      soft_reset(p.input<Bool>("soft_reset")),
      command_address(p.input<UInt>("command_address", 32)),
      command_count(p.input<UInt>("command_count", 32)),
      busy(p.output<Bool>("busy")),
      begin(p.output<Bool>("begin")),
      done(p.output<Bool>("done")),
      error(p.output<Valid<ErrorReport>>("error")),
      command_id(p.output<Valid<UInt>>("command_id", command_id_bits)),
      transfer(p.source<Transfer>("transfer", point)),
      beat(p.sink<ReadBeat>("beat", point)),
      load(p.source<LoadCommand>("load", point)),
      compute(p.source<ComputeCommand>("compute", point)),
      store(p.source<StoreCommand>("store", point)),
      load_done(p.input<Bool>("load_done")),
      compute_done(p.input<Bool>("compute_done")),
      store_done(p.input<Bool>("store_done")),
      load_error(p.input<Valid<ErrorReport>>("load_error")),
      store_error(p.input<Valid<ErrorReport>>("store_error")),
      engines_idle(p.input<Bool>("engines_idle")),
      drain(p.output<Bool>("drain")),
      load_busy(p.output<Bool>("load_busy")),
      store_busy(p.output<Bool>("store_busy")) {}

CommandFetch::CommandFetch(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("command_fetch")
                 .about("Reads the program and hands its commands to the units."),
             point) {
  auto reader = instance<ProgramReader>("u_reader", point);
  auto decoder = instance<CommandDecoder>("u_decoder", point);
  auto sequencer = instance<Sequencer>("u_sequencer");
  auto tokens = instance<DependencyTokens>("u_tokens");
  auto load_queue = instance<UnitQueue>("u_load_queue", pack(io.load.bits).width());
  auto compute_queue = instance<UnitQueue>("u_compute_queue", pack(io.compute.bits).width());
  auto store_queue = instance<UnitQueue>("u_store_queue", pack(io.store.bits).width());

  // The run.
  sequencer.start <<= io.start;
  sequencer.soft_reset <<= io.soft_reset;
  sequencer.bad_address <<= io.command_address.bits(5, 0) != 0;
  sequencer.no_commands <<= io.command_count == 0;
  sequencer.end <<= decoder.end;
  sequencer.all_idle <<= load_queue.idle & compute_queue.idle & store_queue.idle & io.engines_idle;
  sequencer.decode_error <<= decoder.error;
  sequencer.load_error <<= io.load_error;
  sequencer.store_error <<= io.store_error;
  io.begin <<= sequencer.begin;
  io.busy <<= sequencer.busy;
  io.done <<= sequencer.done;
  io.error <<= sequencer.error;
  io.drain <<= sequencer.drain;

  // The program.
  reader.start <<= sequencer.begin;
  reader.stop <<= sequencer.stop_reading;
  reader.address <<= io.command_address.bits(31, 6);
  reader.count <<= io.command_count;
  io.transfer <<= reader.transfer;
  reader.beat <<= io.beat;
  decoder.command <<= reader.command;
  decoder.enable <<= sequencer.decoding;
  io.command_id.valid <<= decoder.taken;
  io.command_id.bits <<= decoder.id;

  // The units. A COMPUTE under way always comes to its end; loads and stores are broken off.
  const auto feed = [&](const UnitQueueIo& queue, const auto& from, const auto& to,
                        const Bool& done, const Bool& drop_running) {
    queue.in.valid <<= from.valid;
    from.ready <<= queue.in.ready;
    queue.in.bits.tokens <<= decoder.tokens;
    queue.in.bits.command <<= pack(from.bits);
    to.valid <<= queue.out.valid;
    queue.out.ready <<= to.ready;
    unpack(to.bits, queue.out.bits);
    queue.done <<= done;
    queue.drop_waiting <<= sequencer.drain;
    queue.drop_running <<= drop_running;
  };
  feed(load_queue, decoder.load, io.load, io.load_done, sequencer.drain);
  feed(compute_queue, decoder.compute, io.compute, io.compute_done, b(false));
  feed(store_queue, decoder.store, io.store, io.store_done, sequencer.drain);
  io.load_busy <<= load_queue.running;
  io.store_busy <<= store_queue.running;

  // The tokens. No unit stands before load, none after store.
  load_queue.prev_available <<= true;
  load_queue.next_available <<= tokens.compute_to_load.available;
  compute_queue.prev_available <<= tokens.load_to_compute.available;
  compute_queue.next_available <<= tokens.store_to_compute.available;
  store_queue.prev_available <<= tokens.compute_to_store.available;
  store_queue.next_available <<= true;
  tokens.clear <<= sequencer.begin;
  tokens.load_to_compute.push <<= load_queue.moved.push_next;
  tokens.load_to_compute.pop <<= compute_queue.moved.pop_prev;
  tokens.compute_to_load.push <<= compute_queue.moved.push_prev;
  tokens.compute_to_load.pop <<= load_queue.moved.pop_next;
  tokens.compute_to_store.push <<= compute_queue.moved.push_next;
  tokens.compute_to_store.pop <<= store_queue.moved.pop_prev;
  tokens.store_to_compute.push <<= store_queue.moved.push_prev;
  tokens.store_to_compute.pop <<= compute_queue.moved.pop_next;
}

}  // namespace sd::rtl
