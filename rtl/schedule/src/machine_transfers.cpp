#include <algorithm>

#include "machine.hpp"

namespace sd::schedule {

namespace {

bool bit_of(std::span<const std::uint8_t> bytes, std::int64_t at) {
  return (bytes[static_cast<std::size_t>(at / 8)] >> (at % 8) & 1U) != 0;
}

std::uint64_t bits_of(std::span<const std::uint8_t> bytes, std::int64_t at, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value |= std::uint64_t{bit_of(bytes, at + i)} << i;
  return value;
}

void require_chunks(std::int64_t chunks) {
  if (chunks < 1 || chunks > 65535)
    throw ProgramFault(fmt::format("chunks: {} is out of range; allowed are 1 to 65535", chunks));
}

}  // namespace

void Machine::run(const LoadInput& load) {
  if (load.row_bytes == 0 || load.row_bytes % design_.row_align_bytes() != 0 ||
      load.chunk_bytes % load.row_bytes != 0)
    throw ProgramFault(
        fmt::format("loads chunks of {} bytes in rows of {}; rows are multiples of {} bytes, and "
                    "chunks whole rows",
                    load.chunk_bytes, load.row_bytes, design_.row_align_bytes()));
  if (load.word * design_.macs % design_.axi_bytes() != 0)
    throw ProgramFault(
        fmt::format("loads into input buffer word {}, which is not on a beat", load.word));
  require_chunks(load.chunks);
  std::int64_t to = load.word * design_.macs, flag = load.first_flag;
  for (std::int64_t chunk = 0; chunk < load.chunks; ++chunk) {
    const auto bytes = read_dram(load.address + chunk * load.stride, load.chunk_bytes);
    for (auto row = bytes.begin(); row != bytes.end(); row += load.row_bytes) {
      for (std::int64_t b = 0; b < load.row_bytes; ++b) input_.write(to++, row[b]);
      flags_.write(
          flag++,
          std::any_of(row, row + load.row_bytes, [](std::uint8_t v) { return v != 0; }) ? 1 : 0);
    }
    activity_.input_buffer_writes +=
        static_cast<std::uint64_t>(load.chunk_bytes / design_.axi_bytes());
  }
}

void Machine::run(const LoadIndex& load) {
  const auto bitmap = read_dram(load.address, load.bytes);
  if (load.bytes * 8 < load.rows || load.rows == 0 || load.slice_rows == 0 ||
      load.kernel_rows == 0 || load.kernel_rows > design_.max_kernel_rows)
    throw ProgramFault(fmt::format("reads {} rows of R = {} in slices of {} from {} bytes",
                                   load.rows, load.kernel_rows, load.slice_rows, load.bytes));
  std::int64_t entries = 0;
  IndexEntry entry;
  for (std::int64_t row = 0; row < load.rows; ++row) {
    entry.marker = true;
    if (load.markers != 0 && row % load.slice_rows == 0)
      index_.write(load.entry + entries++, entry);
    entry.marker = false;
    if (bit_of(bitmap, row)) index_.write(load.entry + entries++, entry);
    if (++entry.r == load.kernel_rows) {
      entry.r = 0;
      entry.c_row += load.row_step;
    }
  }
  if (entries != load.entries)
    throw ProgramFault(
        fmt::format("expects {} index entries, the bitmap gives {}", load.entries, entries));
  activity_.index_buffer_writes += static_cast<std::uint64_t>(entries);
}

void Machine::run(const LoadWeights& load) {
  const auto stream = read_dram(load.address, load.bytes);
  const std::int64_t word_bits = design_.weight_word_bits();
  if (load.bytes * 8 < load.words * word_bits)
    throw ProgramFault(
        fmt::format("reads {} words of {} bits from {} bytes", load.words, word_bits, load.bytes));
  const int row_bits = design_.row_bits();
  for (std::int64_t word = 0; word < load.words; ++word) {
    std::vector<WordPart> parts(static_cast<std::size_t>(design_.slices));
    for (int slice = 0; slice < design_.slices; ++slice) {
      const std::int64_t at = word * word_bits + std::int64_t{slice} * row_bits;
      parts[static_cast<std::size_t>(slice)] = {
          bits_of(stream, at, std::min(row_bits, 64)),
          bits_of(stream, at + 64, std::max(row_bits - 64, 0))};
    }
    weights_.write(load.word + word, std::move(parts));
  }
  activity_.weight_buffer_writes += static_cast<std::uint64_t>(load.words);
}

void Machine::run(const LoadParameters& load) {
  const auto records = read_dram(load.address, load.bytes);
  if (load.bytes < load.records * 8)
    throw ProgramFault(fmt::format("reads {} records from {} bytes", load.records, load.bytes));
  for (std::int64_t i = 0; i < load.records; ++i)
    parameters_.write(load.record + i, bits_of(records, i * 64, 64));
}

void Machine::run(const Store& store) {
  const std::int64_t chunk_words = store.chunk_bytes / design_.macs;
  if (store.chunk_bytes % design_.macs != 0)
    throw ProgramFault(
        fmt::format("stores chunks of {} bytes, not whole words", store.chunk_bytes));
  require_chunks(store.chunks);
  for (std::int64_t chunk = 0; chunk < store.chunks; ++chunk) {
    std::vector<std::uint8_t> bytes;
    for (std::int64_t i = 0; i < chunk_words; ++i) {
      const auto& word = output_.read(store.word + chunk * store.chunk_words + i);
      bytes.insert(bytes.end(), word.begin(), word.end());
    }
    write_dram(store.address + chunk * store.stride, bytes);
  }
  activity_.output_buffer_reads += static_cast<std::uint64_t>(store.chunks * chunk_words);
}

}  // namespace sd::schedule
