#include "rtl/accelerator/control/command_checker.hpp"

#include <algorithm>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/commands.hpp"
#include "rtl/accelerator/control/packing.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

/// The fields that a command names; every other bit has to be zero.
std::vector<FieldPlace> named_fields(Opcode opcode) {
  using namespace place;
  const FieldPlace op = place::opcode;
  switch (opcode) {
    case Opcode::load_input:
      return {op,     id,     pop_next, push_next, address,  chunk_bytes,
              chunks, stride, buffer,   row_bytes, flag_base};
    case Opcode::load_index:
      return {op,   id,          pop_next, push_next,  address, chunk_bytes, buffer,
              rows, kernel_rows, row_step, slice_rows, markers, entries};
    case Opcode::load_weights:
    case Opcode::load_parameters:
      return {op, id, pop_next, push_next, address, chunk_bytes, buffer, count};
    case Opcode::store:
      return {op,          id,     pop_prev, push_prev, address,
              chunk_bytes, chunks, stride,   buffer,    words_between};
    case Opcode::end:
      return {op, id};
    case Opcode::compute:
      break;
  }
  std::vector<FieldPlace> fields{op, id, pop_prev, pop_next, push_prev, push_next};
  for (int word = 1; word <= 8; ++word)
    if (word != 3) fields.push_back({word, 0, 32});
  fields.insert(fields.end(), {{3, 0, 32}, {9, 0, 30}, {10, 0, 32}});
  return fields;
}

/// The bits of a command that are not in `fields`.
UInt unnamed_bits(const UInt& command, const std::vector<FieldPlace>& fields) {
  std::vector<bool> named(command_bits, false);
  for (const FieldPlace& f : fields) std::fill_n(named.begin() + f.first_bit(), f.width, true);
  std::vector<UInt> runs;
  for (int bit = 0; bit < command_bits;) {
    int end = bit;
    while (end < command_bits && !named[static_cast<std::size_t>(end)]) ++end;
    if (end > bit) runs.push_back(command.bits(end - 1, bit));
    bit = std::max(end, bit + 1);
  }
  return cat(runs);
}

/// value > limit, where the limit may be more than the value's width can hold.
Bool above(const UInt& value, long long limit) {
  const bool never = value.width() < 62 && limit >= (1LL << value.width()) - 1;
  return never ? b(false) : value > u(limit, bits_for(limit));
}

/// Fields that the bundle's width would cut.
Bool compute_fields_cut(const ComputeCommand& fields, const UInt& command) {
  std::vector<UInt> cut;
  for_each_compute_field(fields, [&](const auto& target, const FieldPlace& place) {
    if (target.width() < place.width)
      cut.push_back(command.bits(place.last_bit(), place.first_bit() + target.width()));
  });
  return cut.empty() ? b(false) : cat(cut) != 0;
}

/// What single fields of COMPUTE say.
Bool compute_field_fault(const ComputeCommand& c, const design::DesignPoint& p) {
  return any_of({above(c.index_entry, p.index_buffer_entries - 1),
                 above(c.index_entry + c.index_entries, p.index_buffer_entries),
                 above(c.weight_word, p.weight_words() - 1),
                 above(c.parameter_record + c.active_slices, p.parameter_records()),
                 above(c.input_word, p.input_words() - 1),
                 above(c.flag_base + c.total_tile_rows, p.zero_flags()),
                 above(c.output_word, p.output_words() - 1),
                 c.active_slices == 0,
                 above(c.active_slices, p.slices),
                 c.stride == 0,
                 above(c.stride, p.max_stride),
                 c.steps == 0,
                 above(c.steps, p.columns),
                 c.mode == 3,
                 c.input_pitch == 0,
                 c.tile_rows == 0,
                 c.tile_rows > c.total_tile_rows,
                 c.output_rows == 0,
                 c.output_columns == 0,
                 c.output_pitch == 0,
                 c.output_columns > shl(c.output_pitch, bits_for(p.macs) - 1)});
}

}  // namespace

CommandCheckerIo::CommandCheckerIo(Ports& p, const design::DesignPoint&)
    : valid(p.input<Bool>("valid")),
      next(p.input<Bool>("next")),
      command(p.input<UInt>("command", command_bits)),
      checked(p.output<Bool>("checked")),
      fault(p.output<Bool>("fault")),
      illegal_opcode(p.output<Bool>("illegal_opcode")) {}

