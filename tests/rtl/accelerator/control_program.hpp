// Command words, written from docs/accelerator.md and not from the hardware's own tables.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace sd::rtl::test {

using CommandWords = std::array<std::uint32_t, 16>;

inline constexpr std::uint32_t pop_prev = 1U << 8, pop_next = 1U << 9, push_prev = 1U << 10,
                               push_next = 1U << 11;

inline CommandWords load_input(std::uint32_t flags, std::uint32_t address,
                               std::uint32_t chunk_bytes, std::uint32_t chunks,
                               std::uint32_t stride, std::uint32_t word, std::uint32_t pitch,
                               std::uint32_t flag) {
  return {1 | flags, address, chunk_bytes, chunks, stride, word, pitch, flag};
}
/// How `r` and `c_row` grow from row to row of an index bitmap.
struct RowSteps {
  std::uint32_t r_step = 1, r_wrap = 1, row_step = 0, row_carry = 0;
};
inline CommandWords load_index(std::uint32_t flags, std::uint32_t address, std::uint32_t bytes,
                               std::uint32_t entry, std::uint32_t rows, const RowSteps& steps,
                               std::uint32_t slice_rows, bool markers, std::uint32_t entries) {
  return {2 | flags,
          address,
          bytes,
          0,
          0,
          entry,
          rows | steps.r_step << 16 | steps.r_wrap << 24,
          steps.row_step | steps.row_carry << 16,
          slice_rows | (markers ? 1U << 31 : 0U),
          entries};
}
inline CommandWords load_weights(std::uint32_t flags, std::uint32_t address, std::uint32_t bytes,
                                 std::uint32_t word, std::uint32_t words) {
  return {3 | flags, address, bytes, 0, 0, word, words};
}
inline CommandWords load_parameters(std::uint32_t flags, std::uint32_t address, std::uint32_t bytes,
                                    std::uint32_t record, std::uint32_t records) {
  return {4 | flags, address, bytes, 0, 0, record, records};
}
inline CommandWords store(std::uint32_t flags, std::uint32_t address, std::uint32_t chunk_bytes,
                          std::uint32_t chunks, std::uint32_t stride, std::uint32_t word,
                          std::uint32_t words_between) {
  return {6 | flags, address, chunk_bytes, chunks, stride, word, words_between};
}
inline CommandWords end_of_program() {
  return {7};
}

/// A COMPUTE that every design accepts: one row of one word from one tile row of one word, one
/// slice, to the output buffer.
inline CommandWords compute(std::uint32_t flags) {
  CommandWords c{5 | flags};
  c[4] = 1 | 1U << 16;                                   // input pitch, tile rows
  c[6] = 1 | 1U << 16;                                   // output rows, columns
  c[7] = 1 | 1U << 24;                                   // input columns, steps
  c[8] = 1U << 16;                                       // output pitch
  c[9] = 1 | 1U << 16;                                   // words per channel, slices
  c[10] = 1U << 16;                                      // rows of the tile
  c[11] = 1 | 1U << 4 | 1U << 13 | 1U << 17 | 1U << 21;  // strides, block, to the output buffer
  return c;
}

/// A VECTOR that every design accepts: one row of one word of one channel, to the output buffer.
inline CommandWords vector(std::uint32_t flags) {
  CommandWords c{8 | flags};
  c[3] = 1 | 1U << 16;         // channels, input channel words
  c[4] = 1 | 1U << 16;         // input pitch, tile rows
  c[5] = 1U << 16;             // input columns
  c[6] = 1 | 1U << 16;         // output rows, columns
  c[7] = 1 | 1U << 16;         // output pitch, words per channel
  c[9] = 1U << 24 | 1U << 28;  // strides
  c[10] = 1 | 1U << 16;        // window
  c[11] = c[12] = 1;           // multipliers
  c[13] = 1U << 20;            // to the output buffer
  return c;
}

inline CommandWords with_id(CommandWords c, std::uint32_t id) {
  c[0] = (c[0] & 0xffffU) | id << 16;
  return c;
}

/// Writes a program into memory; command i gets id first_id + i.
inline void write_program(std::vector<std::uint8_t>& memory, std::uint32_t address,
                          const std::vector<CommandWords>& program, std::uint32_t first_id = 1) {
  for (std::size_t i = 0; i < program.size(); ++i) {
    const CommandWords c = with_id(program[i], first_id + static_cast<std::uint32_t>(i));
    std::memcpy(&memory.at(address + 64 * i), c.data(),
                64);  // little-endian hosts only, as the simulator
  }
}

}  // namespace sd::rtl::test
