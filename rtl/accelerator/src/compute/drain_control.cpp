#include "rtl/accelerator/compute/drain_control.hpp"

#include <vector>

#include "compute/drain_command.hpp"
#include "compute/raster.hpp"
#include "rtl/accelerator/compute/arithmetic.hpp"
#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/compute/result_writer.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

UInt least(const UInt& a, const UInt& b) {
  return mux(a < b, a, b);
}

}  // namespace

DrainControlIo::DrainControlIo(Ports& p, const design::DesignPoint& point)
    : command(p.sink<ComputeCommand>("command", point)),
      block(p.sink<Bool>("block")),
      release(p.output<Valid<Bool>>("release")),
      parameter_read(p.output<Valid<UInt>>("parameter_read", record_bits(point))),
      parameter_data(p.input<UInt>("parameter_data", 64)),
      residual_read(p.output<Valid<InputRead>>("residual_read", point)),
      slots(p.input<UInt>("slots", point.block_segments * slot_bits(point))),
      valid(p.output<Bool>("valid")),
      bank(p.output<Bool>("bank")),
      segment(p.output<UInt>("segment", segment_bits(point))),
      channel(p.output<UInt>("channel", slice_number_bits(point))),
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
      outputs(p.output<UInt>("outputs", lane_count_bits(point))),
      residual_outputs(p.output<UInt>("residual_outputs", lane_count_bits(point))),
      hold(p.output<Bool>("hold")),
      done(p.output<Bool>("done")) {}

