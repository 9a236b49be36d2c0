#include "rtl/accelerator/compute/vector_unit.hpp"

#include <string>
#include <vector>

#include "compute/raster.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/result_writer.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

SInt larger(const SInt& a, const SInt& b) {
  return mux(a > b, a, b);
}

/// The largest of some values, as a tree.
SInt tree_max(const std::vector<SInt>& values) {
  if (values.size() == 1) return values[0];
  std::vector<SInt> half;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2)
    half.push_back(larger(values[i], values[i + 1]));
  if (values.size() % 2 == 1) half.push_back(values.back());
  return tree_max(half);
}

}  // namespace

VectorUnitIo::VectorUnitIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<VectorCommand>("command", point)),
      done(p.output<Bool>("done")),
      input_read(p.output<Valid<InputRead>>("input_read", point)),
      slot(p.input<UInt>("slot", slot_bits(point))),
      valid(p.output<Bool>("valid")),
      sums(p.output<Vec<SInt>>("sums", point.macs, 32)),
      record(p.output<UInt>("record", 64)),
      lanes(p.output<UInt>("lanes", lane_count_bits(point))),
      relu(p.output<Bool>("relu")),
      output_write(p.output<Valid<UInt>>("output_write", output_bits(point))),
      local_write(p.output<Valid<UInt>>("local_write", input_word_bits(point))),
      local_flag(p.output<UInt>("local_flag", flag_bits(point))),
      first_of_row(p.output<Bool>("first_of_row")),
      outputs(p.output<UInt>("outputs", lane_count_bits(point))),
      hold(p.output<Bool>("hold")),
      operations(p.output<UInt>("operations", lane_count_bits(point))) {}

VectorUnit::VectorUnit(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("vector_unit")
                 .about("Pooling, addition and rescaling of maps, one tap of a "
                        "segment a cycle."),
             point),
      point_(point),
      command_(reg<VectorCommand>("command", no_reset, point)) {
  auto running = reg<Bool>("running", Reset{0});
  auto prepares = reg<Bool>("prepares", Reset{0});  // the cycle of the products
  auto begins = reg<Bool>("begins", Reset{0});
  io.command.ready <<= ~running;
  prepares <<= io.command.fire();
  begins <<= prepares;
  when(io.command.fire(), [&] {
    command_ <<= io.command.bits;
    running <<= true;
  }).elsewhen(io.done, [&] { running <<= false; });

  const Tap tap = walk(prepares, begins);
  const Bool complete = accumulate(tap);
  write_results(begins, complete);
  assert_("walks_a_command", implies(tap.valid, running));
}

Bool VectorUnit::accumulate(const Tap& tap) {
  const VectorCommand& command = command_;
  const int macs = point_.macs;

  // The data's cycle: a lane without a tap takes what changes nothing.
  auto data_valid = reg<Bool>("data_valid", Reset{0});
  auto data_first = reg<Bool>("data_first", no_reset);
  auto data_last = reg<Bool>("data_last", no_reset);
  auto data_second = reg<Bool>("data_second", no_reset);
  auto data_there = reg<UInt>("data_there", no_reset, macs);
  data_valid <<= tap.valid;
  when(tap.valid, [&] {
    data_first <<= tap.first;
    data_last <<= tap.last;
    data_second <<= tap.second;
    data_there <<= tap.there;
  });
  io.operations <<= mux(data_valid, popcount(data_there), u(0, lane_count_bits(point_)));

  auto valid = reg<Bool>("tap_valid", Reset{0});
  auto first = reg<Bool>("tap_first", no_reset);
  auto last = reg<Bool>("tap_last", no_reset);
  auto is_second = reg<Bool>("tap_second", no_reset);
  valid <<= data_valid;
  const SInt nothing = name("nothing", mux(command.maximum & ~data_second, s(-128, 8), s(0, 8)));
  std::vector<SInt> taps;
  for (int lane = 0; lane < macs; ++lane)
    taps.push_back(reg<SInt>("tap" + std::to_string(lane), no_reset, 8));
  when(data_valid, [&] {
    first <<= data_first;
    last <<= data_last;
    is_second <<= data_second;
    for (int lane = 0; lane < macs; ++lane)
      taps[static_cast<std::size_t>(lane)] <<=
          mux(data_there.bit(lane), io.slot.bits(lane * 8 + 7, lane * 8).as_sint(), nothing);
  });

  // The sums; across, lane 0 takes what all lanes have.
  const Bool takes_maximum = name("takes_maximum", command.maximum & ~is_second);
  const Bool takes_all = name("takes_all", command.across & ~is_second);
  const SInt multiplier = name(
      "multiplier", as_signed(mux(is_second, command.second_multiplier, command.first_multiplier)));
  const SInt start = name("start", mux(command.maximum, s(-128, 8), s(0, 8)));
  const SInt all_sum = tree_sum(taps);
  const SInt all_maximum = tree_max(taps);
  for (int lane = 0; lane < macs; ++lane) {
    const std::string number = std::to_string(lane);
    const SInt& own = taps[static_cast<std::size_t>(lane)];
    auto sum = reg<SInt>("sum" + number, no_reset, 32);
    const SInt before = name("before" + number, mux(first, start.extend(32), sum));
    const SInt addend = lane == 0 ? name("addend0", mux(takes_all, all_sum, own)) : own;
    const SInt largest = lane == 0 ? name("largest0", mux(takes_all, all_maximum, own)) : own;
    when(valid & takes_maximum, [&] {
      sum <<= larger(before.truncate(8), largest);
    }).elsewhen(valid, [&] { sum <<= wrap(before + addend * multiplier); });
    io.sums[lane] <<= sum;
  }
  auto complete = reg<Bool>("complete", Reset{0});
  complete <<= valid & last;
  return complete;
}

