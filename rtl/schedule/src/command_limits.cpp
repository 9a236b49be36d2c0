#include "command_limits.hpp"

#include <fmt/format.h>

#include "rtl/schedule/interpreter.hpp"

namespace sd::schedule {

namespace {

using design::DesignPoint;

void require_range(const char* field, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most)
    throw ProgramFault(
        fmt::format("{}: {} is out of range; allowed are {} to {}", field, value, least, most));
}

/// What begins at `value` takes places up to `end` (not included) of a buffer of `size`.
void require_end(const char* field, std::int64_t value, std::int64_t end, std::int64_t size) {
  if (end > size)
    throw ProgramFault(
        fmt::format("{}: {} is out of range: what lies there ends before {}, the buffer before {}",
                    field, value, end, size));
}

void require_beats(const char* field, std::int64_t value, const DesignPoint& design) {
  if (value % design.axi_bytes() != 0)
    throw ProgramFault(fmt::format("{}: {} is not a multiple of the {} bytes of a beat", field,
                                   value, design.axi_bytes()));
}

constexpr std::int64_t no_limit = 0xffffffff;

/// Addresses and lengths of a transfer.
void require_transfer(std::int64_t address, const char* bytes_field, std::int64_t bytes,
                      const DesignPoint& design) {
  require_beats("address", address, design);
  require_beats(bytes_field, bytes, design);
  require_range(bytes_field, bytes, 1, no_limit);
}

void require_stream(std::int64_t words, const char* words_field, std::int64_t word_bits,
                    std::int64_t bytes) {
  if (words * word_bits > 8 * bytes)
    throw ProgramFault(fmt::format("{}: {} of {} bits each are more than {} bytes hold",
                                   words_field, words, word_bits, bytes));
}

void check(const LoadInput& l, const DesignPoint& design) {
  require_transfer(l.address, "chunk_bytes", l.chunk_bytes, design);
  require_beats("stride", l.stride, design);
  require_range("chunks", l.chunks, 1, 65535);
  if (l.word * design.macs % design.axi_bytes() != 0)
    throw ProgramFault(fmt::format("word: {} does not begin on a beat", l.word));
  const std::int64_t bytes = l.chunks * l.chunk_bytes;
  require_end("word", l.word, l.word + (bytes + design.macs - 1) / design.macs,
              design.input_words());
  require_beats("row_bytes", l.row_bytes, design);
  require_range("row_bytes", l.row_bytes, 1, design.input_buffer_bytes);
  require_end("first_flag", l.first_flag, l.first_flag + (bytes + l.row_bytes - 1) / l.row_bytes,
              design.zero_flags());
}

void check(const LoadIndex& l, const DesignPoint& design) {
  require_transfer(l.address, "bytes", l.bytes, design);
  require_range("rows", l.rows, 1, 8 * l.bytes);
  require_range("r_wrap", l.r_wrap, 1, 255);
  require_range("r_step", l.r_step, 0, l.r_wrap);
  if (l.markers != 0) require_range("slice_rows", l.slice_rows, 1, 65535);
  require_end("entry", l.entry, l.entry + l.entries, design.index_buffer_entries);
}

void check(const LoadWeights& l, const DesignPoint& design) {
  require_transfer(l.address, "bytes", l.bytes, design);
  require_end("word", l.word, l.word + l.words, design.weight_words());
  require_stream(l.words, "words", design.weight_word_bits(), l.bytes);
}

void check(const LoadParameters& l, const DesignPoint& design) {
  require_transfer(l.address, "bytes", l.bytes, design);
  require_end("record", l.record, l.record + l.records, design.parameter_records());
  require_stream(l.records, "records", 64, l.bytes);
}

void check(const Store& s, const DesignPoint& design) {
  require_transfer(s.address, "chunk_bytes", s.chunk_bytes, design);
  require_beats("stride", s.stride, design);
  require_range("chunks", s.chunks, 1, 65535);
  require_range("word", s.word, 0, design.output_words() - 1);
  require_range("chunk_words", s.chunk_words, 0, design.output_words());
  const std::int64_t words = (s.chunk_bytes + design.macs - 1) / design.macs;
  require_end("word", s.word, s.word + (s.chunks - 1) * s.chunk_words + words,
              design.output_words());
}

/// Output rows of `pitch` words for so many channels.
struct Results {
  std::int64_t channels, rows, columns, pitch;
};

void check(const Destination& d, const Results& r, const DesignPoint& design) {
  require_range("output_rows", r.rows, 1, 65535);
  require_range("output_pitch", r.pitch, 1, 65535);
  require_range("output_columns", r.columns, 1, r.pitch * design.macs);
  if (d.to_output == 0 && d.to_input == 0)
    throw ProgramFault(
        "to_output: 0 is out of range: to_input is 0 as well; a result goes somewhere");
  if (d.to_output != 0) {
    require_range("output_channel_words", d.output_channel_words, r.rows * r.pitch, 65535);
    require_end("output_word", d.output_word, d.output_word + r.channels * d.output_channel_words,
                design.output_words());
  }
  if (d.to_input != 0) {
    require_range("local_channel_words", d.local_channel_words, r.rows * r.pitch, 65535);
    require_end("local_word", d.local_word,
                d.local_word + (r.channels - 1) * d.local_channel_words + r.rows * r.pitch,
                design.input_words());
    require_range("local_rows", d.local_rows, r.rows, 65535);
    require_end("local_flag", d.local_flag, d.local_flag + (r.channels - 1) * d.local_rows + r.rows,
                design.zero_flags());
  }
}

void check_block(const Compute& c, const DesignPoint& design) {
  require_range("block_rows", c.block_rows, 1, design.block_segments);
  require_range("block_words", c.block_words, 1, design.block_segments / c.block_rows);
  if (c.block_rows > 1 && (c.block_words != c.output_pitch || c.block_words != c.input_pitch ||
                           c.stride_x != 1 || c.stride_y != 1))
    throw ProgramFault(fmt::format(
        "block_rows: {} is out of range: blocks of several rows need block_words = output_pitch = "
        "input_pitch and strides of 1",
        c.block_rows));
  if (c.mode == 2) {
    require_range("block_rows", c.block_rows, 1, 1);
    require_range("block_words", c.block_words, 1, 1);
    require_range("skip_zero_rows", c.skip_zero_rows, 0, 0);
  }
}

void check(const Compute& c, const DesignPoint& design) {
  require_range("index_entry", c.index_entry, 0, design.index_buffer_entries - 1);
  require_end("index_entry", c.index_entry, c.index_entry + c.index_entries,
              design.index_buffer_entries);
  require_range("weight_word", c.weight_word, 0, design.weight_words() - 1);
  require_range("active_slices", c.active_slices, 1, design.slices);
  require_end("parameter_record", c.parameter_record, c.parameter_record + c.active_slices,
              design.parameter_records());
  require_range("input_pitch", c.input_pitch, 1, 65535);
  require_range("tile_rows", c.tile_rows, 1, c.total_tile_rows);
  require_end("input_word", c.input_word, c.input_word + c.total_tile_rows * c.input_pitch,
              design.input_words());
  require_end("first_flag", c.first_flag, c.first_flag + c.total_tile_rows, design.zero_flags());
  require_range("stride_x", c.stride_x, 1, design.max_stride);
  require_range("stride_y", c.stride_y, 1, design.max_stride);
  require_range("steps", c.steps, 1, design.columns);
  check(c, {c.active_slices, c.output_rows, c.output_columns, c.output_pitch}, design);
  if (c.residual != 0)
    require_end("residual_word", c.residual_word,
                c.residual_word + (c.active_slices - 1) * c.residual_channel_words +
                    c.output_rows * c.output_pitch,
                design.input_words());
  check_block(c, design);
}

void check(const Vector& v, const DesignPoint& design) {
  require_range("channels", v.channels, 1, 65535);
  require_range("tile_rows", v.tile_rows, 1, 65535);
  require_range("input_pitch", v.input_pitch, 1, 65535);
  const std::int64_t tile_words = v.tile_rows * v.input_pitch;
  if (v.channels > 1)
    require_range("input_channel_words", v.input_channel_words, tile_words, 65535);
  require_end("input_word", v.input_word,
              v.input_word + (v.channels - 1) * v.input_channel_words + tile_words,
              design.input_words());
  require_range("window_rows", v.window_rows, 1, 65535);
  require_range("window_columns", v.window_columns, 1, 65535);
  require_range("stride_x", v.stride_x, 1, design.max_stride);
  require_range("stride_y", v.stride_y, 1, design.max_stride);
  check(v, {v.channels, v.output_rows, v.output_columns, v.output_pitch}, design);
  if (v.across != 0) require_range("output_columns", v.output_columns, 1, 1);
  if (v.two_operands == 0) return;
  require_end(
      "second_word", v.second_word,
      v.second_word + (v.channels - 1) * v.second_channel_words + v.output_rows * v.output_pitch,
      design.input_words());
  require_range("window_rows", v.window_rows, 1, 1);
  require_range("window_columns", v.window_columns, 1, 1);
  require_range("stride_x", v.stride_x, 1, 1);
  require_range("stride_y", v.stride_y, 1, 1);
  require_range("pad_left", v.pad_left, 0, 0);
  require_range("output_pitch", v.output_pitch, v.input_pitch, v.input_pitch);
}

void check(const End&, const DesignPoint&) {}

}  // namespace

void require_limits(const Operation& operation, const DesignPoint& design) {
  std::visit([&](const auto& o) { check(o, design); }, operation);
}

}  // namespace sd::schedule
