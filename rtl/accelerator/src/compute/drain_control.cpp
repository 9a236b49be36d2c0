#include "rtl/accelerator/compute/drain_control.hpp"

#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"

namespace sd::rtl {

using namespace hcl;

DrainControlIo::DrainControlIo(Ports& p, const design::DesignPoint& point)
    : start(p.input<Bool>("start")),
      command(p.input<ComputeCommand>("command", point)),
      take(p.input<Bool>("take")),
      last(p.input<Bool>("last")),
      lanes(p.input<UInt>("lanes", lane_count_bits(point))),
      ready(p.output<Bool>("ready")),
      parameter_read(p.output<Valid<UInt>>("parameter_read", record_bits(point))),
      valid(p.output<Bool>("valid")),
      clear(p.output<Bool>("clear")),
      channel(p.output<UInt>("channel", slice_number_bits(point))),
      channel_lanes(p.output<UInt>("channel_lanes", lane_count_bits(point))),
      write(p.output<Valid<UInt>>("write", output_bits(point))),
      outputs(p.output<UInt>("outputs", lane_count_bits(point))),
      done(p.output<Bool>("done")) {}

DrainControl::DrainControl(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("drain_control").about("Empties the drain registers, one channel a cycle."),
             point) {
  const ComputeCommand& command = io.command;
  const int word_bits = output_bits(point);
  auto active = reg<Bool>("active", Reset{0});
  auto channel = reg<UInt>("channel", no_reset, slice_number_bits(point));
  auto record = reg<UInt>("record", no_reset, record_bits(point));
  auto segment_word = reg<UInt>("segment_word", no_reset, word_bits);
  auto word = reg<UInt>("word", no_reset, word_bits);
  auto lanes = reg<UInt>("lanes", no_reset, lane_count_bits(point));
  auto last = reg<Bool>("last", no_reset);

  const Bool last_channel = name("last_channel", channel + 1 == command.active_slices);
  io.ready <<= ~active | last_channel;
  io.parameter_read.valid <<= io.take | (active & ~last_channel);
  const UInt next_record = name("next_record", mux(io.take, command.parameter_record, record));
  io.parameter_read.bits <<= next_record;
  when(io.parameter_read.valid, [&] { record <<= wrap(next_record + 1); });

  when(io.start, [&] { segment_word <<= command.output_word; }).elsewhen(io.take, [&] {
    segment_word <<= wrap(segment_word + 1);
  });
  when(io.take, [&] {
    active <<= true;
    channel <<= 0;
    word <<= segment_word;
    lanes <<= io.lanes;
    last <<= io.last;
  }).elsewhen(active, [&] {
    active <<= ~last_channel;
    channel <<= wrap(channel + 1);
    word <<= wrap(word.extend(16) + command.output_channel_words).truncate(word_bits);
  });
  io.valid <<= active;
  io.clear <<= active & last_channel;
  io.channel <<= channel;
  io.channel_lanes <<= lanes;

  // Two cycles in the output stage.
  auto biased_valid = reg<Bool>("biased_valid", Reset{0});
  auto biased_word = reg<UInt>("biased_word", no_reset, word_bits);
  auto biased_lanes = reg<UInt>("biased_lanes", no_reset, lane_count_bits(point));
  auto biased_last = reg<Bool>("biased_last", no_reset);
  auto write_valid = reg<Bool>("write_valid", Reset{0});
  auto write_word = reg<UInt>("write_word", no_reset, word_bits);
  auto write_lanes = reg<UInt>("write_lanes", no_reset, lane_count_bits(point));
  auto write_last = reg<Bool>("write_last", no_reset);
  auto done = reg<Bool>("done", Reset{0});
  biased_valid <<= active;
  when(active, [&] {
    biased_word <<= word;
    biased_lanes <<= lanes;
    biased_last <<= last & last_channel;
  });
  write_valid <<= biased_valid;
  when(biased_valid, [&] {
    write_word <<= biased_word;
    write_lanes <<= biased_lanes;
    write_last <<= biased_last;
  });
  done <<= write_valid & write_last;
  io.write.valid <<= write_valid;
  io.write.bits <<= write_word;
  io.outputs <<= mux(write_valid, write_lanes, u(0, lane_count_bits(point)));
  io.done <<= done;

  assert_("take_only_when_ready", implies(io.take, ~active | last_channel));
  assert_("channel_in_range", implies(active, channel < command.active_slices));
}

}  // namespace sd::rtl
