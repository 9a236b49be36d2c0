#include "rtl/accelerator/control/command_fetch.hpp"

#include "rtl/accelerator/control/command_decoder.hpp"
#include "rtl/accelerator/control/dependency_tokens.hpp"
#include "rtl/accelerator/control/packing.hpp"
#include "rtl/accelerator/control/program_reader.hpp"
#include "rtl/accelerator/control/unit_queue.hpp"
#include "rtl/accelerator/control/watchdog.hpp"

namespace sd::rtl {

using namespace hcl;

CommandFetchIo::CommandFetchIo(Ports& p, const design::DesignPoint& point)
    : start(p.input<Bool>("start")),
      soft_reset(p.input<Bool>("soft_reset")),
      command_address(p.input<UInt>("command_address", 32)),
      command_count(p.input<UInt>("command_count", 32)),
      watchdog(p.input<UInt>("watchdog", 32)),
      busy(p.output<Bool>("busy")),
      begin(p.output<Bool>("begin")),
      done(p.output<Bool>("done")),
      error(p.output<Valid<ErrorReport>>("error")),
      command_id(p.output<Valid<UInt>>("command_id", command_id_bits)),
      transfer(p.source<Transfer>("transfer", point)),
      beat(p.sink<ReadBeat>("beat", point)),
      load(p.source<LoadCommand>("load", point)),
      compute(p.source<ComputeCommand>("compute", point)),
      vector(p.source<VectorCommand>("vector", point)),
      store(p.source<StoreCommand>("store", point)),
      load_done(p.input<Bool>("load_done")),
      compute_done(p.input<Bool>("compute_done")),
      store_done(p.input<Bool>("store_done")),
      load_error(p.input<Valid<ErrorReport>>("load_error")),
      store_error(p.input<Valid<ErrorReport>>("store_error")),
      engines_idle(p.input<Bool>("engines_idle")),
      progress(p.input<Bool>("progress")),
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
  auto watchdog = instance<Watchdog>("u_watchdog");
  auto tokens = instance<DependencyTokens>("u_tokens");
  auto load_queue = instance<UnitQueue>("u_load_queue", pack(io.load.bits).width());
  auto compute_queue = instance<UnitQueue>("u_compute_queue", pack(decoder.array.bits).width());
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
  auto last_id = reg<UInt>("last_id", no_reset, command_id_bits);  // handed out
  when(decoder.taken, [&] { last_id <<= decoder.id; });
  when(sequencer.begin, [&] { last_id <<= 0; });
  watchdog.enable <<= sequencer.underway;
  watchdog.limit <<= io.watchdog;
  watchdog.progress <<=
      any_of({io.progress, decoder.taken, io.load_done, io.compute_done, io.store_done});
  sequencer.watchdog_error.valid <<= watchdog.expired;
  sequencer.watchdog_error.bits.code <<= static_cast<int>(RunError::watchdog);
  sequencer.watchdog_error.bits.id <<= last_id;
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

  // The units. What the compute side has been offered always comes to its end; loads and stores are
  // broken off.
  const auto feed = [&](const UnitQueueIo& queue, const auto& from, const Bool& done,
                        const Bool& drop_running) {
    queue.in.valid <<= from.valid;
    from.ready <<= queue.in.ready;
    queue.in.bits.tokens <<= decoder.tokens;
    queue.in.bits.command <<= pack(from.bits);
    queue.done <<= done;
    queue.drop_waiting <<= sequencer.drain;
    queue.drop_running <<= drop_running;
  };
  const auto connect_unit = [&](const UnitQueueIo& queue, const auto& unit) {
    unit.valid <<= queue.out.valid;
    queue.out.ready <<= unit.ready;
    unpack(unit.bits, queue.out.bits);
  };
  feed(load_queue, decoder.load, io.load_done, sequencer.drain);
  connect_unit(load_queue, io.load);
  feed(store_queue, decoder.store, io.store_done, sequencer.drain);
  connect_unit(store_queue, io.store);
  feed(compute_queue, decoder.array, io.compute_done, b(false));
  auto array = wire<ArrayCommand>("array");
  unpack(array, compute_queue.out.bits);
  io.compute.valid <<= compute_queue.out.valid & !array.vector;
  io.vector.valid <<= compute_queue.out.valid & array.vector;
  compute_queue.out.ready <<= mux(array.vector, io.vector.ready, io.compute.ready);
  cut_compute(io.compute.bits, array.body);
  cut_vector(io.vector.bits, array.body);
  io.load_busy <<= load_queue.running;
  io.store_busy <<= store_queue.running;

  // The tokens: from whom to whom, and what goes with them at either end.
  tokens.clear <<= sequencer.begin;
  const auto link = [](const DependencyTokensIo::Counter& counter, const Bool& push,
                       const Bool& pop, const Bool& available) {
    counter.push <<= push;
    counter.pop <<= pop;
    available <<= counter.available;
  };
  link(tokens.load_to_compute, load_queue.moved.push_next, compute_queue.moved.pop_prev,
       compute_queue.prev_available);
  link(tokens.compute_to_load, compute_queue.moved.push_prev, load_queue.moved.pop_next,
       load_queue.next_available);
  link(tokens.compute_to_store, compute_queue.moved.push_next, store_queue.moved.pop_prev,
       store_queue.prev_available);
  link(tokens.store_to_compute, store_queue.moved.push_prev, compute_queue.moved.pop_next,
       compute_queue.next_available);
  link(tokens.store_to_load, store_queue.moved.push_next, load_queue.moved.pop_prev,
       load_queue.prev_available);
  store_queue.next_available <<= true;  // nothing is given from load to store
}

}  // namespace sd::rtl
