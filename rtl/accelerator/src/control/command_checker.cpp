#include "rtl/accelerator/control/command_checker.hpp"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "rtl/accelerator/compute/geometry.hpp"
#include "rtl/accelerator/control/axi_ports.hpp"
#include "rtl/accelerator/control/commands.hpp"
#include "rtl/accelerator/control/packing.hpp"

namespace sd::rtl {

using namespace hcl;

namespace {

constexpr int checked_step =
    8;  // COMPUTE and VECTOR have seven products, and a step to hold the last

/// The fields that a command names; every other bit has to be zero. A token flag towards a unit
/// that is not there is not named.
std::vector<FieldPlace> named_fields(Opcode opcode) {
  using namespace place;
  std::vector<FieldPlace> fields{place::opcode, id};
  const auto add = [&](std::initializer_list<FieldPlace> more) {
    fields.insert(fields.end(), more);
  };
  const auto visit = [&](auto, const FieldPlace& place) { fields.push_back(place); };
  switch (opcode) {
    case Opcode::load_input:
      add({pop_prev, pop_next, push_next, address, chunk_bytes, chunks, stride, buffer, row_bytes,
           flag_base});
      break;
    case Opcode::load_index:
      add({pop_prev, pop_next, push_next, address, chunk_bytes, buffer, rows, r_step, r_wrap,
           row_step, row_carry, slice_rows, markers, entries});
      break;
    case Opcode::load_weights:
    case Opcode::load_parameters:
      add({pop_prev, pop_next, push_next, address, chunk_bytes, buffer, count});
      break;
    case Opcode::store:
      add({pop_prev, push_prev, push_next, address, chunk_bytes, chunks, stride, buffer,
           words_between});
      break;
    case Opcode::compute:
      add({pop_prev, pop_next, push_prev, push_next});
      for_each_compute_field(visit);
      break;
    case Opcode::vector:
      add({pop_prev, pop_next, push_prev, push_next});
      for_each_vector_field(visit);
      break;
    case Opcode::end:
      break;
  }
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

/// What single fields of COMPUTE say.
Bool compute_field_fault(const UInt& command, const design::DesignPoint& p) {
  namespace at = place::compute;
  const auto f = [&](const FieldPlace& place) { return field(command, place); };
  const UInt rows = f(at::block_rows), words = f(at::block_words);
  const Bool strided = (f(at::stride_x) != 1) | (f(at::stride_y) != 1);
  const Bool rows_apart = (f(at::output_pitch) != words) | (f(at::input_pitch) != words);
  const Bool fully_connected = f(at::mode) == static_cast<int>(ComputeMode::fully_connected);
  return any_of({above(f(at::index_entry), p.index_buffer_entries - 1),
                 above(f(at::index_entry) + f(at::index_entries), p.index_buffer_entries),
                 above(f(at::weight_word), p.weight_words() - 1),
                 above(f(at::parameter_record) + f(at::active_slices), p.parameter_records()),
                 above(f(at::flag_base) + f(at::total_tile_rows), p.zero_flags()),
                 above(f(at::active_slices), p.slices), f(at::steps) == 0,
                 above(f(at::steps), p.columns), f(at::tile_rows) > f(at::total_tile_rows),
                 rows == 0, words == 0, above(rows * words, p.block_segments),
                 (rows > 1) & (rows_apart | strided),
                 fully_connected & ((rows != 1) | (words != 1) | (f(at::skip_zero_rows) != 0))});
}

/// What single fields of VECTOR say.
Bool vector_field_fault(const UInt& command) {
  namespace at = place::vector;
  const auto f = [&](const FieldPlace& place) { return field(command, place); };
  const Bool moved = any_of({f(at::window_rows) != 1, f(at::window_columns) != 1,
                             f(at::stride_x) != 1, f(at::stride_y) != 1, f(at::pad_left) != 0,
                             f(at::input_pitch) != f(at::output_pitch)});
  return any_of({f(at::window_rows) == 0, f(at::window_columns) == 0,
                 f(at::two_operands).as_bool() & moved,
                 f(at::across).as_bool() & (f(at::output_columns) != 1)});
}

/// The fields that COMPUTE and VECTOR share, as the command at hand has them.
struct ArrayFields {
  UInt count;  ///< channels that are written
  UInt input_word, input_pitch;
  UInt tile_rows;            ///< of a channel; a COMPUTE's tile is taken as one channel
  UInt input_channel_words;  ///< 0 for COMPUTE
  UInt output_rows, output_columns, output_pitch, stride_x, stride_y;
  Bool to_output, to_input;
  UInt output_word, output_channel_words;
  UInt local_word, local_channel_words, local_flag, local_rows;
  Bool operand;  ///< residual or second operand
  UInt operand_word, operand_channel_words;

  [[nodiscard]] Bool fault(const design::DesignPoint& p) const;
};

/// `named` gives a value a wire of its own.
template <class Named>
ArrayFields array_fields(const UInt& command, const Bool& is_vector, const Named& named) {
  namespace c = place::compute;
  namespace v = place::vector;
  const auto pick = [&](const char* label, const FieldPlace& of_compute,
                        const FieldPlace& of_vector) {
    return named(label, mux(is_vector, field(command, of_vector), field(command, of_compute)));
  };
  const auto flag = [&](const char* label, const FieldPlace& of_compute,
                        const FieldPlace& of_vector) {
    return named(label, mux(is_vector, field(command, of_vector).as_bool(),
                            field(command, of_compute).as_bool()));
  };
  return {
      .count = pick("count", c::active_slices, v::channels),
      .input_word = pick("input_word", c::input_word, v::input_word),
      .input_pitch = pick("input_pitch", c::input_pitch, v::input_pitch),
      .tile_rows = pick("tile_rows", c::total_tile_rows, v::tile_rows),
      .input_channel_words = named(
          "input_channel_words", mux(is_vector, field(command, v::input_channel_words), u(0, 16))),
      .output_rows = pick("output_rows", c::output_rows, v::output_rows),
      .output_columns = pick("output_columns", c::output_columns, v::output_columns),
      .output_pitch = pick("output_pitch", c::output_pitch, v::output_pitch),
      .stride_x = pick("stride_x", c::stride_x, v::stride_x),
      .stride_y = pick("stride_y", c::stride_y, v::stride_y),
      .to_output = flag("to_output", c::to_output, v::to_output),
      .to_input = flag("to_input", c::to_input, v::to_input),
      .output_word = pick("output_word", c::output_word, v::output_word),
      .output_channel_words =
          pick("output_channel_words", c::output_channel_words, v::output_channel_words),
      .local_word = pick("local_word", c::local_word, v::local_word),
      .local_channel_words =
          pick("local_channel_words", c::local_channel_words, v::local_channel_words),
      .local_flag = pick("local_flag", c::local_flag, v::local_flag),
      .local_rows = pick("local_rows", c::local_rows, v::local_rows),
      .operand = flag("operand", c::residual, v::two_operands),
      .operand_word = pick("operand_word", c::residual_word, v::second_word),
      .operand_channel_words =
          pick("operand_channel_words", c::residual_channel_words, v::second_channel_words)};
}

Bool ArrayFields::fault(const design::DesignPoint& p) const {
  return any_of({count == 0, tile_rows == 0, input_pitch == 0, output_rows == 0,
                 output_columns == 0, output_pitch == 0, stride_x == 0, stride_y == 0,
                 above(stride_x, p.max_stride), above(stride_y, p.max_stride),
                 output_columns > shl(output_pitch, bits_for(p.macs) - 1), !to_output & !to_input,
                 to_input & (local_rows < output_rows)});
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
  const int product_bits = 2 * factor_bits;
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
  const Bool load_index_fault =
      name("load_index_fault",
           any_of({unnamed(Opcode::load_index), bad_address, bad_bytes, rows == 0,
                   rows > shl(whole(place::chunk_bytes), 3), whole(place::r_wrap) == 0,
                   whole(place::r_step) > whole(place::r_wrap),
                   whole(place::markers).as_bool() & (whole(place::slice_rows) == 0),
                   above(buffer + whole(place::entries), point.index_buffer_entries)}));

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

  const Bool is_load_input = name("is_load_input", has_opcode(command, Opcode::load_input));
  const Bool is_store = name("is_store", has_opcode(command, Opcode::store));
  const Bool is_compute = name("is_compute", has_opcode(command, Opcode::compute));
  const Bool is_vector = name("is_vector", has_opcode(command, Opcode::vector));
  const Bool is_array = name("is_array", is_compute | is_vector);
  const ArrayFields array = array_fields(
      command, is_vector, [&](const char* label, const auto& value) { return name(label, value); });
  const Bool compute_fault =
      name("compute_fault", unnamed(Opcode::compute) | compute_field_fault(command, point) |
                                (field(command, place::compute::tile_rows) == 0));
  const Bool vector_fault =
      name("vector_fault", unnamed(Opcode::vector) | vector_field_fault(command));
  const Bool array_fault = name("array_fault", array.fault(point));
  const Bool single_fault = name(
      "single_fault",
      any_of({is_load_input & load_input_fault,
              has_opcode(command, Opcode::load_index) & load_index_fault,
              has_opcode(command, Opcode::load_weights) & load_weights_fault,
              has_opcode(command, Opcode::load_parameters) & load_parameters_fault,
              is_store & store_fault, is_compute & compute_fault, is_vector & vector_fault,
              is_array & array_fault, has_opcode(command, Opcode::end) & unnamed(Opcode::end)}));

  // Products, one a step; the one of a step is held against its limits in the next.
  auto step = reg<UInt>("step", Reset{0}, 4);
  auto fault = reg<Bool>("fault", no_reset);
  auto product = reg<UInt>("product", no_reset, product_bits);
  auto first = reg<UInt>("first", no_reset, product_bits);    // words of a channel's output rows
  auto second = reg<UInt>("second", no_reset, product_bits);  // words of a channel's tile
  const UInt chunks = factor(whole(place::chunks));
  const UInt flag_room =
      name("flag_room",
           factor(wrap(u(point.zero_flags(), bits_for(point.zero_flags())) - factor(flag_base))));
  const UInt others = name("others", wrap(array.count - 1));  // channels after the first
  auto a = wire<UInt>("a", factor_bits);
  auto b = wire<UInt>("b", factor_bits);
  // `product + base + extra` must not be above `limit`, and `left` not above `right`.
  auto base = wire<UInt>("base", factor_bits);
  auto extra = wire<UInt>("extra", product_bits);
  auto limit = wire<UInt>("limit", factor_bits);
  auto limited = wire<Bool>("limited");
  auto left = wire<UInt>("left", product_bits);
  auto right = wire<UInt>("right", product_bits);
  auto compared = wire<Bool>("compared");
  a <<= others;
  b <<= array.output_channel_words;
  base <<= array.input_word;
  extra <<= first;
  limit <<= point.input_words();
  limited <<= false;
  left <<= first;
  right <<= array.output_channel_words;
  compared <<= false;
  switch_(step, [&](auto& in) {
    in.is(0, [&] {
      a <<= mux(is_load_input, chunks, mux(is_store, wrap(chunks - 1), factor(array.output_rows)));
      b <<= mux(is_load_input, factor(chunk_beats),
                mux(is_store, factor(words_between), factor(array.output_pitch)));
    });
    in.is(1, [&] {
      a <<= mux(is_load_input, flag_room, factor(array.tile_rows));
      b <<= mux(is_load_input, factor(row_beats), factor(array.input_pitch));
      // The chunks end in the buffer.
      base <<= mux(is_load_input, factor(start_beat), factor(buffer));
      extra <<= mux(is_load_input, u(0, factor_bits), factor(chunk_words));
      limit <<=
          mux(is_load_input, u(input_beats, factor_bits), u(point.output_words(), factor_bits));
      limited <<= is_load_input | is_store;
    });
    in.is(2, [&] {
      a <<= array.count;
      // Every row has a flag; a channel's tile does not reach into the next.
      left <<= mux(is_load_input, first, product);
      right <<= mux(is_load_input, product, array.input_channel_words.extend(product_bits));
      compared <<= is_load_input | (is_vector & (array.count != 1));
    });
    in.is(3, [&] {
      b <<= array.local_channel_words;
      base <<= array.output_word;
      extra <<= 0;
      limit <<= point.output_words();
      limited <<= array.to_output;
      compared <<= array.to_output;  // a channel's output rows do not reach into the next
    });
    in.is(4, [&] {
      b <<= array.local_rows;
      base <<= array.local_word;
      limited <<= array.to_input;
      right <<= array.local_channel_words;
      compared <<= array.to_input;
    });
    in.is(5, [&] {
      b <<= array.operand_channel_words;
      base <<= array.local_flag;
      extra <<= array.output_rows;
      limit <<= point.zero_flags();
      limited <<= array.to_input;
    });
    in.is(6, [&] {
      b <<= array.input_channel_words;
      base <<= array.operand_word;
      limited <<= array.operand;
    });
    in.otherwise([&] {
      extra <<= second;
      limited <<= true;
    });
  });

  const Bool passed_limit = name("passed_limit", limited & (product + base + extra > limit));
  const Bool passed_other = name("passed_other", compared & (left > right));
  when(io.valid & (step != checked_step), [&] {
    step <<= mux((step == 2) & !is_array, u(checked_step, 4), wrap(step + 1));
    product <<= a * b;
    fault <<= mux(step == 0, single_fault, fault | passed_limit | passed_other);
    when(step == 1, [&] { first <<= product; });
    when(step == 2, [&] { second <<= product; });
  });
  when(io.next, [&] { step <<= 0; });
  io.checked <<= step == checked_step;
  io.fault <<= fault;
  io.illegal_opcode <<= (whole(place::opcode) == 0) | (whole(place::opcode) > last_opcode);
}

}  // namespace sd::rtl
