#include "rtl/accelerator/control/store_unit.hpp"

#include "rtl/accelerator/control/fifo.hpp"
#include "rtl/accelerator/control/output_reader.hpp"

namespace sd::rtl {

using namespace hcl;

StoreUnitIo::StoreUnitIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<StoreCommand>("command", point)),
      done(p.output<Bool>("done")),
      error(p.output<Valid<ErrorReport>>("error")),
      transfer(p.source<Transfer>("transfer", point)),
      beat(p.source<UInt>("beat", point.axi_data_bits)),
      written(p.input<Bool>("written")),
      write_error(p.input<Bool>("write_error")),
      engine_idle(p.input<Bool>("engine_idle")),
      read(p.output<Valid<OutputRead>>("read", point)),
      data(p.input<UInt>("data", point.macs * 8)),
      drain(p.input<Bool>("drain")) {}

StoreUnit::StoreUnit(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("store_unit").about("Output buffer to the write engine."), point) {
  auto reader = instance<OutputReader>("u_reader", point);
  auto ids =
      instance<Fifo>("u_ids", command_id_bits, unit_queue_depth);  // of the commands under way
  const auto& command = io.command.bits;

  const Bool room =
      name("room", reader.chunks.ready & io.transfer.ready & ids.in.ready & !io.drain);
  const Bool begin = name("begins", io.command.valid & room);
  io.command.ready <<= room;
  reader.chunks.valid <<= begin;
  reader.chunks.bits.word <<= command.word;
  reader.chunks.bits.words_between <<= command.words_between;
  reader.chunks.bits.chunk_beats <<=
      command.chunk_beats.truncate(reader.chunks.bits.chunk_beats.width());
  reader.chunks.bits.chunks <<= command.chunks;
  io.transfer.valid <<= begin;
  io.transfer.bits.address <<= command.address;
  io.transfer.bits.chunk_beats <<= command.chunk_beats;
  io.transfer.bits.chunks <<= command.chunks;
  io.transfer.bits.stride <<= command.stride;
  ids.in.valid <<= begin;
  ids.in.bits <<= command.id;

  io.beat <<= reader.beat;
  io.read <<= reader.read;
  reader.data <<= io.data;

  const Bool drop = name("drop", io.drain & io.engine_idle);
  reader.drop <<= drop;
  ids.flush <<= drop;
  ids.out.ready <<= io.written;
  io.done <<= io.written & !io.drain;
  io.error.valid <<= io.write_error;
  io.error.bits.code <<= static_cast<int>(RunError::write_response);
  io.error.bits.id <<= ids.out.bits;
  assert_("response_belongs_to_a_command", !(io.written | io.write_error) | ids.out.valid);
}

}  // namespace sd::rtl
