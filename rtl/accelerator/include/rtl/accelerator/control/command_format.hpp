// The command format of docs/accelerator.md in numbers: opcodes, error codes, and where each field
// lies.
#pragma once

#include <array>
#include <cstdint>

#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

enum class Opcode {
  load_input = 1,
  load_index = 2,
  load_weights = 3,
  load_parameters = 4,
  compute = 5,
  store = 6,
  end = 7
};

/// STATUS[15:8].
enum class RunError {
  none = 0,
  illegal_opcode = 1,
  read_response = 2,
  write_response = 3,
  no_end = 4,
  index_entries = 5,
  field_range = 6
};

inline constexpr int command_words = 16;
inline constexpr int command_bits = 32 * command_words;
inline constexpr int command_bytes = command_bits / 8;
inline constexpr int command_id_bits = 16;
/// Tokens between two units that are not yet used, at most.
inline constexpr int token_bits = 8;
/// Commands that wait in front of each unit, and commands that a unit may have taken and not
/// completed.
inline constexpr int unit_queue_depth = 4;

/// Bits lsb .. lsb + width - 1 of word `word`.
struct FieldPlace {
  int word, lsb, width;
  [[nodiscard]] constexpr int first_bit() const { return word * 32 + lsb; }
  [[nodiscard]] constexpr int last_bit() const { return first_bit() + width - 1; }
};

namespace place {
inline constexpr FieldPlace opcode{0, 0, 8}, pop_prev{0, 8, 1}, pop_next{0, 9, 1},
    push_prev{0, 10, 1}, push_next{0, 11, 1}, id{0, 16, 16};
// Shared by every command that moves data.
inline constexpr FieldPlace address{1, 0, 32}, chunk_bytes{2, 0, 32}, chunks{3, 0, 32},
    stride{4, 0, 32}, buffer{5, 0, 32};
// LOAD_INPUT
inline constexpr FieldPlace row_bytes{6, 0, 32}, flag_base{7, 0, 32};
// LOAD_INDEX
inline constexpr FieldPlace rows{6, 0, 16}, kernel_rows{6, 16, 8}, row_step{7, 0, 16},
    slice_rows{8, 0, 16}, markers{8, 31, 1}, entries{9, 0, 16};
// LOAD_WEIGHTS and LOAD_PARAMS: words, records
inline constexpr FieldPlace count{6, 0, 32};
// STORE
inline constexpr FieldPlace words_between{6, 0, 32};
}  // namespace place

[[nodiscard]] inline hcl::UInt field(const hcl::UInt& command, const FieldPlace& place) {
  return command.bits(place.last_bit(), place.first_bit());
}

[[nodiscard]] inline hcl::Bool has_opcode(const hcl::UInt& command, Opcode opcode) {
  return field(command, place::opcode) == static_cast<int>(opcode);
}

}  // namespace sd::rtl
