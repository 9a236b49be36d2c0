#include "rtl/accelerator/compute/compute_unit.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/drain_control.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/index_selector.hpp"
#include "rtl/accelerator/compute/job_issuer.hpp"
#include "rtl/accelerator/compute/row_queue.hpp"

namespace sd::rtl {

using namespace hcl;

ComputeUnitIo::ComputeUnitIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<ComputeCommand>("command", point)),
      done(p.output<Bool>("done")),
      steps(p.output<UInt>("steps", 4)),
      stride(p.output<UInt>("stride", 4)),
      input_columns(p.output<UInt>("input_columns", 16)),
      pointwise(p.output<Bool>("pointwise")),
      relu(p.output<Bool>("relu")),
      bypass(output_if<Bool>(point.rebuild, p, "bypass")),
      index_read(p.output<Valid<UInt>>("index_read", index_bits(point))),
      flag_read(
          output_if<Valid<UInt>>(point.skip_activation_rows, p, "flag_read", flag_bits(point))),
      parameter_read(p.output<Valid<UInt>>("parameter_read", record_bits(point))),
      weight_read(p.output<Valid<UInt>>("weight_read", weight_bits(point))),
      input_read(p.output<Valid<InputRead>>("input_read", point)),
      index_data(p.input<UInt>("index_data", entry_bits)),
      flag(input_if<Bool>(point.skip_activation_rows, p, "flag")),
      issue(p.output<UInt>("issue", point.lines)),
      tag(p.output<Bool>("tag")),
      load(p.output<UInt>("load", point.lines)),
      piece_load(p.output<UInt>("piece_load", point.lines)),
      piece(p.output<UInt>("piece", step_bits(point))),
      piece_last(p.output<Bool>("piece_last")),
      free(p.input<UInt>("free", point.lines)),
      basis_load(output_if<Valid<UInt>>(point.rebuild, p, "basis_load", basis_index_bits(point))),
      shift_load(output_if<Valid<UInt>>(point.rebuild, p, "shift_load", slice_number_bits(point))),
      valid0(p.output<UInt>("valid0", point.macs)),
      valid1(p.output<UInt>("valid1", point.macs)),
      merge_allowed(p.output<Bool>("merge_allowed")),
      merge_wanted(p.input<Bool>("merge_wanted")),
      settled(p.input<Bool>("settled")),
      clear(p.output<Bool>("clear")),
      products(p.input<UInt>("products", bits_for(point.lines * point.macs))),
      operations(p.input<UInt>("operations", bits_for(point.lines * point.macs))),
      filled(input_if<UInt>(point.rebuild, p, "filled", bits_for(point.lines))),
      drain(p.output<Bool>("drain")),
      channel(p.output<UInt>("channel", slice_number_bits(point))),
      channel_lanes(p.output<UInt>("channel_lanes", lane_count_bits(point))),
      output_write(p.output<Valid<UInt>>("output_write", output_bits(point))),
      events(p.output<ComputeEvents>("events", point)) {}

