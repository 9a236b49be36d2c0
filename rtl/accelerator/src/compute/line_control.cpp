#include "rtl/accelerator/compute/line_control.hpp"

#include "compute/optional_ports.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/booth_recoder.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/segment_register.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

bool is_booth(const design::DesignPoint& point) {
  return point.mac_kind == design::MacKind::booth_serial;
}

}  // namespace

LineConfig::LineConfig(Fields& f, const design::DesignPoint& point)
    : last_step(f.field<UInt>("last_step", step_bits(point))),
      stride(f.field<UInt>("stride", 4)),
      gather(f.field<Bool>("gather")),
      bypass(field_if<Bool>(point.rebuild, f, "bypass")),
      tail_segments(f.field<UInt>("tail_segments", point.block_segments)),
      tail_lanes(f.field<UInt>("tail_lanes", lane_count_bits(point))),
      tail_mask(field_if<UInt>(is_booth(point), f, "tail_mask", point.macs)) {}

LineControlIo::LineControlIo(Ports& p, const design::DesignPoint& point)
    : config(p.input<Vec<LineConfig>>("config", 2, point)),
      tag(p.input<Bool>("tag")),
      issue(p.input<Bool>("issue")),
      issue_segments(p.input<UInt>("issue_segments", point.block_segments)),
      word_load(p.input<Bool>("word_load")),
      word_step(p.input<UInt>("word_step", step_bits(point))),
      piece_load(p.input<Bool>("piece_load")),
      piece_segments(p.input<UInt>("piece_segments", point.block_segments)),
      piece_step(p.input<UInt>("piece_step", step_bits(point))),
      piece_last(p.input<Bool>("piece_last")),
      activations(p.input<UInt>("activations", point.block_segments * slot_bits(point))),
      free(p.output<Bool>("free")),
      current(p.output<Bool>("current")),
      touched(p.output<UInt>("touched", point.block_segments)),
      merge_request(p.output<Bool>("merge_request")),
      merge(p.input<Bool>("merge")),
      unmerged(p.input<UInt>("unmerged", point.block_segments)),
      controls(p.output<LineControls>("controls", point)),
      products(p.output<UInt>("products", lane_count_bits(point))),
      operations(p.output<UInt>("operations", lane_count_bits(point))),
      filled(output_if<Bool>(point.rebuild, p, "filled")) {}

