#include "rtl/accelerator/control/load_unit.hpp"

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/fifo.hpp"
#include "rtl/accelerator/control/index_decoder.hpp"
#include "rtl/accelerator/control/packing.hpp"
#include "rtl/accelerator/control/width_converter.hpp"

namespace sd::rtl {

using namespace hcl;

LoadUnitIo::LoadUnitIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<LoadCommand>("command", point)),
      done(p.output<Bool>("done")),
      error(p.output<Valid<ErrorReport>>("error")),
      transfer(p.source<Transfer>("transfer", point)),
      beat(p.sink<ReadBeat>("beat", point)),
      input_write(p.output<Valid<InputWrite>>("input_write", point)),
      flag_write(p.output<Valid<FlagWrite>>("flag_write", point)),
      weight_write(p.output<Valid<WeightWrite>>("weight_write", point)),
      index_write(p.output<Valid<IndexWrite>>("index_write", point)),
      parameter_write(p.output<Valid<ParameterWrite>>("parameter_write", point)),
      hold(p.input<Bool>("hold")),
      drain(p.input<Bool>("drain")),
      idle(p.output<Bool>("idle")) {}

LoadUnit::LoadUnit(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("load_unit")
                 .with("AXI", point.axi_data_bits)
                 .about("Routes read data to the buffers."),
             point) {
  const int beat_bits = point.axi_data_bits;
  // A buffer word in beats (the command checker has seen that it begins with one).
  const auto first_beat = [&](const UInt& buffer) {
    const UInt word = buffer.truncate(input_word_bits(point));
    const UInt bytes = shl(word, bits_for(point.macs) - 1);
    return bytes.bits(input_byte_bits(point) - 1, beat_shift(point));
  };

  // Asking: a command goes to the read engine and, at the same time, into the queue of those whose
  // data is to come.
  const UInt packed = pack(io.command.bits);
  auto queue = instance<Fifo>("u_queue", packed.width(), loads_ahead);
  io.transfer.valid <<= io.command.valid & queue.in.ready & !io.drain;
  queue.in.valid <<= io.command.valid & io.transfer.ready & !io.drain;
  io.command.ready <<= queue.in.ready & io.transfer.ready & !io.drain;
  io.transfer.bits.address <<= io.command.bits.address;
  io.transfer.bits.chunk_beats <<= io.command.bits.chunk_beats;
  io.transfer.bits.chunks <<= io.command.bits.chunks;
  io.transfer.bits.stride <<= io.command.bits.stride;
  queue.in.bits <<= packed;
  queue.flush <<= io.drain;

  // The command whose data comes now.
  auto current = wire<LoadCommand>("current", point);
  unpack(current, queue.out.bits);
  const auto is = [&](LoadKind kind) { return current.kind == static_cast<int>(kind); };
  const Bool is_input = name("is_input", is(LoadKind::input));
  const Bool is_index = name("is_index", is(LoadKind::index));
  const Bool is_weights = name("is_weights", is(LoadKind::weights));
  const Bool is_parameters = name("is_parameters", is(LoadKind::parameters));
  auto begun = reg<Bool>("begun", Reset{0});        // its counters are set
  auto had_last = reg<Bool>("had_last", Reset{0});  // its last beat has come
  auto words_left = reg<UInt>("words_left", no_reset, current.buffer.width() + 1);
  auto target =
      reg<UInt>("target", no_reset, current.buffer.width());  // word or record that comes next
  auto input_beat = reg<UInt>("input_beat", no_reset, input_byte_bits(point) - beat_shift(point));
  auto row_beats_left = reg<UInt>("row_beats_left", no_reset, input_beat.width() + 1);
  auto flag = reg<UInt>("flag", no_reset, flag_bits(point));
  auto row_nonzero = reg<Bool>("row_nonzero", no_reset);

  auto input = instance<Fifo>("u_input", input_byte_bits(point) + beat_bits + flag_bits(point) + 2,
                              input_queue_beats);  // address, data; flag due, number, nonzero
  auto decoder = instance<IndexDecoder>("u_index_decoder", point);
  auto weights = instance<WidthConverter>("u_weights", beat_bits, point.weight_word_bits());
  auto parameters = instance<WidthConverter>("u_parameters", beat_bits, 64);

  const Bool waiting = name("waiting", queue.out.valid & !begun & !io.drain);
  decoder.job.valid <<= waiting & is_index;
  decoder.job.bits.entry <<= current.buffer.truncate(index_bits(point));
  decoder.job.bits.rows <<= current.extent.bits(15, 0);
  decoder.job.bits.r_step <<= current.extent.bits(23, 16);
  decoder.job.bits.r_wrap <<= current.r_wrap;
  decoder.job.bits.row_step <<= current.step;
  decoder.job.bits.row_carry <<= current.row_carry;
  decoder.job.bits.slice_rows <<= current.slice_rows;
  decoder.job.bits.markers <<= current.markers;
  decoder.job.bits.expected <<= current.entries;
  decoder.job.bits.id <<= current.id;
  const UInt row_beats = name(
      "row_beats", current.extent.bits(23, beat_shift(point)).truncate(row_beats_left.width()));
  when(waiting & (!is_index | decoder.job.ready), [&] {
    begun <<= true;
    words_left <<= current.extent.truncate(words_left.width());
    target <<= current.buffer;
    input_beat <<= first_beat(current.buffer);
    row_beats_left <<= row_beats;
    flag <<= current.step.truncate(flag.width());
    row_nonzero <<= false;
  });

  // Beats to where they belong.
  const Bool open = name("open", begun & !had_last & !io.drain);
  const auto offer = [&](const auto& sink, const Bool& chosen) {
    sink.valid <<= io.beat.valid & open & chosen;
    sink.bits <<= io.beat.bits.data;
  };
  offer(decoder.beat, is_index);
  offer(weights.beat, is_weights);
  offer(parameters.beat, is_parameters);
  decoder.beat_last <<= io.beat.bits.last;
  const Bool accepts = name(
      "accepts", (is_input & input.in.ready) | (is_index & decoder.beat.ready) |
                     (is_weights & weights.beat.ready) | (is_parameters & parameters.beat.ready));
  io.beat.ready <<= io.drain | (open & accepts);
  const Bool taken = name("taken", io.beat.valid & open & accepts);
  when(taken, [&] { had_last <<= io.beat.bits.last; });

  // Input: the beat itself, and at the end of a row whether anything in it was not zero.
  const Bool ends_row = name("ends_row", (row_beats_left == 1) | io.beat.bits.last);
  const Bool nonzero = name("nonzero", row_nonzero | reduce_or(io.beat.bits.data));
  input.in.valid <<= io.beat.valid & open & is_input;
  input.in.bits <<=
      cat(shl(input_beat, beat_shift(point)), io.beat.bits.data, ends_row, flag, nonzero);
  input.flush <<= io.drain;
  when(input.in.fire(), [&] {
    input_beat <<= wrap(input_beat + 1);
    row_beats_left <<= mux(ends_row, row_beats, wrap(row_beats_left - 1));
    row_nonzero <<= nonzero & !ends_row;
    when(ends_row, [&] { flag <<= wrap(flag + 1); });
  });
  auto held = reg<Bool>("held", Reset{0});
  held <<= io.hold;
  input.out.ready <<= !held;
  const Bool written = name("written", input.out.fire());
  BitReader entry(input.out.bits);
  entry.read(io.input_write.bits.byte_address);
  entry.read(io.input_write.bits.data);
  io.input_write.valid <<= written;
  io.flag_write.valid <<= written & entry.take(1).as_bool();
  entry.read(io.flag_write.bits.number);
  entry.read(io.flag_write.bits.nonzero);

  // Words and records; what the last beat holds past the last of them is dropped.
  const Bool wanted = name("wanted", words_left != 0);
  io.weight_write.valid <<= weights.word.valid & wanted & is_weights;
  io.weight_write.bits.word <<= target.truncate(weight_bits(point));
  io.weight_write.bits.data <<= weights.word.bits;
  io.parameter_write.valid <<= parameters.word.valid & wanted & is_parameters;
  io.parameter_write.bits.record <<= target.truncate(record_bits(point));
  io.parameter_write.bits.data <<= parameters.word.bits;
  when((weights.word.valid | parameters.word.valid) & wanted, [&] {
    words_left <<= wrap(words_left - 1);
    target <<= wrap(target + 1);
  });
  io.index_write <<= decoder.write;

  // A command that another unit waits for is complete only when the rows and bitmaps before it are
  // in their buffers.
  const Bool settled = name("settled", decoder.idle & input.empty);
  const Bool complete = name("complete", had_last & (is_input | is_index | !wanted));
  const Bool retire = name("retire", complete & (!current.pushes | settled));
  queue.out.ready <<= retire;
  io.done <<= retire;
  when(retire | io.drain, [&] {
    begun <<= false;
    had_last <<= false;
  });
  weights.flush <<= retire | io.drain;
  parameters.flush <<= retire | io.drain;
  decoder.drop <<= io.drain;
  io.idle <<= queue.empty & settled;

  const Bool bad_beat = name("bad_beat", taken & io.beat.bits.error);
  io.error.valid <<= bad_beat | decoder.error;
  io.error.bits.code <<= mux(bad_beat, u(static_cast<int>(RunError::read_response), 4),
                             u(static_cast<int>(RunError::index_entries), 4));
  io.error.bits.id <<= mux(bad_beat, current.id, decoder.error_id);

  assert_("one_kind_at_a_time",
          !(weights.word.valid & !is_weights) & !(parameters.word.valid & !is_parameters));
}

}  // namespace sd::rtl
