// The accelerator's commands (docs/accelerator.md, "Commands"): as fields, as 64 bytes, as text for
// people.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace sd::schedule {

inline constexpr int command_bytes = 64;
using CommandWords = std::array<std::uint32_t, command_bytes / 4>;

/// A field that its bits cannot hold, an illegal opcode, or a set bit that has no name.
class CommandError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// For load, prev is store and next is compute; for compute, prev is load and next is store; for
/// store, prev is compute and next is load.
struct Tokens {
  bool pop_prev = false, pop_next = false;    ///< waited for before the command starts
  bool push_prev = false, push_next = false;  ///< given when it is complete
  friend bool operator==(const Tokens&, const Tokens&) = default;
};

// Fields are wider than their bits, so that a value out of range can be told. Addresses and bytes
// are of the DRAM; words, entries, records and flags are of the buffers.

struct LoadInput {
  std::int64_t address = 0, chunk_bytes = 0, chunks = 0, stride = 0, word = 0, row_bytes = 0,
               first_flag = 0;
  friend bool operator==(const LoadInput&, const LoadInput&) = default;
};

struct LoadIndex {
  std::int64_t address = 0, bytes = 0, entry = 0, rows = 0, r_step = 0, r_wrap = 0, row_step = 0,
               row_carry = 0, slice_rows = 0, markers = 0, entries = 0;
  friend bool operator==(const LoadIndex&, const LoadIndex&) = default;
};

struct LoadWeights {
  std::int64_t address = 0, bytes = 0, word = 0, words = 0;
  friend bool operator==(const LoadWeights&, const LoadWeights&) = default;
};

struct LoadParameters {
  std::int64_t address = 0, bytes = 0, record = 0, records = 0;
  friend bool operator==(const LoadParameters&, const LoadParameters&) = default;
};

/// Where COMPUTE and VECTOR put their results: the output buffer, the input buffer, or both.
struct Destination {
  std::int64_t to_output = 0, output_word = 0, output_channel_words = 0;
  std::int64_t to_input = 0, local_word = 0, local_channel_words = 0, local_flag = 0,
               local_rows = 0;
  friend bool operator==(const Destination&, const Destination&) = default;
};

struct Compute : Destination {
  std::int64_t index_entry = 0, index_entries = 0, weight_word = 0, parameter_record = 0;
  std::int64_t input_word = 0, input_pitch = 0, tile_rows = 0, total_tile_rows = 0, first_row = 0,
               first_flag = 0;
  std::int64_t output_rows = 0, output_columns = 0, output_pitch = 0, input_columns = 0,
               pad_left = 0, steps = 0;
  std::int64_t stride_x = 0, stride_y = 0, dilation_x = 0, block_rows = 0, block_words = 0;
  std::int64_t active_slices = 0, relu = 0, mode = 0, bypass = 0, keep_basis = 0,
               skip_zero_rows = 0, fence = 0, rows_not_stored = 0;
  std::int64_t residual = 0, residual_relu = 0, residual_shift = 0, residual_word = 0,
               residual_channel_words = 0, own_multiplier = 0, residual_multiplier = 0;
  friend bool operator==(const Compute&, const Compute&) = default;
};

struct Vector : Destination {
  std::int64_t input_word = 0, input_channel_words = 0, second_word = 0, second_channel_words = 0,
               channels = 0;
  std::int64_t input_pitch = 0, tile_rows = 0, first_row = 0, input_columns = 0;
  std::int64_t output_rows = 0, output_columns = 0, output_pitch = 0;
  std::int64_t pad_left = 0, stride_x = 0, stride_y = 0, window_rows = 0, window_columns = 0;
  std::int64_t first_multiplier = 0, second_multiplier = 0, output_multiplier = 0,
               output_shift = 0;
  std::int64_t maximum = 0, two_operands = 0, across = 0, relu = 0;
  friend bool operator==(const Vector&, const Vector&) = default;
};

struct Store {
  std::int64_t address = 0, chunk_bytes = 0, chunks = 0, stride = 0, word = 0, chunk_words = 0;
  friend bool operator==(const Store&, const Store&) = default;
};

struct End {
  friend bool operator==(const End&, const End&) = default;
};

/// In the order of the opcodes 1 to 8.
using Operation =
    std::variant<LoadInput, LoadIndex, LoadWeights, LoadParameters, Compute, Store, End, Vector>;

struct Command {
  Tokens tokens;
  std::uint16_t id = 0;
  Operation operation;
  friend bool operator==(const Command&, const Command&) = default;
};

/// Throws CommandError naming the command, the field, its value and the allowed range.
[[nodiscard]] CommandWords encode(const Command& command);
/// Throws CommandError on an opcode that does not exist and on set bits without a name.
[[nodiscard]] Command decode(const CommandWords& words);
/// `count` commands at `address` of a memory image. Throws CommandError if they do not lie inside,
/// or as decode().
[[nodiscard]] std::vector<Command> decode_program(std::span<const std::uint8_t> image,
                                                  std::uint32_t address, std::uint32_t count);

/// "LOAD_INPUT", "COMPUTE", ...
[[nodiscard]] const char* name_of(const Operation& operation);
/// One line: id, name, tokens, fields (zero fields left out).
[[nodiscard]] std::string disassemble(const Command& command);
/// One line per command.
[[nodiscard]] std::string disassemble(std::span<const Command> commands);

}  // namespace sd::schedule
