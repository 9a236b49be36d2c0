#include <limits>

#include "machine.hpp"
#include "rtl/schedule/program.hpp"

namespace sd::schedule {

namespace {

/// Non-zero digits of the radix-4 Booth recoding of a signed byte: d_i = b_(2i-1) + b_2i - 2
/// b_(2i+1), b_-1 = 0.
std::uint64_t booth_digits(int value) {
  std::uint64_t count = 0;
  const unsigned bits = static_cast<unsigned>(value) << 1;
  for (int i = 0; i < 4; ++i) {
    const unsigned triple = bits >> (2 * i) & 7U;
    count += triple != 0 && triple != 7 ? 1 : 0;
  }
  return count;
}

LayerMode mode_of(const Compute& c) {
  return static_cast<LayerMode>(c.mode);
}

}  // namespace

/// [slices][macs] partial sums of a segment, and the lanes that lie inside the width.
struct Machine::Accumulators {
  std::vector<std::int64_t> sums;
  std::int64_t lanes = 0;
};

std::int64_t Machine::words_per_row(const Compute& c) const {
  return design_.rebuild && c.bypass != 0 ? design_.columns : 1;
}

void Machine::require_ranges(const Compute& c) const {
  const auto require = [](const char* field, std::int64_t value, std::int64_t least,
                          std::int64_t most) {
    if (value < least || value > most)
      throw ProgramFault(
          fmt::format("{}: {} is out of range; allowed are {} to {}", field, value, least, most));
  };
  require("active_slices", c.active_slices, 1, design_.slices);
  require("stride", c.stride, 1, design_.max_stride);
  require("steps", c.steps, 1, design_.columns);
  require("mode", c.mode, 0, 2);
  require("output_columns", c.output_columns, 1, c.output_pitch * design_.macs);
  require("input_columns", c.input_columns, 1, c.input_pitch * design_.macs);
  require("output_channel_words", c.output_channel_words, c.output_rows * c.output_pitch, 65535);
  if (!design_.rebuild) require("bypass", c.bypass, 0, 0);
}

void Machine::run(const Compute& c) {
  require_ranges(c);
  bool first = true;
  for (std::int64_t row = 0; row < c.output_rows; ++row)
    for (std::int64_t segment = 0; segment < c.output_pitch; ++segment) {
      const std::int64_t first_column = segment * design_.macs;
      Accumulators sums;
      sums.sums.resize(static_cast<std::size_t>(design_.slices * design_.macs));
      sums.lanes = std::clamp<std::int64_t>(c.output_columns - first_column, 0, design_.macs);
      if (sums.lanes > 0) run_segment(c, row, first_column, first, sums);
      first = false;
      drain(c, row, segment, sums);
    }
}

void Machine::run_segment(const Compute& c, std::int64_t row, std::int64_t first_column, bool first,
                          Accumulators& sums) {
  const std::int64_t basis_words = design_.rank * design_.columns;
  std::int64_t word = c.weight_word;
  for (std::int64_t i = 0; i < c.index_entries; ++i) {
    const IndexEntry& entry = index_.read(c.index_entry + i);
    if (entry.marker) {
      if (!design_.rebuild || c.bypass != 0)
        throw ProgramFault("meets a marker, but rebuilds nothing");
      if (first || c.keep_basis == 0) load_basis(c, word);
      word += basis_words;
      continue;
    }
    if (is_dropped(c, entry, row))
      ++activity_.rows_skipped_activation;
    else
      run_job(c, entry, word, row, first_column, sums);
    word += words_per_row(c);
  }
  activity_.index_buffer_reads += static_cast<std::uint64_t>(c.index_entries);
  activity_.rows_skipped_weight += static_cast<std::uint64_t>(c.rows_not_stored);
  activity_.outputs += static_cast<std::uint64_t>(sums.lanes * c.active_slices);
}

void Machine::load_basis(const Compute& c, std::int64_t word) {
  const int basis_words = design_.rank * design_.columns;
  for (int i = 0; i < basis_words; ++i) {
    const auto& parts = weights_.read(word + i);
    for (std::int64_t slice = 0; slice < c.active_slices; ++slice)
      basis_[static_cast<std::size_t>(slice * basis_words + i)] =
          static_cast<std::int8_t>(parts[static_cast<std::size_t>(slice)].bits(0, 8));
  }
  activity_.weight_buffer_reads += static_cast<std::uint64_t>(basis_words);
}

/// The row of the tile that a step reads, or -1 where it reads zeros.
std::int64_t Machine::tile_row(const Compute& c, const IndexEntry& entry, std::int64_t row,
                               std::int64_t step) const {
  if (mode_of(c) == LayerMode::fully_connected) return 0;
  const bool window = mode_of(c) == LayerMode::window;
  const std::int64_t y = c.first_row + row * c.stride + (window ? entry.r : 0);
  if (y < 0 || y >= c.tile_rows) return -1;
  const std::int64_t number = entry.c_row + y + (window ? 0 : step * c.tile_rows);
  return number < c.total_tile_rows ? number : -1;
}

/// Padding always, rows of zeros if the command says so.
bool Machine::is_dropped(const Compute& c, const IndexEntry& entry, std::int64_t row) {
  const std::int64_t rows = mode_of(c) == LayerMode::pointwise ? c.steps : 1;
  for (std::int64_t step = 0; step < rows; ++step) {
    const std::int64_t number = tile_row(c, entry, row, step);
    if (number >= 0 && (c.skip_zero_rows == 0 || flags_.read(c.first_flag + number) != 0))
      return false;
  }
  return true;
}

void Machine::run_job(const Compute& c, const IndexEntry& entry, std::int64_t word,
                      std::int64_t row, std::int64_t first_column, Accumulators& sums) {
  const std::int64_t steps = c.steps, lanes = sums.lanes;
  const std::int64_t words = words_per_row(c) == 1 ? 1 : steps;
  std::uint64_t digits = 0;
  std::vector<int> weights(static_cast<std::size_t>(c.active_slices));
  for (std::int64_t step = 0; step < steps; ++step) {
    const std::int64_t number = tile_row(c, entry, row, step);
    const bool reads_again = step == 0 || mode_of(c) == LayerMode::pointwise;
    if (reads_again && number >= 0) ++activity_.input_buffer_reads;
    for (std::int64_t slice = 0; slice < c.active_slices; ++slice)
      weights[static_cast<std::size_t>(slice)] = weight(c, word, slice, step);
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      std::int64_t column = (first_column + lane) * c.stride;
      if (mode_of(c) == LayerMode::window) column += step - c.pad_left;
      if (mode_of(c) == LayerMode::fully_connected) column = entry.c_row + step;
      const bool inside = number >= 0 && column >= 0 && column < c.input_columns;
      const std::int64_t at = (c.input_word + number * c.input_pitch) * design_.macs + column;
      const int activation = inside ? static_cast<std::int8_t>(input_.read(at)) : 0;
      digits += booth_digits(activation);
      if (activation == 0) continue;
      for (std::int64_t slice = 0; slice < c.active_slices; ++slice)
        sums.sums[static_cast<std::size_t>(slice * design_.macs + lane)] +=
            activation * weights[static_cast<std::size_t>(slice)];
    }
  }
  const auto products = static_cast<std::uint64_t>(steps * lanes * c.active_slices);
  ++activity_.rows_executed;
  activity_.macs += products;
  activity_.mac_active += design_.mac_kind == design::MacKind::booth_serial
                              ? digits * static_cast<std::uint64_t>(c.active_slices)
                              : products;
  activity_.weight_buffer_reads += static_cast<std::uint64_t>(words);
  if (design_.rebuild && c.bypass == 0)
    activity_.weights_rebuilt += static_cast<std::uint64_t>(steps * c.active_slices);
}