DrainControl::DrainControl(Context& at, const design::DesignPoint& point)
    : Module(at,
             ModuleName("drain_control")
                 .about("Empties banks of drain registers through the output stage, one segment a "
                        "cycle."),
             point) {
  const int macs = point.macs, segments = point.block_segments;

  // Commands: one waits, one is drained. Two stages: the walk, which reads what a channel needs,
  // and a cycle later the segment's way into the output stage.
  auto waiting = reg<DrainCommand>("waiting", no_reset, point);
  auto is_waiting = reg<Bool>("is_waiting", Reset{0});
  auto command = reg<DrainCommand>("command", no_reset, point);
  auto running = reg<Bool>("running", Reset{0});
  auto walked = reg<Bool>("walked", no_reset);  // all of the command's blocks were taken
  auto active = reg<Bool>("active", Reset{0});  // a block is being walked
  auto sends = reg<Bool>("sends", Reset{0});    // a segment enters the output stage
  auto send_place = reg<ResultPlace>("send_place", no_reset, point);
  const Bool finished = name("finished", sends & send_place.last);
  const Bool next_command = name("next_command", is_waiting & (~running | finished));
  io.command.ready <<= ~is_waiting;
  when(io.command.fire(), [&] {
    waiting.take(io.command.bits);
    is_waiting <<= true;
  }).elsewhen(next_command, [&] { is_waiting <<= false; });
  when(next_command, [&] {
    command <<= waiting;
    running <<= true;
  }).elsewhen(finished, [&] { running <<= false; });

  // The walk: segments of a channel, channels of a block. The map's words in raster order are also
  // the segments of a block in theirs, since a block of several rows is as wide as the map.
  auto bank = reg<Bool>("bank", no_reset);
  auto segment = reg<UInt>("segment", no_reset, segment_bits(point));
  auto word_count = reg<UInt>("word_count", no_reset, block_count_bits(point));
  auto row_count = reg<UInt>("row_count", no_reset, block_count_bits(point));
  auto channel = reg<UInt>("channel", no_reset, slice_number_bits(point));
  auto at_block = reg<Raster>("at_block", no_reset);  // the block's first word
  auto now = reg<Raster>("now", no_reset);
  const RasterStep step(*this, "now", now, command.output_rows, command.output_columns,
                        command.output_pitch, macs);
  const Bool ends_row = name("ends_row", step.ends_row | (word_count + 1 == command.block_words));
  const Bool in_last_map_row = name("in_last_map_row", now.row + 1 == command.output_rows);
  const Bool ends_channel =
      name("ends_channel", ends_row & (in_last_map_row | (row_count + 1 == command.block_rows)));
  const Bool in_last_channel = name("in_last_channel", channel + 1 == command.active_slices);
  const Bool ends_block = name("ends_block", ends_channel & in_last_channel);
  const Bool ends_command = name("ends_command", ends_block & step.ends_map);

  io.block.ready <<= running & ~walked & (~active | (ends_block & ~ends_command));
  when(io.block.fire(), [&] {
    active <<= true;
    bank <<= io.block.bits;
  }).elsewhen(active & ends_block, [&] { active <<= false; });
  when(next_command, [&] { walked <<= false; }).elsewhen(active & ends_command, [&] {
    walked <<= true;
  });

  // What grows by a constant from channel to channel.
  auto record = reg<UInt>("record", no_reset, record_bits(point));
  auto output_base = reg<UInt>("output_base", no_reset, output_bits(point));
  auto local_base = reg<UInt>("local_base", no_reset, input_word_bits(point));
  auto flag_base = reg<UInt>("flag_base", no_reset, flag_bits(point));
  auto residual_base = reg<UInt>("residual_base", no_reset, input_word_bits(point));
  const auto first_channel = [&](const DrainCommand& of) {
    channel <<= 0;
    record <<= of.parameter_record;
    output_base <<= of.destination.output_word;
    local_base <<= of.destination.local_word;
    flag_base <<= of.destination.local_flag;
    residual_base <<= of.residual_word;
  };
  const auto first_segment = [&] {
    segment <<= 0;
    word_count <<= 0;
    row_count <<= 0;
  };
  // Of one channel, or of one segment, a block has no more than its end.
  auto walk = when(next_command, [&] {
                first_segment();
                first_channel(waiting);
                at_block.restart(waiting.output_columns);
                now.restart(waiting.output_columns);
              }).elsewhen(active & ends_block, [&] {
    first_segment();
    first_channel(command);
    step.drive(at_block);
    step.drive(now);
  });
  if (point.slices > 1)
    walk.elsewhen(active & ends_channel, [&] {
      first_segment();
      now <<= at_block;
      channel <<= wrap(channel + 1);
      record <<= wrap(record + 1);
      output_base <<= add_address(output_base, command.destination.output_channel_words);
      local_base <<= add_address(local_base, command.destination.local_channel_words);
      flag_base <<= add_address(flag_base, command.destination.local_rows);
      residual_base <<= add_address(residual_base, command.residual_channel_words);
    });
  if (segments > 1)
    walk.elsewhen(active, [&] {
      segment <<= wrap(segment + 1);
      word_count <<= mux(ends_row, u(0, word_count.width()), wrap(word_count + 1));
      row_count <<= wrap(row_count + ends_row.as_uint().extend(row_count.width()));
      step.drive(now);
    });

  // Reads for a channel, in the cycle before its first segment.
  const Bool starts_channel = name("starts_channel", active & (segment == 0));
  io.parameter_read.valid <<= starts_channel;
  io.parameter_read.bits <<= record;
  const UInt block_words = name(
      "words_of_block", least(command.block_words.extend(16), wrap(command.output_pitch - now.x))
                            .truncate(block_count_bits(point)));
  const UInt block_rows = name(
      "rows_of_block", least(command.block_rows.extend(16), wrap(command.output_rows - now.row))
                           .truncate(block_count_bits(point)));
  const UInt block_size =
      name("block_size", (block_words * block_rows).truncate(block_count_bits(point)));
  InputRead& read = io.residual_read.bits;
  io.residual_read.valid <<= starts_channel & command.residual & (now.left != 0);
  read.byte_address <<= cat(add_address(residual_base, now.position),
                            u(0, input_byte_bits(point) - input_word_bits(point)));
  read.column <<= 0;
  read.first_segment <<= 0;
  read.segments <<= block_size;
  read.row_words <<= block_size;
  read.span <<= 1;
  read.stride <<= 1;
  read.columns <<= command.output_columns;
  read.gather <<= false;
  read.zero <<= false;
  read.raw <<= true;

  // A cycle later: the segment enters the output stage.
  auto send_bank = reg<Bool>("send_bank", no_reset);
  auto send_first = reg<Bool>("send_first", no_reset);  // of its channel
  auto send_release = reg<Bool>("send_release", no_reset);
  auto send_segment = reg<UInt>("send_segment", no_reset, segment_bits(point));
  auto send_channel = reg<UInt>("send_channel", no_reset, slice_number_bits(point));
  sends <<= active;
  when(active, [&] {
    send_bank <<= bank;
    send_first <<= segment == 0;
    send_release <<= ends_block;
    send_segment <<= segment;
    send_channel <<= channel;
    send_place.to_output <<= command.destination.to_output;
    send_place.to_input <<= command.destination.to_input;
    send_place.output_word <<= add_address(output_base, now.position);
    send_place.local_word <<= add_address(local_base, now.position);
    send_place.flag <<= add_address(flag_base, now.row);
    send_place.first_of_row <<= now.x == 0;
    send_place.lanes <<= lanes_at(now, point);
    send_place.residual <<= command.residual;
    send_place.last <<= ends_command;
  });
  io.valid <<= sends;
  io.bank <<= send_bank;
  io.segment <<= send_segment;
  io.channel <<= send_channel;
  io.lanes <<= send_place.lanes;
  io.relu <<= command.relu;
  io.residual <<= command.residual;
  io.residual_relu <<= command.residual_relu;
  io.residual_shift <<= command.residual_shift;
  io.own_multiplier <<= command.own_multiplier;
  io.residual_multiplier <<= command.residual_multiplier;
  io.release.valid <<= sends & send_release;
  io.release.bits <<= send_bank;

  // What was read is there in the channel's first cycle, and kept for its other segments.
  auto kept_record = reg<UInt>("kept_record", no_reset, 64);
  when(sends & send_first, [&] { kept_record <<= io.parameter_data; });
  io.record <<= mux(send_first, io.parameter_data, kept_record);
  const auto slot_bytes = [&](int t) {
    return io.slots.bits(t * slot_bits(point) + macs * 8 - 1, t * slot_bits(point));
  };
  UInt residual_data = slot_bytes(0);
  if (segments > 1) {
    // Slot 0 is used as it comes.
    std::vector<UInt> others;
    for (int t = 1; t < segments; ++t) others.push_back(slot_bytes(t));
    auto kept_beat = reg<UInt>("kept_beat", no_reset, (segments - 1) * macs * 8);
    when(sends & send_first & command.residual, [&] { kept_beat <<= pack_low_first(others); });
    UInt kept = kept_beat.bits(macs * 8 - 1, 0);
    for (int t = 2; t < segments; ++t)
      kept = mux(send_segment == t, kept_beat.bits(t * macs * 8 - 1, (t - 1) * macs * 8), kept);
    residual_data = mux(send_first, slot_bytes(0), kept);
  }
  io.residual_data <<= residual_data;

  auto writer = instance<ResultWriter>("u_writer", point);
  writer.place.valid <<= sends;
  writer.place.bits <<= send_place;
  io.output_write <<= writer.output_write;
  io.local_write <<= writer.local_write;
  io.local_flag <<= writer.local_flag;
  io.first_of_row <<= writer.first_of_row;
  io.outputs <<= writer.outputs;
  io.residual_outputs <<= writer.residual_outputs;
  io.hold <<= writer.hold;
  io.done <<= writer.done;

  assert_("walks_a_command", implies(active, running));
  assert_("channel_in_range", implies(active, channel < command.active_slices));
  assert_("segment_in_range",
          implies(active & ~ends_channel, segment != u(segments - 1, segment_bits(point))));
  assert_("rows_of_a_block_are_whole",
          implies(active & (command.block_rows > 1), command.block_words == command.output_pitch));
  assert_("row_in_map", implies(active, now.row < command.output_rows));
}

}  // namespace sd::rtl
