#include "control_command_rules.hpp"

namespace sd::rtl::test {

namespace {

__extension__ typedef unsigned __int128 Wide;  // products of three words

/// Words first .. 15 are zero.
bool zero_from(const CommandWords& c, std::size_t first) {
  for (std::size_t i = first; i < c.size(); ++i)
    if (c[i] != 0) return false;
  return true;
}

bool multiple(std::uint32_t value, int unit) {
  return value % static_cast<std::uint32_t>(unit) == 0;
}

bool load_input_ok(const CommandWords& c, const design::DesignPoint& p) {
  const Wide total = Wide{c[2]} * c[3];
  const Wide start = Wide{c[5]} * static_cast<unsigned>(p.macs);
  const Wide rows = c[6] == 0 ? 0 : (total + c[6] - 1) / c[6];
  return zero_from(c, 8) && c[3] >= 1 && c[3] <= 65535 && multiple(c[4], p.axi_bytes()) &&
         multiple(static_cast<std::uint32_t>(start), p.axi_bytes()) &&
         start + total <= static_cast<unsigned>(p.input_buffer_bytes) && c[6] > 0 &&
         multiple(c[6], p.axi_bytes()) && c[6] <= static_cast<unsigned>(p.input_buffer_bytes) &&
         c[7] + rows <= static_cast<unsigned>(p.zero_flags());
}

bool load_index_ok(const CommandWords& c, const design::DesignPoint& p) {
  const std::uint32_t rows = c[6] & 0xffff, r_step = c[6] >> 16 & 0xff, r_wrap = c[6] >> 24;
  const bool markers = c[8] >> 31 != 0;
  return zero_from(c, 10) && c[3] == 0 && c[4] == 0 && (c[8] & 0x7fff0000U) == 0 &&
         c[9] >> 16 == 0 && rows > 0 && Wide{rows} <= Wide{c[2]} * 8 && r_wrap >= 1 &&
         r_step <= r_wrap && (!markers || (c[8] & 0xffff) != 0) &&
         Wide{c[5]} + (c[9] & 0xffff) <= static_cast<unsigned>(p.index_buffer_entries);
}

bool stream_ok(const CommandWords& c, int limit, int bits_each) {
  return zero_from(c, 7) && c[3] == 0 && c[4] == 0 &&
         Wide{c[5]} + c[6] <= static_cast<unsigned>(limit) &&
         Wide{c[6]} * static_cast<unsigned>(bits_each) <= Wide{c[2]} * 8;
}

bool store_ok(const CommandWords& c, const design::DesignPoint& p) {
  const unsigned words = static_cast<unsigned>(p.output_words()),
                 macs = static_cast<unsigned>(p.macs);
  const Wide chunk_words = (Wide{c[2]} + macs - 1) / macs;
  return zero_from(c, 7) && c[3] >= 1 && c[3] <= 65535 && multiple(c[4], p.axi_bytes()) &&
         c[5] < words && c[6] <= words && c[5] + Wide{c[3] - 1} * c[6] + chunk_words <= words;
}

bool at_most(Wide value, int limit) {
  return value <= static_cast<unsigned>(limit);
}

/// The words that `channels` channels of `channel_words` take from `first` on, the last of them
/// with `used` words, are at most `limit`.
bool fit(std::uint32_t first, std::uint32_t channels, std::uint32_t channel_words, Wide used,
         int limit) {
  return at_most(first + Wide{channels - 1} * channel_words + used, limit);
}

/// Rows of results and where they go: COMPUTE's and VECTOR's alike.
struct Results {
  std::uint32_t channels, rows, columns, pitch;
  bool to_output, to_input;
  std::uint32_t output_word, output_channel_words;
  std::uint32_t local_word, local_channel_words, local_flag, local_rows;
};

bool results_ok(const Results& r, const design::DesignPoint& p) {
  if (r.channels < 1 || r.rows < 1 || r.columns < 1 || r.pitch < 1) return false;
  if (r.columns > Wide{r.pitch} * static_cast<unsigned>(p.macs)) return false;
  const Wide words = Wide{r.rows} * r.pitch;
  if (r.to_output &&
      (words > r.output_channel_words ||
       !at_most(r.output_word + Wide{r.channels} * r.output_channel_words, p.output_words())))
    return false;
  if (r.to_input &&
      (words > r.local_channel_words || r.local_rows < r.rows ||
       !fit(r.local_word, r.channels, r.local_channel_words, words, p.input_words()) ||
       !fit(r.local_flag, r.channels, r.local_rows, r.rows, p.zero_flags())))
    return false;
  return r.to_output || r.to_input;
}

bool stride_ok(std::uint32_t stride, const design::DesignPoint& p) {
  return stride >= 1 && at_most(stride, p.max_stride);
}

bool compute_ok(const CommandWords& c, const design::DesignPoint& p) {
  const auto low = [&](std::size_t i) { return c[i] & 0xffff; };
  const auto high = [&](std::size_t i) { return c[i] >> 16; };
  if (c[7] >> 28 != 0 || c[9] >> 31 != 0 || c[11] >> 31 != 0 || high(14) != 0 ||
      (c[15] & 0x80008000U) != 0)
    return false;
  const std::uint32_t active = high(9) & 0xff, steps = c[7] >> 24 & 15, mode = c[9] >> 25 & 3,
                      stride_x = c[11] & 15, stride_y = c[11] >> 4 & 15,
                      block_rows = c[11] >> 13 & 15, block_words = c[11] >> 17 & 15,
                      input_pitch = low(4), output_pitch = high(8);
  if (!at_most(active, p.slices) ||
      !results_ok({active, low(6), high(6), output_pitch, (c[11] >> 21 & 1) != 0,
                   (c[11] >> 22 & 1) != 0, low(8), low(9), high(3), low(14), low(13), high(13)},
                  p))
    return false;
  if ((c[11] >> 23 & 1) != 0 &&
      !fit(low(12), active, high(12), Wide{low(6)} * output_pitch, p.input_words()))
    return false;
  if (block_rows < 1 || block_words < 1 || !at_most(block_rows * block_words, p.block_segments))
    return false;
  if (block_rows > 1 &&
      (block_words != output_pitch || block_words != input_pitch || stride_x != 1 || stride_y != 1))
    return false;
  if (mode == 2 && (block_rows != 1 || block_words != 1 || (c[9] >> 29 & 1) != 0)) return false;
  return low(1) < static_cast<unsigned>(p.index_buffer_entries) &&
         at_most(low(1) + high(1), p.index_buffer_entries) &&
         low(2) < static_cast<unsigned>(p.weight_words()) &&
         at_most(high(2) + active, p.parameter_records()) && input_pitch >= 1 && high(4) >= 1 &&
         high(4) <= high(10) && at_most(high(5) + high(10), p.zero_flags()) &&
         at_most(low(3) + Wide{high(10)} * input_pitch, p.input_words()) && steps >= 1 &&
         at_most(steps, p.columns) && stride_ok(stride_x, p) && stride_ok(stride_y, p);
}

bool vector_ok(const CommandWords& c, const design::DesignPoint& p) {
  const auto low = [&](std::size_t i) { return c[i] & 0xffff; };
  const auto high = [&](std::size_t i) { return c[i] >> 16; };
  if (!zero_from(c, 14) || (c[11] & 0x80008000U) != 0 || (c[12] & 0xffc08000U) != 0 ||
      c[13] >> 22 != 0)
    return false;
  const std::uint32_t channels = low(3), pitch = low(7), stride_x = c[9] >> 24 & 15,
                      stride_y = c[9] >> 28, pad_left = high(9) & 0xff;
  const bool two = (c[13] >> 17 & 1) != 0, across = (c[13] >> 18 & 1) != 0;
  if (!results_ok({channels, low(6), high(6), pitch, (c[13] >> 20 & 1) != 0, (c[13] >> 21 & 1) != 0,
                   low(2), high(7), high(2), low(8), low(9), high(8)},
                  p))
    return false;
  const Wide tile = Wide{high(4)} * low(4);
  if (low(4) < 1 || high(4) < 1 || (channels > 1 && tile > high(3)) ||
      !fit(low(1), channels, high(3), tile, p.input_words()))
    return false;
  if (two &&
      (low(10) != 1 || high(10) != 1 || stride_x != 1 || stride_y != 1 || pad_left != 0 ||
       low(4) != pitch || !fit(high(1), channels, low(13), Wide{low(6)} * pitch, p.input_words())))
    return false;
  return low(10) >= 1 && high(10) >= 1 && stride_ok(stride_x, p) && stride_ok(stride_y, p) &&
         (!across || high(6) == 1);
}

}  // namespace

bool within_ranges(const CommandWords& c, const design::DesignPoint& p) {
  const std::uint32_t opcode = c[0] & 0xff, tokens = c[0] >> 8 & 15;
  if ((c[0] & 0xf000) != 0) return false;
  if (opcode == 7) return tokens == 0 && zero_from(c, 1);
  if (opcode == 5) return compute_ok(c, p);
  if (opcode == 8) return vector_ok(c, p);
  // Loads give nothing to stores: neither push_prev of a LOAD nor pop_next of a STORE.
  if ((tokens & (opcode == 6 ? 0b0010U : 0b0100U)) != 0) return false;
  if (c[2] == 0 || !multiple(c[1], p.axi_bytes()) || !multiple(c[2], p.axi_bytes())) return false;
  switch (opcode) {
    case 1:
      return load_input_ok(c, p);
    case 2:
      return load_index_ok(c, p);
    case 3:
      return stream_ok(c, p.weight_words(), p.weight_word_bits());
    case 4:
      return stream_ok(c, p.parameter_records(), 64);
    default:
      return store_ok(c, p);
  }
}

}  // namespace sd::rtl::test
