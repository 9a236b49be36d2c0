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
  const std::uint32_t rows = c[6] & 0xffff, kernel_rows = c[6] >> 16 & 0xff;
  const bool markers = c[8] >> 31 != 0;
  return zero_from(c, 10) && c[3] == 0 && c[4] == 0 && c[6] >> 24 == 0 && c[7] >> 16 == 0 &&
         (c[8] & 0x7fff0000U) == 0 && c[9] >> 16 == 0 && rows > 0 && Wide{rows} <= Wide{c[2]} * 8 &&
         kernel_rows >= 1 && kernel_rows <= static_cast<unsigned>(p.max_kernel_rows) &&
         (!markers || (c[8] & 0xffff) != 0) &&
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

bool compute_ok(const CommandWords& c, const design::DesignPoint& p) {
  const auto low = [&](std::size_t i) { return c[i] & 0xffff; };
  const auto high = [&](std::size_t i) { return c[i] >> 16; };
  const std::uint32_t active = high(9) & 0xff, stride = c[7] >> 24 & 15, steps = c[7] >> 28,
                      mode = c[9] >> 25 & 3;
  const auto at_most = [](Wide value, int limit) { return value <= static_cast<unsigned>(limit); };
  return zero_from(c, 11) && c[9] >> 30 == 0 &&
         low(1) < static_cast<unsigned>(p.index_buffer_entries) &&
         at_most(low(1) + high(1), p.index_buffer_entries) &&
         low(2) < static_cast<unsigned>(p.weight_words()) &&
         at_most(high(2) + active, p.parameter_records()) &&
         c[3] < static_cast<unsigned>(p.input_words()) && low(4) >= 1 && high(4) >= 1 &&
         high(4) <= high(10) && at_most(high(5) + high(10), p.zero_flags()) && low(6) >= 1 &&
         high(6) >= 1 && high(8) >= 1 &&
         Wide{high(6)} <= Wide{high(8)} * static_cast<unsigned>(p.macs) && stride >= 1 &&
         at_most(stride, p.max_stride) && steps >= 1 && at_most(steps, p.columns) && mode <= 2 &&
         active >= 1 && at_most(active, p.slices) &&
         low(8) < static_cast<unsigned>(p.output_words()) && Wide{low(6)} * high(8) <= low(9) &&
         at_most(low(8) + Wide{active} * low(9), p.output_words()) &&
         at_most(Wide{c[3]} + Wide{high(10)} * low(4), p.input_words());
}

}  // namespace

bool within_ranges(const CommandWords& c, const design::DesignPoint& p) {
  const std::uint32_t opcode = c[0] & 0xff, tokens = c[0] >> 8 & 15;
  if ((c[0] & 0xf000) != 0) return false;
  if (opcode == 7) return tokens == 0 && zero_from(c, 1);
  if (opcode == 5) return compute_ok(c, p);
  // Load has no unit before it, store none after.
  if (opcode == 6 ? (tokens & 0b1010) != 0 : (tokens & 0b0101) != 0) return false;
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