void VectorUnit::write_results(const Bool& begins, const Bool& complete) {
  const VectorCommand& command = command_;

  // Segments are complete in the order of the walk: their places are walked again.
  auto channel = reg<UInt>("out_channel", no_reset, 16);
  auto at = reg<Raster>("out", no_reset);
  auto output_base = reg<UInt>("output_base", no_reset, output_bits(point_));
  auto local_base = reg<UInt>("local_base", no_reset, input_word_bits(point_));
  auto flag_base = reg<UInt>("flag_base", no_reset, flag_bits(point_));
  const RasterStep step(*this, "out", at, command.output_rows, command.output_columns,
                        command.output_pitch, point_.macs);
  const Destination& to = command.destination;
  when(begins,
       [&] {
         channel <<= 0;
         at.restart(command.output_columns);
         output_base <<= to.output_word;
         local_base <<= to.local_word;
         flag_base <<= to.local_flag;
       })
      .elsewhen(complete & step.ends_map,
                [&] {
                  channel <<= wrap(channel + 1);
                  at.restart(command.output_columns);
                  output_base <<= add_address(output_base, to.output_channel_words);
                  local_base <<= add_address(local_base, to.local_channel_words);
                  flag_base <<= add_address(flag_base, to.local_rows);
                })
      .elsewhen(complete, [&] { step.drive(at); });

  const UInt lanes = name("out_lanes", lanes_at(at, point_));
  io.valid <<= complete;
  io.record <<= cat(u(0, 10), command.output_shift, u(0, 1), command.output_multiplier, u(0, 32));
  io.lanes <<= lanes;
  io.relu <<= command.relu;

  auto writer = instance<ResultWriter>("u_writer", point_);
  ResultPlace& place = writer.place.bits;
  writer.place.valid <<= complete;
  place.to_output <<= to.to_output;
  place.to_input <<= to.to_input;
  place.output_word <<= add_address(output_base, at.position);
  place.local_word <<= add_address(local_base, at.position);
  place.flag <<= add_address(flag_base, at.row);
  place.first_of_row <<= at.x == 0;
  place.lanes <<= lanes;
  place.residual <<= false;
  place.last <<= step.ends_map & (channel + 1 == command.channels);
  io.output_write <<= writer.output_write;
  io.local_write <<= writer.local_write;
  io.local_flag <<= writer.local_flag;
  io.first_of_row <<= writer.first_of_row;
  io.outputs <<= writer.outputs;
  io.hold <<= writer.hold;
  io.done <<= writer.done;
  assert_("result_in_range", implies(complete, channel < command.channels));
}

}  // namespace sd::rtl