ComputeUnit::ComputeUnit(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("compute_unit")
                 .about("COMPUTE: segments, jobs, and the taking of their sums."),
             point) {
  // One command at a time, kept until it is done.
  auto layer = reg<ComputeCommand>("layer", no_reset, point);
  auto busy = reg<Bool>("busy", Reset{0});
  auto start = reg<Bool>("start", Reset{0});
  io.command.ready <<= ~busy;
  start <<= io.command.fire();
  when(io.command.fire(), [&] {
    layer <<= io.command.bits;
    busy <<= true;
  }).elsewhen(io.done, [&] { busy <<= false; });
  io.steps <<= layer.steps;
  io.stride <<= layer.stride;
  io.input_columns <<= layer.input_columns;
  io.pointwise <<= layer.mode == static_cast<int>(ComputeMode::pointwise);
  io.relu <<= layer.relu;
  if (point.rebuild) *io.bypass <<= layer.bypass;

  auto selector = instance<IndexSelector>("u_selector", point);
  auto queue = instance<RowQueue>("u_queue", point);
  auto issuer = instance<JobIssuer>("u_issuer", point);
  auto drain = instance<DrainControl>("u_drain", point);
  selector.start <<= start;
  selector.command <<= layer;
  selector.index_data <<= io.index_data;
  io.index_read <<= selector.index_read;
  if (point.skip_activation_rows) {
    *selector.flag <<= *io.flag;
    *io.flag_read <<= *selector.flag_read;
  }
  queue.in <<= selector.rows;
  issuer.rows <<= queue.out;
  issuer.command <<= layer;
  issuer.free <<= io.free;
  io.issue <<= issuer.issue;
  io.tag <<= issuer.tag;
  io.weight_read <<= issuer.weight_read;
  io.input_read <<= issuer.input_read;
  io.load <<= issuer.load;
  io.piece_load <<= issuer.piece_load;
  io.piece <<= issuer.piece;
  io.piece_last <<= issuer.piece_last;
  const auto mask = [&](const UInt& lanes) {
    std::vector<UInt> valid;
    for (int lane = 0; lane < point.macs; ++lane) valid.push_back((lanes > lane).as_uint());
    return pack_low_first(valid);
  };
  io.valid0 <<= mask(issuer.lanes0);
  io.valid1 <<= mask(issuer.lanes1);

  // Each slice's shift comes from its filter's record, before the first job.
  Bool shifts_ready = b(true);
  io.parameter_read.valid <<= drain.parameter_read.valid;
  io.parameter_read.bits <<= drain.parameter_read.bits;
  if (point.rebuild) {
    *io.basis_load <<= *issuer.basis_load;
    auto fetching = reg<Bool>("fetching", Reset{0});
    auto fetched = reg<Bool>("fetched", Reset{0});
    auto fetch_slice = reg<UInt>("fetch_slice", no_reset, slice_number_bits(point));
    auto fetched_slice = reg<UInt>("fetched_slice", no_reset, slice_number_bits(point));
    const Bool last_fetch = name("last_fetch", fetch_slice + 1 == layer.active_slices);
    when(start, [&] {
      fetching <<= ~layer.bypass;
      fetch_slice <<= 0;
    }).elsewhen(fetching, [&] {
      fetching <<= ~last_fetch;
      fetch_slice <<= wrap(fetch_slice + 1);
    });
    when(fetching, [&] {
      io.parameter_read.valid <<= true;
      io.parameter_read.bits <<=
          wrap(layer.parameter_record.extend(std::max(record_bits(point), fetch_slice.width())) +
               fetch_slice)
              .truncate(record_bits(point));
    });
    fetched <<= fetching;
    fetched_slice <<= fetch_slice;
    io.shift_load->valid <<= fetched;
    io.shift_load->bits <<= fetched_slice;
    shifts_ready = name("shifts_ready", ~fetching & ~fetched);
  }
  issuer.shifts_ready <<= shifts_ready;

  // The drain registers gather the closed segment, or are emptied of the one before it.
  const Bool complete = name("complete", issuer.closed & io.settled);
  const Bool take = name("take", complete & drain.ready & shifts_ready);
  issuer.take <<= take;
  io.merge_allowed <<= ~drain.valid;
  io.clear <<= drain.clear;
  drain.start <<= start;
  drain.command <<= layer;
  drain.take <<= take;
  drain.last <<= issuer.closed_last;
  drain.lanes <<= mux(issuer.tag, issuer.lanes0, issuer.lanes1);
  io.drain <<= drain.valid;
  io.channel <<= drain.channel;
  io.channel_lanes <<= drain.channel_lanes;
  io.output_write <<= drain.write;
  io.done <<= drain.done;

  // Counters. The sums over the array are registered before they are scaled to all slices.
  auto products = reg<UInt>("products", Reset{0}, io.products.width());
  auto operations = reg<UInt>("operations", Reset{0}, io.operations.width());
  products <<= io.products;
  operations <<= io.operations;
  const ComputeEvents& events = io.events;
  events.macs <<= (products * layer.active_slices).truncate(events.macs.width());
  events.mac_active <<= (operations * layer.active_slices).truncate(events.mac_active.width());
  if (point.rebuild) {
    auto filled = reg<UInt>("filled", Reset{0}, io.filled->width());
    filled <<= *io.filled;
    const UInt rebuilt =
        (filled * layer.active_slices).extend(filled.width() + slice_count_bits(point) + 8);
    events.weights_rebuilt <<= rebuilt.truncate(events.weights_rebuilt.width());
  } else {
    events.weights_rebuilt <<= 0;
  }
  events.rows_executed <<= io.issue != 0;
  events.rows_skipped_weight <<= selector.rows_not_stored;
  events.rows_skipped_activation <<= selector.row_dropped;
  events.input_buffer_reads <<= issuer.input_read.valid & ~issuer.input_read.bits.zero;
  events.weight_buffer_reads <<= issuer.weight_read.valid;
  events.index_buffer_reads <<= selector.index_read.valid;
  events.output_buffer_writes <<= drain.write.valid;
  events.outputs <<= drain.outputs;
  events.select_stall_cycles <<= issuer.stall;
  events.drain_stall_cycles <<= drain.valid & (io.merge_wanted | (complete & ~drain.ready));
  events.compute_busy_cycles <<= busy;

  assert_("segments_to_compute",
          implies(start, (layer.output_rows != 0) & (layer.output_pitch != 0)));
  assert_("slices_in_range",
          implies(busy, (layer.active_slices != 0) & (layer.active_slices <= point.slices)));
  assert_("steps_in_range", implies(busy, (layer.steps != 0) & (layer.steps <= point.columns)));
}

}  // namespace sd::rtl
