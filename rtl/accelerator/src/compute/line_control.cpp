#include "rtl/accelerator/compute/line_control.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/booth_recoder.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/segment_register.hpp"

namespace sd::rtl {

using namespace hcl;

LineControlIo::LineControlIo(Ports& p, const design::DesignPoint& point)
    : steps(p.input<UInt>("steps", 4)),
      stride(p.input<UInt>("stride", 4)),
      pointwise(p.input<Bool>("pointwise")),
      bypass(input_if<Bool>(point.rebuild, p, "bypass")),
      valid0(p.input<UInt>("valid0", point.macs)),
      valid1(p.input<UInt>("valid1", point.macs)),
      issue(p.input<Bool>("issue")),
      tag(p.input<Bool>("tag")),
      load(p.input<Bool>("load")),
      piece_load(p.input<Bool>("piece_load")),
      piece(p.input<UInt>("piece", step_bits(point))),
      piece_last(p.input<Bool>("piece_last")),
      segment(p.input<UInt>("segment", window_bytes(point) * 8)),
      free(p.output<Bool>("free")),
      current(p.output<Bool>("current")),
      merge_request(p.output<Bool>("merge_request")),
      merge(p.input<Bool>("merge")),
      controls(p.output<LineControls>("controls", point)),
      products(p.output<UInt>("products", lane_count_bits(point))),
      operations(p.output<UInt>("operations", lane_count_bits(point))),
      filled(output_if<Bool>(point.rebuild, p, "filled")) {}

LineControl::LineControl(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("line_control").about("Control of one line, shared by all slices."),
             point) {
  const int columns = point.columns;
  const int index_bits = run_index_bits(point);

  // The job that waits, and the job that runs. `run_bank` is the bank of the job that was started
  // last.
  auto pending = reg<Bool>("pending", Reset{0});
  auto pending_tag = reg<Bool>("pending_tag", no_reset);
  auto current = reg<Bool>("current", Reset{0});
  auto dirty = reg<Bool>("dirty", Reset{0});
  auto loaded = reg<Bool>("loaded", no_reset);
  auto running = reg<Bool>("running", Reset{0});
  auto run_bank = reg<Bool>("run_bank", Reset{0});
  auto step = reg<UInt>("step", no_reset, step_bits(point));
  auto run_index = reg<UInt>("run_index", no_reset, index_bits);

  auto lanes_done = wire<Bool>("lanes_done");
  const Bool advance = name("advance", running & lanes_done);
  const Bool finish = name("finish", advance & (step == wrap(io.steps - 1)));
  // Segments: a line without sums goes on by itself.
  const Bool left =
      name("left", (current != io.tag) & ~running & ~(pending & (pending_tag == current)));
  const Bool current_next = name("current_next", current ^ (left & (~dirty | io.merge)));
  const Bool start =
      name("start", pending & loaded & (pending_tag == current_next) & (~running | finish));
  current <<= current_next;
  when(start, [&] { dirty <<= true; }).elsewhen(io.merge, [&] { dirty <<= false; });
  io.current <<= current;
  io.merge_request <<= left & dirty;
  io.controls.clear <<= io.merge;
  const UInt valid = name("valid", mux(current, io.valid1, io.valid0));

  when(io.issue, [&] {
    pending <<= true;
    pending_tag <<= io.tag;
    loaded <<= false;
  }).elsewhen(start, [&] {
      pending <<= false;
    }).elsewhen(io.piece_load & io.piece_last, [&] { loaded <<= true; });
  when(start, [&] {
    running <<= true;
    run_bank <<= ~run_bank;
    step <<= 0;
    run_index <<= mux(run_bank, u(0, index_bits), u(columns, index_bits));
  }).elsewhen(finish, [&] {
      running <<= false;
    }).elsewhen(advance, [&] {
    step <<= wrap(step + 1);
    run_index <<= wrap(run_index + 1);
  });
  io.products <<= mux(advance, popcount(valid), u(0, lane_count_bits(point)));
  io.controls.load <<= io.load;
  io.controls.run_index <<= run_index;

  if (point.rebuild) {
    // A row loaded in cycle t is rebuilt from t + 1 on, one column a cycle, into the bank that does
    // not run.
    auto fill = reg<Bool>("fill", Reset{0});
    auto column = reg<UInt>("column", no_reset, step_bits(point));
    auto fill_bank = reg<Bool>("fill_bank", no_reset);
    when(io.load, [&] {
      fill <<= true;
      column <<= io.piece;
      when(io.piece == 0, [&] { fill_bank <<= ~run_bank; });
    }).elsewhen(*io.bypass | (column == wrap(io.steps - 1)), [&] {
        fill <<= false;
      }).otherwise([&] { column <<= wrap(column + 1); });
    std::vector<UInt> mask;
    for (int bank = 0; bank < 2; ++bank)
      for (int c = 0; c < columns; ++c) {
        const Bool here = name("fill_bank" + std::to_string(bank) + "_column" + std::to_string(c),
                               (fill_bank == (bank == 1)) & (column == c));
        mask.push_back(mux(here, u(0xff, 8), u(0, 8)));
      }
    *io.controls.fill <<= fill;
    *io.controls.column <<= column;
    *io.controls.fill_mask <<= pack_low_first(mask);
    *io.filled <<= fill & ~*io.bypass;
    // A word taken now loads two cycles from now: by then the row before it must be rebuilt.
    io.free <<= ~pending & (~fill | *io.bypass | (column + 2 >= io.steps));
    assert_("bank_not_running", ~(fill & running & (fill_bank == run_bank)) | (column > step));
  } else {
    *io.controls.bank <<= ~run_bank;
    io.free <<= ~pending;
  }

  auto segment = instance<SegmentRegister>("u_segment", point);
  segment.load <<= io.piece_load;
  segment.chunk <<= io.piece;
  segment.segment <<= io.segment;
  segment.start <<= start;
  segment.move <<= advance;
  segment.stride <<= io.stride;
  segment.pointwise <<= io.pointwise;

  std::vector<UInt> enables;
  if (point.mac_kind == design::MacKind::parallel) {
    lanes_done <<= true;
    for (int lane = 0; lane < point.macs; ++lane) {
      (*io.controls.activation)[lane] <<= segment.taps[lane].as_sint();
      enables.push_back((running & valid.bit(lane)).as_uint());
    }
  } else {
    std::vector<UInt> negate;
    Bool all_last = b(true);
    for (int lane = 0; lane < point.macs; ++lane) {
      const std::string number = std::to_string(lane);
      auto taken = reg<UInt>("taken" + number, no_reset, 4);
      auto recoder = instance<BoothRecoder>("u_recoder" + number);
      recoder.activation <<= segment.taps[lane];
      recoder.taken <<= taken;
      when(start | advance, [&] { taken <<= 0; }).elsewhen(running, [&] {
        taken <<= recoder.taken_after;
      });
      enables.push_back((running & valid.bit(lane) & recoder.digit).as_uint());
      negate.push_back(recoder.negate.as_uint());
      (*io.controls.shift)[lane] <<= recoder.shift;
      all_last = all_last & (recoder.last | ~valid.bit(lane));
    }
    lanes_done <<= all_last;
    *io.controls.negate <<= pack_low_first(negate);
  }
  const UInt enable = name("enable", pack_low_first(enables));
  io.controls.enable <<= enable;
  io.operations <<= popcount(enable);

  assert_("merge_only_requested", implies(io.merge, left & dirty));
  assert_("issued_only_when_free", implies(io.issue, ~pending));
  assert_("loaded_only_for_a_job", ~(io.load | io.piece_load) | pending | running);
}

}  // namespace sd::rtl
