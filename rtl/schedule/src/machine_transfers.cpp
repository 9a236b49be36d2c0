#include <algorithm>

#include "machine.hpp"

namespace sd::schedule {

namespace {

/// `count` bits, 0 .. 64 of them, from bit `at` of a stream, least significant first; zeros past
/// its end.
std::uint64_t bits_of(std::span<const std::uint8_t> bytes, std::int64_t at, int count) {
  if (count == 0) return 0;
  const auto first = static_cast<std::size_t>(at / 8);
  const int shift = static_cast<int>(at % 8);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8 && first + i < bytes.size(); ++i)
    value |= std::uint64_t{bytes[first + i]} << (8 * i);
  value >>= shift;
  if (shift != 0 && first + 8 < bytes.size())
    value |= std::uint64_t{bytes[first + 8]} << (64 - shift);
  return count == 64 ? value : value & ((std::uint64_t{1} << count) - 1);
}

}  // namespace

void Machine::run(const LoadInput& load) {
  std::int64_t to = load.word * design_.macs, flag = load.first_flag, in_row = 0;
  bool nonzero = false;
  for (std::int64_t chunk = 0; chunk < load.chunks; ++chunk) {
    auto bytes = read_dram(load.address + chunk * load.stride, load.chunk_bytes);
    buffers_.input.write(to, bytes);
    to += load.chunk_bytes;
    // Rows follow the stream, whatever the chunks.
    while (!bytes.empty()) {
      const auto part = static_cast<std::size_t>(
          std::min(load.row_bytes - in_row, static_cast<std::int64_t>(bytes.size())));
      const auto row = bytes.first(part);
      nonzero |= std::any_of(row.begin(), row.end(), [](std::uint8_t v) { return v != 0; });
      bytes = bytes.subspan(part);
      in_row += static_cast<std::int64_t>(part);
      if (in_row < load.row_bytes) continue;
      buffers_.flags.write(flag++, nonzero ? 1 : 0);
      in_row = 0;
      nonzero = false;
    }
  }
  if (in_row > 0) buffers_.flags.write(flag, nonzero ? 1 : 0);
  activity_.input_buffer_writes +=
      static_cast<std::uint64_t>(load.chunks * load.chunk_bytes / design_.axi_bytes());
}

void Machine::run(const LoadIndex& load) {
  const auto bitmap = read_dram(load.address, load.bytes);
  std::vector<IndexEntry> entries;
  IndexEntry entry;
  for (std::int64_t row = 0; row < load.rows; ++row) {
    const bool marker = load.markers != 0 && row % load.slice_rows == 0,
               stored = bits_of(bitmap, row, 1) != 0;
    if ((marker || stored) && entry.c_row > 65535)
      throw ProgramFault(
          fmt::format("counts to c_row {} at row {}, which 16 bits do not hold", entry.c_row, row));
    if (marker) entries.push_back({true, entry.c_row, entry.r});
    if (stored) entries.push_back(entry);
    entry.r += load.r_step;
    entry.c_row += load.row_step;
    if (entry.r >= load.r_wrap) {
      entry.r -= load.r_wrap;
      entry.c_row += load.row_carry;
    }
  }
  const auto count = static_cast<std::int64_t>(entries.size());
  if (count != load.entries)
    throw ProgramFault(
        fmt::format("expects {} index entries, the bitmap gives {}", load.entries, count));
  buffers_.index.write(load.entry, entries);
  activity_.index_buffer_writes += static_cast<std::uint64_t>(count);
}

void Machine::run(const LoadWeights& load) {
  const auto stream = read_dram(load.address, load.bytes);
  const std::int64_t word_bits = design_.weight_word_bits();
  const int row_bits = design_.row_bits();
  std::vector<WordPart> parts(static_cast<std::size_t>(load.words * design_.slices));
  auto part = parts.begin();
  for (std::int64_t word = 0; word < load.words; ++word)
    for (int slice = 0; slice < design_.slices; ++slice) {
      const std::int64_t at = word * word_bits + std::int64_t{slice} * row_bits;
      *part++ = {bits_of(stream, at, std::min(row_bits, 64)),
                 bits_of(stream, at + 64, std::max(row_bits - 64, 0))};
    }
  buffers_.weights.write(load.word * design_.slices, parts);
  activity_.weight_buffer_writes += static_cast<std::uint64_t>(load.words);
}

void Machine::run(const LoadParameters& load) {
  const auto bytes = read_dram(load.address, load.bytes);
  for (std::int64_t i = 0; i < load.records; ++i)
    buffers_.parameters.write(load.record + i, bits_of(bytes, i * 64, 64));
}

void Machine::run(const Store& store) {
  const std::int64_t words = (store.chunk_bytes + design_.macs - 1) / design_.macs;
  for (std::int64_t chunk = 0; chunk < store.chunks; ++chunk) {
    const auto bytes = buffers_.output.read((store.word + chunk * store.chunk_words) * design_.macs,
                                            words * design_.macs);
    write_dram(store.address + chunk * store.stride,
               bytes.first(static_cast<std::size_t>(store.chunk_bytes)));
  }
  activity_.output_buffer_reads += static_cast<std::uint64_t>(store.chunks * words);
}

}  // namespace sd::schedule
