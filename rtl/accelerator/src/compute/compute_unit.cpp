#include "rtl/accelerator/compute/compute_unit.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/drain_control.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/index_selector.hpp"
#include "rtl/accelerator/compute/job_issuer.hpp"
#include "rtl/accelerator/compute/row_queue.hpp"
#include "rtl/accelerator/compute/shift_fetch.hpp"

namespace sd::rtl {

using namespace hcl;

ComputeUnitEvents::ComputeUnitEvents(Fields& f, const design::DesignPoint& point)
    : macs(f.field<UInt>("macs", bits_for(point.total_macs()))),
      mac_active(f.field<UInt>("mac_active", bits_for(point.total_macs()))),
      rows_executed(f.field<Bool>("rows_executed")),
      rows_skipped_weight(f.field<UInt>("rows_skipped_weight", 16)),
      rows_skipped_activation(f.field<Bool>("rows_skipped_activation")),
      weight_buffer_reads(f.field<Bool>("weight_buffer_reads")),
      index_buffer_reads(f.field<Bool>("index_buffer_reads")),
      weights_rebuilt(f.field<UInt>("weights_rebuilt", bits_for(point.slices * point.columns))),
      outputs(f.field<UInt>("outputs", lane_count_bits(point))),
      residual_outputs(f.field<UInt>("residual_outputs", lane_count_bits(point))),
      select_stall_cycles(f.field<Bool>("select_stall_cycles")),
      drain_stall_cycles(f.field<Bool>("drain_stall_cycles")) {}

ComputeUnitIo::ComputeUnitIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<ComputeCommand>("command", point)),
      idle(p.output<Bool>("idle")),
      done(p.output<Bool>("done")),
      index_read(p.output<Valid<UInt>>("index_read", index_bits(point))),
      index_data(p.input<UInt>("index_data", entry_bits)),
      flag_read(
          output_if<Valid<UInt>>(point.skip_activation_rows, p, "flag_read", flag_bits(point))),
      flags(input_if<UInt>(point.skip_activation_rows, p, "flags", point.block_segments)),
      parameter_read(p.output<Valid<UInt>>("parameter_read", record_bits(point))),
      parameter_data(p.input<UInt>("parameter_data", 64)),
      weight_read(p.output<Valid<UInt>>("weight_read", weight_bits(point))),
      input_read(p.output<Valid<InputRead>>("input_read", point)),
      slots(p.input<UInt>("slots", point.block_segments * slot_bits(point))),
      config(p.output<Vec<BlockConfig>>("config", 2, point)),
      tag(p.output<Bool>("tag")),
      issue(p.output<JobIssue>("issue", point)),
      word_load(p.output<WordLoad>("word_load", point)),
      piece_load(p.output<PieceLoad>("piece_load", point)),
      free(p.input<UInt>("free", point.lines)),
      basis_load(output_if<Valid<UInt>>(point.rebuild, p, "basis_load", basis_index_bits(point))),
      shift_load(output_if<Valid<UInt>>(point.rebuild, p, "shift_load", slice_number_bits(point))),
      rebuilding(input_if<Bool>(point.rebuild, p, "rebuilding")),
      bank_free(p.output<UInt>("bank_free", 2)),
      settled(p.input<Bool>("settled")),
      merge_wanted(p.input<Bool>("merge_wanted")),
      release(p.output<Valid<Bool>>("release")),
      products(p.input<UInt>("products", bits_for(point.lines * point.macs))),
      operations(p.input<UInt>("operations", bits_for(point.lines * point.macs))),
      drain(p.output<Bool>("drain")),
      drain_bank(p.output<Bool>("drain_bank")),
      drain_segment(p.output<UInt>("drain_segment", segment_bits(point))),
      drain_channel(p.output<UInt>("drain_channel", slice_number_bits(point))),
      record(p.output<UInt>("record", 64)),
      lanes(p.output<UInt>("lanes", lane_count_bits(point))),
      relu(p.output<Bool>("relu")),
      residual(p.output<Bool>("residual")),
      residual_relu(p.output<Bool>("residual_relu")),
      residual_data(p.output<UInt>("residual_data", point.macs * 8)),
      residual_shift(p.output<UInt>("residual_shift", 6)),
      own_multiplier(p.output<UInt>("own_multiplier", 15)),
      residual_multiplier(p.output<UInt>("residual_multiplier", 15)),
      output_write(p.output<Valid<UInt>>("output_write", output_bits(point))),
      local_write(p.output<Valid<UInt>>("local_write", input_word_bits(point))),
      local_flag(p.output<UInt>("local_flag", flag_bits(point))),
      first_of_row(p.output<Bool>("first_of_row")),
      hold(p.output<Bool>("hold")),
      events(p.output<ComputeUnitEvents>("events", point)) {}