CommandChecker::CommandChecker(Context& at, const design::DesignPoint& point)
    : Module(
          at,
          ModuleName("command_checker").about("Holds every field of a command against its range."),
          point) {
  const UInt& command = io.command;
  const int shift = beat_shift(point);
  const int beat_bytes = point.axi_bytes();
  const long long input_beats = point.input_buffer_bytes / beat_bytes;
  const int factor_bits = bits_for(std::max(
      {65535LL, input_beats, static_cast<long long>(point.zero_flags()),
       static_cast<long long>(point.output_words()), static_cast<long long>(point.input_words())}));
  const auto whole = [&](const FieldPlace& f) { return field(command, f); };
  const auto factor = [&](const UInt& value) {
    return value.width() > factor_bits ? value.truncate(factor_bits) : value.extend(factor_bits);
  };
  const auto unaligned = [&](const FieldPlace& f) {
    return command.bits(f.first_bit() + shift - 1, f.first_bit()) != 0;
  };
  const auto in_beats = [&](const FieldPlace& f) {
    return command.bits(f.last_bit(), f.first_bit() + shift);
  };
  const auto unnamed = [&](Opcode opcode) {
    return unnamed_bits(command, named_fields(opcode)) != 0;
  };

  // Fields of the data movers.
  const Bool bad_address = name("bad_address", unaligned(place::address));
  const Bool bad_bytes =
      name("bad_bytes", unaligned(place::chunk_bytes) | (whole(place::chunk_bytes) == 0));
  const Bool bad_chunks =
      name("bad_chunks", (whole(place::chunks) == 0) | (whole(place::chunks) > 65535));
  const Bool bad_stride = name("bad_stride", unaligned(place::stride));
  const UInt chunk_beats = name("chunk_beats", in_beats(place::chunk_bytes));
  const UInt buffer = name("buffer", whole(place::buffer));

  // A buffer word in beats: words are narrower or wider than a beat.
  const bool narrow_words = point.macs < beat_bytes;
  const int word_ratio = narrow_words ? beat_bytes / point.macs : point.macs / beat_bytes;
  const int ratio_shift = bits_for(word_ratio) - 1;
  const UInt start_beat =
      name("start_beat", narrow_words ? shr(buffer, ratio_shift) : shl(buffer, ratio_shift));
  const Bool word_unaligned = narrow_words ? buffer.bits(ratio_shift - 1, 0) != 0 : b(false);
  const UInt chunk_words =
      name("chunk_words", narrow_words ? shl(chunk_beats, ratio_shift)
                                       : shr(chunk_beats + (word_ratio - 1), ratio_shift));

  const UInt row_beats = name("row_beats", in_beats(place::row_bytes));
  const UInt flag_base = whole(place::flag_base);
  const Bool load_input_fault =
      name("load_input_fault",
           any_of({unnamed(Opcode::load_input), bad_address, bad_bytes, bad_chunks, bad_stride,
                   chunk_beats > input_beats, buffer >= point.input_words(), word_unaligned,
                   unaligned(place::row_bytes), row_beats == 0, row_beats > input_beats,
                   flag_base >= point.zero_flags()}));

  const UInt rows = whole(place::rows);
  const UInt entries = whole(place::entries);
  const Bool markers = whole(place::markers).as_bool();
  const Bool load_index_fault =
      name("load_index_fault",
           any_of({unnamed(Opcode::load_index), bad_address, bad_bytes, rows == 0,
                   rows > shl(whole(place::chunk_bytes), 3), whole(place::kernel_rows) == 0,
                   whole(place::kernel_rows) > point.max_kernel_rows,
                   markers & (whole(place::slice_rows) == 0),
                   above(buffer + entries, point.index_buffer_entries)}));

  const UInt count = whole(place::count);
  const auto stream_fault = [&](Opcode opcode, int limit, int bits_each) {
    // The count is known to be small where the product matters.
    const UInt bits = count.bits(bits_for(limit) - 1, 0) * u(bits_each, bits_for(bits_each));
    return any_of({unnamed(opcode), bad_address, bad_bytes, count > limit,
                   above(buffer + count, limit), bits > shl(whole(place::chunk_bytes), 3)});
  };
  const Bool load_weights_fault =
      name("load_weights_fault",
           stream_fault(Opcode::load_weights, point.weight_words(), point.weight_word_bits()));
  const Bool load_parameters_fault =
      name("load_parameters_fault",
           stream_fault(Opcode::load_parameters, point.parameter_records(), 64));

  const UInt words_between = whole(place::words_between);
  const Bool store_fault = name(
      "store_fault", any_of({unnamed(Opcode::store), bad_address, bad_bytes, bad_chunks, bad_stride,
                             buffer >= point.output_words(), chunk_words > point.output_words(),
                             words_between > point.output_words()}));

  auto compute = wire<ComputeCommand>("compute", point);
  cut_compute(compute, command);
  const Bool compute_fault =
      name("compute_fault", unnamed(Opcode::compute) | compute_fields_cut(compute, command) |
                                compute_field_fault(compute, point));

  const Bool is_load_input = name("is_load_input", has_opcode(command, Opcode::load_input));
  const Bool is_store = name("is_store", has_opcode(command, Opcode::store));
  const Bool is_compute = name("is_compute", has_opcode(command, Opcode::compute));
  const Bool single_fault = name(
      "single_fault", any_of({is_load_input & load_input_fault,
                              has_opcode(command, Opcode::load_index) & load_index_fault,
                              has_opcode(command, Opcode::load_weights) & load_weights_fault,
                              has_opcode(command, Opcode::load_parameters) & load_parameters_fault,
                              is_compute & compute_fault, is_store & store_fault,
                              has_opcode(command, Opcode::end) & unnamed(Opcode::end)}));

  // Products, one a step; the one of a step is held against its limit in the next.
  auto step = reg<UInt>("step", Reset{0}, 3);
  auto fault = reg<Bool>("fault", no_reset);
  auto product = reg<UInt>("product", no_reset, 2 * factor_bits);
  auto total = reg<UInt>("total", no_reset, 2 * factor_bits);
  const UInt chunks = factor(whole(place::chunks));
  const UInt flag_room =
      name("flag_room",
           factor(wrap(u(point.zero_flags(), bits_for(point.zero_flags())) - factor(flag_base))));
  auto a = wire<UInt>("a", factor_bits);
  auto b = wire<UInt>("b", factor_bits);
  a <<= compute.total_tile_rows;
  b <<= compute.input_pitch;
  when(step == 0, [&] {
    a <<= mux(is_load_input, chunks,
              mux(is_store, wrap(chunks - 1), compute.output_rows.extend(factor_bits)));
    b <<= mux(is_load_input, factor(chunk_beats),
              mux(is_store, factor(words_between), compute.output_pitch.extend(factor_bits)));
  }).elsewhen(step == 1, [&] {
    a <<= mux(is_load_input, flag_room, compute.active_slices.extend(factor_bits));
    b <<= mux(is_load_input, factor(row_beats), compute.output_channel_words.extend(factor_bits));
  });

  const Bool first_limit = name(
      "first_limit",
      any_of({is_load_input & (product + start_beat > input_beats),  // the chunks end in the buffer
              is_store & (product + buffer + chunk_words > point.output_words()),
              is_compute &
                  (product >
                   compute.output_channel_words)}));  // a channel's rows do not reach into the next
  const Bool second_limit =
      name("second_limit",
           any_of({is_load_input & (product < total),  // every row has a flag
                   is_compute & (product + compute.output_word > point.output_words())}));
  const Bool third_limit =
      name("third_limit", is_compute & (product + compute.input_word > point.input_words()));

  when(io.valid & (step != 4), [&] {
    step <<= wrap(step + 1);
    product <<= a * b;
    switch_(step, [&](auto& at_step) {
      at_step.is(0, [&] { fault <<= single_fault; });
      at_step.is(1, [&] {
        fault <<= fault | first_limit;
        total <<= product;
      });
      at_step.is(2, [&] { fault <<= fault | second_limit; });
      at_step.otherwise([&] { fault <<= fault | third_limit; });
    });
  });
  when(io.next, [&] { step <<= 0; });
  io.checked <<= step == 4;
  io.fault <<= fault;
  io.illegal_opcode <<=
      (whole(place::opcode) == 0) | (whole(place::opcode) > static_cast<int>(Opcode::end));
}

}  // namespace sd::rtl
