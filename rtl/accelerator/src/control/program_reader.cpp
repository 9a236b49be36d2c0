#include "rtl/accelerator/control/program_reader.hpp"

#include <bit>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/fifo.hpp"

namespace sd::rtl {

using namespace hcl;

FetchedCommand::FetchedCommand(Fields& f)
    : words(f.field<UInt>("words", command_bits)),
      error(f.field<Bool>("error")),
      last(f.field<Bool>("last")) {}

ProgramReaderIo::ProgramReaderIo(Ports& p, const design::DesignPoint& point)
    : start(p.input<Bool>("start")),
      stop(p.input<Bool>("stop")),
      address(p.input<UInt>("address", axi_address_bits - 6)),
      count(p.input<UInt>("count", 32)),
      transfer(p.source<Transfer>("transfer", point)),
      beat(p.sink<ReadBeat>("beat", point)),
      command(p.source<FetchedCommand>("command")) {}

ProgramReader::ProgramReader(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("program_reader").with("AXI", point.axi_data_bits), point) {
  const int beat_bits = point.axi_data_bits;
  const int beats = command_bits / beat_bits;
  const int beats_shift = std::bit_width(static_cast<unsigned>(beats)) - 1;

  // Asking: one transfer a command, while the queue has room for all that is asked for.
  auto address = reg<UInt>("address", no_reset, axi_address_bits - 6);
  auto to_ask = reg<UInt>("to_ask", Reset{0}, 32);
  auto ahead = reg<UInt>("ahead", Reset{0}, bits_for(commands_ahead));
  io.transfer.valid <<= (to_ask != 0) & (ahead != commands_ahead);
  io.transfer.bits.address <<= shl(address, beats_shift);
  io.transfer.bits.chunk_beats <<= beats;
  io.transfer.bits.chunks <<= 1;
  io.transfer.bits.stride <<= 0;
  const Bool asked = name("asked", io.transfer.fire());
  when(asked, [&] {
    address <<= wrap(address + 1);
    to_ask <<= wrap(to_ask - 1);
  });

  auto queue =
      instance<Fifo>("u_queue", beat_bits + 2, commands_ahead * beats);  // last, error, data
  queue.in.valid <<= io.beat.valid & !io.stop;
  queue.in.bits <<= cat(io.beat.bits.last, io.beat.bits.error, io.beat.bits.data);
  io.beat.ready <<= true;
  queue.flush <<= io.stop;
  assert_("room_for_every_beat", !io.beat.valid | io.stop | queue.in.ready);

  // Putting together: the first beat ends up in the low bits.
  auto words = reg<UInt>("words", no_reset, command_bits);
  auto complete = reg<Bool>("complete", Reset{0});
  auto error = reg<Bool>("error", Reset{0});
  auto to_give = reg<UInt>("to_give", Reset{0}, 32);
  io.command.valid <<= complete;
  io.command.bits.words <<= words;
  io.command.bits.error <<= error;
  io.command.bits.last <<= to_give == 1;
  queue.out.ready <<= !complete;
  const Bool shifted = name("shifted", queue.out.fire());
  const Bool given = name("given", io.command.fire());
  const Bool last_beat = queue.out.bits.bit(beat_bits + 1);
  when(shifted, [&] {
    words <<= cat(queue.out.bits.bits(beat_bits - 1, 0), words.bits(command_bits - 1, beat_bits));
    error <<= error | queue.out.bits.bit(beat_bits);
    complete <<= last_beat;
  });
  when(given, [&] {
    complete <<= false;
    error <<= false;
    to_give <<= wrap(to_give - 1);
  });
  const Bool freed = name("freed", shifted & last_beat);
  when(asked & !freed, [&] { ahead <<= wrap(ahead + 1); }).elsewhen(freed & !asked, [&] {
    ahead <<= wrap(ahead - 1);
  });

  when(io.start, [&] {
    address <<= io.address;
    to_ask <<= io.count;
    to_give <<= io.count;
  });
  when(io.stop, [&] {
    to_ask <<= 0;
    ahead <<= 0;
    complete <<= false;
    error <<= false;
  });
}

}  // namespace sd::rtl