ComputeUnit::ComputeUnit(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("compute_unit")
                 .about("COMPUTE: blocks, jobs, and the draining of their sums."),
             point) {
  auto selector = instance<IndexSelector>("u_selector", point);
  auto queue = instance<RowQueue>("u_queue", point);
  auto issuer = instance<JobIssuer>("u_issuer", point);
  auto drain = instance<DrainControl>("u_drain", point);

  // The selector's command, from its acceptance until its last entry is walked and the issuer has
  // it too.
  auto selected = reg<ComputeCommand>("selected", no_reset, point);
  auto held = reg<Bool>("held", Reset{0});
  auto started = reg<Bool>("started", no_reset);
  auto handed_on = reg<Bool>("handed_on", no_reset);
  auto in_flight = reg<UInt>("in_flight", Reset{0}, 3);
  const Bool start = name("start", held & ~started & (~selected.fence | (in_flight == 1)));
  // The issuer's: its rows come behind the last row of the command before.
  auto issued = reg<ComputeCommand>("issued", no_reset, point);
  auto issuing = reg<Bool>("issuing", Reset{0});
  drain.command.valid <<= held & started & ~handed_on & (~issuing | issuer.finished);
  drain.command.bits <<= selected;
  const Bool hand_on = name("hand_on", drain.command.fire());

  io.command.ready <<= ~held | (started & handed_on & selector.idle);
  const Bool accept = name("accept", io.command.fire());
  when(accept, [&] {
    selected <<= io.command.bits;
    held <<= true;
    started <<= false;
    handed_on <<= false;
  }).otherwise([&] {
    when(start, [&] { started <<= true; });
    when(hand_on, [&] { handed_on <<= true; });
  });
  when(hand_on, [&] {
    issued <<= selected;
    issuing <<= true;
  }).elsewhen(issuer.finished, [&] { issuing <<= false; });
  when(accept & ~drain.done, [&] {
    in_flight <<= wrap(in_flight + 1);
  }).elsewhen(~accept & drain.done, [&] { in_flight <<= wrap(in_flight - 1); });
  io.idle <<= in_flight == 0;
  io.done <<= drain.done;

  selector.start <<= start;
  selector.command <<= selected;
  selector.index_data <<= io.index_data;
  io.index_read <<= selector.index_read;
  if (point.skip_activation_rows) {
    *selector.flags <<= *io.flags;
    *io.flag_read <<= *selector.flag_read;
  }
  queue.in <<= selector.rows;
  issuer.rows.valid <<= queue.out.valid & issuing;
  issuer.rows.bits <<= queue.out.bits;
  queue.out.ready <<= issuer.rows.ready & issuing;
  issuer.command <<= issued;
  issuer.free <<= io.free;
  io.issue <<= issuer.issue;
  io.tag <<= issuer.tag;
  io.config <<= issuer.config;
  io.weight_read <<= issuer.weight_read;
  io.word_load <<= issuer.word_load;
  io.piece_load <<= issuer.piece_load;

  // The input buffer's read port: the drain's residuals first.
  issuer.input_read.ready <<= ~drain.residual_read.valid;
  io.input_read.valid <<= issuer.input_read.valid | drain.residual_read.valid;
  io.input_read.bits <<=
      mux(drain.residual_read.valid, drain.residual_read.bits, issuer.input_read.bits);
  drain.slots <<= io.slots;

  // The parameter buffer's: the drain's records first, then the shifts.
  Bool shifts_ready = b(true);
  drain.parameter_data <<= io.parameter_data;
  if (point.rebuild) {
    auto shifts = instance<ShiftFetch>("u_shifts", point);
    shifts.start <<= hand_on;
    shifts.needed <<= ~selected.bypass;
    shifts.record <<= selected.parameter_record;
    shifts.slices <<= selected.active_slices;
    shifts.allowed <<= ~*io.rebuilding & ~drain.parameter_read.valid;
    *io.shift_load <<= shifts.load;
    *io.basis_load <<= *issuer.basis_load;
    io.parameter_read.valid <<= drain.parameter_read.valid | shifts.read.valid;
    io.parameter_read.bits <<=
        mux(drain.parameter_read.valid, drain.parameter_read.bits, shifts.read.bits);
    shifts_ready = name("shifts_loaded", shifts.ready);
  } else {
    io.parameter_read <<= drain.parameter_read;
  }

  // Counters. The sums over the array are registered before they are scaled to all slices, by the
  // number that was right when the jobs were issued.
  const bool some_slices = point.slices > 1;
  const UInt slices = some_slices ? reg<UInt>("slices", Reset{1}, slice_count_bits(point))
                                  : u(1, slice_count_bits(point));
  const Bool slices_agree =
      name("slices_agree", some_slices ? slices == issued.active_slices : b(true));
  if (some_slices)
    when(issuing & ~slices_agree & io.settled, [&] { slices <<= issued.active_slices; });
  issuer.jobs_allowed <<= shifts_ready & slices_agree;
  auto products = reg<UInt>("products", Reset{0}, io.products.width());
  auto operations = reg<UInt>("operations", Reset{0}, io.operations.width());
  products <<= io.products;
  operations <<= io.operations;
  const ComputeUnitEvents& events = io.events;
  const auto scaled = [&](const UInt& value, const UInt& counter) {
    const UInt product = value * slices;
    return product.width() > counter.width() ? product.truncate(counter.width()) : product;
  };
  events.macs <<= scaled(products, events.macs);
  events.mac_active <<= scaled(operations, events.mac_active);
  const Bool job = name("job", io.issue.line != 0);
  if (point.rebuild)
    events.weights_rebuilt <<=
        mux(job & ~issued.bypass, scaled(issued.steps, events.weights_rebuilt),
            u(0, events.weights_rebuilt.width()));
  else
    events.weights_rebuilt <<= 0;
  events.rows_executed <<= job;
  events.rows_skipped_weight <<= selector.rows_not_stored;
  events.rows_skipped_activation <<= selector.row_dropped;
  events.weight_buffer_reads <<= issuer.weight_read.valid;
  events.index_buffer_reads <<= selector.index_read.valid;
  events.outputs <<= drain.outputs;
  events.residual_outputs <<= drain.residual_outputs;
  events.select_stall_cycles <<= issuer.stall;
  events.drain_stall_cycles <<= io.merge_wanted;

  // Banks of drain registers: a block's is its tag. A bank belongs to the drain from the cycle in
  // which it takes the block until it releases it.
  auto busy = reg<UInt>("busy", Reset{0}, 2);
  const Bool bank = name("bank", ~issuer.tag);
  const Bool bank_busy = mux(bank, busy.bit(1), busy.bit(0));
  drain.block.valid <<= issuer.closed & io.settled & ~bank_busy;
  drain.block.bits <<= bank;
  const Bool take = name("take", drain.block.fire());
  issuer.take <<= take;
  const auto bit_of = [](const Bool& wanted, const Bool& number) {
    return cat(wanted & number, wanted & ~number);
  };
  busy <<= (busy & ~bit_of(drain.release.valid, drain.release.bits)) | bit_of(take, bank);
  io.bank_free <<= ~busy;
  io.release <<= drain.release;
  io.drain <<= drain.valid;
  io.drain_bank <<= drain.bank;
  io.drain_segment <<= drain.segment;
  io.drain_channel <<= drain.channel;
  io.record <<= drain.record;
  io.lanes <<= drain.lanes;
  io.relu <<= drain.relu;
  io.residual <<= drain.residual;
  io.residual_relu <<= drain.residual_relu;
  io.residual_data <<= drain.residual_data;
  io.residual_shift <<= drain.residual_shift;
  io.own_multiplier <<= drain.own_multiplier;
  io.residual_multiplier <<= drain.residual_multiplier;
  io.output_write <<= drain.output_write;
  io.local_write <<= drain.local_write;
  io.local_flag <<= drain.local_flag;
  io.first_of_row <<= drain.first_of_row;
  io.hold <<= drain.hold;

  assert_("in_flight_in_range", in_flight <= 4);
  assert_("done_only_of_a_command", implies(drain.done, in_flight != 0));
  assert_("release_only_of_a_busy_bank",
          implies(drain.release.valid, mux(drain.release.bits, busy.bit(1), busy.bit(0))));
  assert_("blocks_to_compute",
          implies(start, (selected.output_rows != 0) & (selected.output_pitch != 0)));
  assert_("slices_in_range",
          implies(held, (selected.active_slices != 0) & (selected.active_slices <= point.slices)));
  assert_("steps_in_range",
          implies(held, (selected.steps != 0) & (selected.steps <= point.columns)));
}

}  // namespace sd::rtl