int Machine::weight(const Compute& c, std::int64_t word, std::int64_t slice, std::int64_t step) {
  const auto part = static_cast<std::size_t>(slice);
  if (!design_.rebuild)
    return static_cast<std::int8_t>(weights_.read(word)[part].bits(static_cast<int>(step) * 8, 8));
  if (c.bypass != 0) return static_cast<std::int8_t>(weights_.read(word + step)[part].bits(0, 8));
  const int code_bits = design_.code_bits();
  const WordPart codes = weights_.read(word)[part];
  std::int64_t sum = 0;
  for (int j = 0; j < design_.rank; ++j) {
    const std::uint64_t code = codes.bits(j * code_bits, code_bits);
    const int magnitude = static_cast<int>(code & ((std::uint64_t{1} << (code_bits - 1)) - 1));
    if (magnitude == 0) continue;
    if (magnitude > design_.levels)
      throw ProgramFault(fmt::format("meets a coefficient of magnitude {}; there are {} levels",
                                     magnitude, design_.levels));
    const std::int64_t element =
        basis_[static_cast<std::size_t>((slice * design_.rank + j) * design_.columns + step)];
    const std::int64_t term = element * (std::int64_t{1} << (design_.levels - magnitude));
    sum += code >> (code_bits - 1) != 0 ? -term : term;
  }
  const int q = static_cast<int>(parameters_.read(c.parameter_record + slice) >> 56 & 15U);
  return static_cast<int>(std::clamp<std::int64_t>(pack::round_shift(sum, q), -128, 127));
}

void Machine::drain(const Compute& c, std::int64_t row, std::int64_t segment,
                    const Accumulators& sums) {
  for (std::int64_t slice = 0; slice < c.active_slices; ++slice) {
    const std::uint64_t record = parameters_.read(c.parameter_record + slice);
    const pack::OutputStage stage{static_cast<std::int32_t>(record & 0xffffffffU),
                                  static_cast<std::int16_t>(record >> 32 & 0xffffU),
                                  static_cast<std::uint8_t>(record >> 48 & 0x3fU)};
    std::vector<std::uint8_t> word(static_cast<std::size_t>(design_.macs));
    for (std::int64_t lane = 0; lane < sums.lanes; ++lane) {
      const std::int64_t sum = sums.sums[static_cast<std::size_t>(slice * design_.macs + lane)];
      if (sum < std::numeric_limits<std::int32_t>::min() ||
          sum > std::numeric_limits<std::int32_t>::max())
        throw ProgramFault(fmt::format("accumulates {}, which 32 bits do not hold", sum));
      word[static_cast<std::size_t>(lane)] = static_cast<std::uint8_t>(
          pack::apply(stage, static_cast<std::int32_t>(sum), c.relu != 0));
    }
    output_.write(c.output_word + slice * c.output_channel_words + row * c.output_pitch + segment,
                  std::move(word));
  }
  activity_.output_buffer_writes += static_cast<std::uint64_t>(c.active_slices);
}

}  // namespace sd::schedule