LineControl::LineControl(Context& at, const design::DesignPoint& point)
    : Module(at, ModuleName("line_control").about("Control of one line, shared by all slices."),
             point) {
  const int index_bits = run_index_bits(point), segments = point.block_segments;

  // The job that waits, and the job that runs. `run_bank` is the bank of the job that was started
  // last; the one that waits has the other.
  auto pending = reg<Bool>("pending", Reset{0});
  auto pending_tag = reg<Bool>("pending_tag", no_reset);
  auto pending_segments = reg<UInt>("pending_segments", no_reset, segments);
  auto words_in = reg<Bool>("words_in", no_reset);
  auto pieces_in = reg<Bool>("pieces_in", no_reset);
  auto running = reg<Bool>("running", Reset{0});
  auto run_bank = reg<Bool>("run_bank", Reset{0});
  auto step = reg<UInt>("step", no_reset, step_bits(point));
  auto run_index = reg<UInt>("run_index", no_reset, index_bits);
  auto segment = reg<UInt>("segment", no_reset, segment_bits(point));
  auto active = reg<UInt>("active", no_reset, segments);    // the same, one bit a segment
  auto to_come = reg<UInt>("to_come", no_reset, segments);  // segments of the job after it
  // Blocks.
  auto current = reg<Bool>("current", Reset{0});
  auto fresh = reg<UInt>("fresh", Reset{(1 << segments) - 1}, segments);  // without sums

  const auto of_block = [&](const Bool& tag, auto field) {
    return mux(tag, field(io.config[1]), field(io.config[0]));
  };
  const UInt last_step =
      name("last_step", of_block(current, [](const LineConfig& c) { return c.last_step; }));
  const Bool gather = of_block(current, [](const LineConfig& c) { return c.gather; });
  const UInt tail_segments = of_block(current, [](const LineConfig& c) { return c.tail_segments; });
  const UInt tail_lanes = of_block(current, [](const LineConfig& c) { return c.tail_lanes; });

  auto lanes_done = wire<Bool>("lanes_done");
  const Bool work = name("work", running & ((io.unmerged & active) == 0));
  const Bool advance = name("advance", work & lanes_done);
  const Bool segment_done = name("segment_done", advance & (step == last_step));
  const Bool more = name("more", to_come != 0);
  const Bool finish = name("finish", segment_done & ~more);

  const Bool dirty = name("dirty", ~reduce_and(fresh));
  const Bool left =
      name("left", (current != io.tag) & ~running & ~(pending & (pending_tag == current)));
  const Bool current_next = name("current_next", current ^ (left & (~dirty | io.merge)));
  const Bool start = name("start", pending & words_in & pieces_in & (pending_tag == current_next) &
                                       (~running | finish));
  current <<= current_next;
  when(io.merge, [&] { fresh <<= u((1 << segments) - 1, segments); }).elsewhen(work, [&] {
    fresh <<= fresh & ~active;
  });
  io.current <<= current;
  io.touched <<= ~fresh;
  io.merge_request <<= left & dirty;

  // The job that waits.
  const Bool load_gather =
      name("load_gather", of_block(pending_tag, [](const LineConfig& c) { return c.gather; }));
  Bool last_word = io.word_load;
  if (point.rebuild) {
    const Bool bypass = of_block(pending_tag, [](const LineConfig& c) { return *c.bypass; });
    const UInt last = of_block(pending_tag, [](const LineConfig& c) { return c.last_step; });
    last_word = last_word & (~bypass | (io.word_step == last));
  }
  when(io.issue, [&] {
    pending <<= true;
    pending_tag <<= io.tag;
    pending_segments <<= io.issue_segments;
    words_in <<= false;
    pieces_in <<= false;
  }).otherwise([&] {
    when(start, [&] { pending <<= false; });
    when(last_word, [&] { words_in <<= true; });
    when(io.piece_load & io.piece_last, [&] { pieces_in <<= true; });
  });

  // The job that runs: segment by segment.
  const Bool enter = name("enter", start | (segment_done & more));
  const Bool enter_bank = name("enter_bank", run_bank ^ start);
  const UInt candidates = name("candidates", mux(start, pending_segments, to_come));
  const UInt chosen = name("chosen", lowest_set(candidates));
  const UInt enter_segment =
      name("enter_segment", one_hot_number(chosen).truncate(segment_bits(point)));
  when(enter, [&] {
    running <<= true;
    run_bank <<= enter_bank;
    segment <<= enter_segment;
    active <<= chosen;
    to_come <<= candidates & ~chosen;
    step <<= 0;
    run_index <<= mux(enter_bank, u(point.columns, index_bits), u(0, index_bits));
  }).elsewhen(finish, [&] {
      running <<= false;
    }).elsewhen(advance, [&] {
    step <<= wrap(step + 1);
    run_index <<= wrap(run_index + 1);
  });
  const Bool tail = name("tail", (tail_segments & active) != 0);
  const UInt lanes = mux(tail, tail_lanes, u(point.macs, lane_count_bits(point)));
  io.products <<= mux(advance, lanes, u(0, lane_count_bits(point)));
  io.controls.load <<= io.word_load;
  io.controls.run_index <<= run_index;
  io.controls.enable <<= work;
  io.controls.replace <<= (fresh & active) != 0;
  io.controls.segment <<= segment;

  if (point.rebuild) {
    // A row loaded in cycle t is rebuilt from t + 1 on, one column a cycle, into the bank that
    // waits.
    auto fill = reg<Bool>("fill", Reset{0});
    auto fill_bypass = reg<Bool>("fill_bypass", no_reset);
    auto fill_last = reg<UInt>("fill_last", no_reset, step_bits(point));
    auto column = reg<UInt>("column", no_reset, step_bits(point));
    auto fill_index = reg<UInt>("fill_index", no_reset, index_bits);
    when(io.word_load, [&] {
      fill <<= true;
      fill_bypass <<= of_block(pending_tag, [](const LineConfig& c) { return *c.bypass; });
      fill_last <<= of_block(pending_tag, [](const LineConfig& c) { return c.last_step; });
      column <<= io.word_step;
      fill_index <<=
          wrap(mux(run_bank, u(0, index_bits), u(point.columns, index_bits)) + io.word_step);
    }).elsewhen(fill_bypass | (column == fill_last), [&] {
        fill <<= false;
      }).otherwise([&] {
      column <<= wrap(column + 1);
      fill_index <<= wrap(fill_index + 1);
    });
    *io.controls.fill <<= fill;
    *io.controls.fill_bypass <<= fill_bypass;
    *io.controls.fill_column <<= column;
    *io.controls.fill_index <<= fill_index;
    *io.filled <<= fill & ~fill_bypass;
    // A word taken now loads two cycles from now: by then the row before it must be rebuilt.
    io.free <<= ~pending & (~fill | fill_bypass | (column + 1 >= fill_last));
    const Bool same_bank = (fill_index >= point.columns) == (run_index >= point.columns);
    assert_("column_ahead_of_step", ~(fill & running & same_bank) | (column > step));
  } else {
    *io.controls.load_bank <<= ~run_bank;
    io.free <<= ~pending;
  }

  auto activations = instance<SegmentRegister>("u_segments", point);
  activations.load <<= io.piece_load;
  activations.load_bank <<= ~run_bank;
  activations.load_gather <<= load_gather;
  activations.load_segments <<= io.piece_segments;
  activations.load_step <<= io.piece_step;
  activations.slots <<= io.activations;
  activations.enter <<= enter;
  activations.enter_bank <<= enter_bank;
  activations.enter_segment <<= enter_segment;
  activations.move <<= advance;
  activations.gather <<= gather;
  activations.stride <<= of_block(current, [](const LineConfig& c) { return c.stride; });

  if (!is_booth(point)) {
    lanes_done <<= true;
    *io.controls.activations <<= activations.taps;
    io.operations <<= io.products;
  } else {
    const UInt all_lanes = cat(std::vector<Bool>(static_cast<std::size_t>(point.macs), b(true)));
    const UInt mask = of_block(current, [](const LineConfig& c) { return *c.tail_mask; });
    const UInt valid = name("valid", mux(tail, mask, all_lanes));
    std::vector<UInt> digits, negate, shift, last;
    for (int lane = 0; lane < point.macs; ++lane) {
      const std::string number = std::to_string(lane);
      auto taken = reg<UInt>("taken" + number, no_reset, 4);
      auto recoder = instance<BoothRecoder>("u_recoder" + number);
      recoder.activation <<= activations.taps.bits(lane * 8 + 7, lane * 8);
      recoder.taken <<= taken;
      when(enter | advance, [&] { taken <<= 0; }).elsewhen(work, [&] {
        taken <<= recoder.taken_after;
      });
      digits.push_back(recoder.digit.as_uint());
      negate.push_back(recoder.negate.as_uint());
      shift.push_back(recoder.shift);
      last.push_back(recoder.last.as_uint());
    }
    lanes_done <<= (pack_low_first(last) | ~valid) == all_lanes;
    const UInt digit = name("digit", pack_low_first(digits) & valid);
    *io.controls.digit <<= digit;
    *io.controls.negate <<= pack_low_first(negate) & digit;
    *io.controls.shift <<= pack_low_first(shift);
    io.operations <<= mux(work, popcount(digit), u(0, lane_count_bits(point)));
  }

  assert_("merge_only_requested", implies(io.merge, left & dirty));
  assert_("issued_only_when_free", implies(io.issue, io.free));
  assert_("job_has_segments", implies(io.issue, io.issue_segments != 0));
  assert_("operands_only_for_a_job", implies(io.word_load | io.piece_load, pending & ~io.issue));
  assert_("no_word_too_many", implies(io.word_load, ~words_in));
  assert_("no_piece_too_many", implies(io.piece_load, ~pieces_in));
}

}  // namespace sd::rtl
