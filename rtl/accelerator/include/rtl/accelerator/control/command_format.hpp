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
  end = 7,
  vector = 8
};
inline constexpr int last_opcode = static_cast<int>(Opcode::vector);

/// STATUS[15:8].
enum class RunError {
  none = 0,
  illegal_opcode = 1,
  read_response = 2,
  write_response = 3,
  no_end = 4,
  index_entries = 5,
  field_range = 6,
  watchdog = 7
};
inline constexpr int error_code_bits = 4;

inline constexpr int command_words = 16;
inline constexpr int command_bits = 32 * command_words;
inline constexpr int command_bytes = command_bits / 8;
inline constexpr int command_id_bits = 16;
/// Words 1 .. 15: what a unit needs beside opcode, tokens and id.
inline constexpr int command_body_bits = command_bits - 32;
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
inline constexpr FieldPlace rows{6, 0, 16}, r_step{6, 16, 8}, r_wrap{6, 24, 8}, row_step{7, 0, 16},
    row_carry{7, 16, 16}, slice_rows{8, 0, 16}, markers{8, 31, 1}, entries{9, 0, 16};
// LOAD_WEIGHTS and LOAD_PARAMS: words, records
inline constexpr FieldPlace count{6, 0, 32};
// STORE
inline constexpr FieldPlace words_between{6, 0, 32};

namespace compute {
inline constexpr FieldPlace index_entry{1, 0, 16}, index_entries{1, 16, 16};
inline constexpr FieldPlace weight_word{2, 0, 16}, parameter_record{2, 16, 16};
inline constexpr FieldPlace input_word{3, 0, 16}, local_word{3, 16, 16};
inline constexpr FieldPlace input_pitch{4, 0, 16}, tile_rows{4, 16, 16};
inline constexpr FieldPlace first_row{5, 0, 16}, flag_base{5, 16, 16};
inline constexpr FieldPlace output_rows{6, 0, 16}, output_columns{6, 16, 16};
inline constexpr FieldPlace input_columns{7, 0, 16}, pad_left{7, 16, 8}, steps{7, 24, 4};
inline constexpr FieldPlace output_word{8, 0, 16}, output_pitch{8, 16, 16};
inline constexpr FieldPlace output_channel_words{9, 0, 16}, active_slices{9, 16, 8}, relu{9, 24, 1},
    mode{9, 25, 2}, bypass{9, 27, 1}, keep_basis{9, 28, 1}, skip_zero_rows{9, 29, 1},
    fence{9, 30, 1};
inline constexpr FieldPlace rows_not_stored{10, 0, 16}, total_tile_rows{10, 16, 16};
inline constexpr FieldPlace stride_x{11, 0, 4}, stride_y{11, 4, 4}, dilation_x{11, 8, 5},
    block_rows{11, 13, 4}, block_words{11, 17, 4}, to_output{11, 21, 1}, to_input{11, 22, 1},
    residual{11, 23, 1}, residual_relu{11, 24, 1}, residual_shift{11, 25, 6};
inline constexpr FieldPlace residual_word{12, 0, 16}, residual_channel_words{12, 16, 16};
inline constexpr FieldPlace local_flag{13, 0, 16}, local_rows{13, 16, 16};
inline constexpr FieldPlace local_channel_words{14, 0, 16};
inline constexpr FieldPlace own_multiplier{15, 0, 15}, residual_multiplier{15, 16, 15};
}  // namespace compute

namespace vector {
inline constexpr FieldPlace input_word{1, 0, 16}, second_word{1, 16, 16};
inline constexpr FieldPlace output_word{2, 0, 16}, local_word{2, 16, 16};
inline constexpr FieldPlace channels{3, 0, 16}, input_channel_words{3, 16, 16};
inline constexpr FieldPlace input_pitch{4, 0, 16}, tile_rows{4, 16, 16};
inline constexpr FieldPlace first_row{5, 0, 16}, input_columns{5, 16, 16};
inline constexpr FieldPlace output_rows{6, 0, 16}, output_columns{6, 16, 16};
inline constexpr FieldPlace output_pitch{7, 0, 16}, output_channel_words{7, 16, 16};
inline constexpr FieldPlace local_channel_words{8, 0, 16}, local_rows{8, 16, 16};
inline constexpr FieldPlace local_flag{9, 0, 16}, pad_left{9, 16, 8}, stride_x{9, 24, 4},
    stride_y{9, 28, 4};
inline constexpr FieldPlace window_rows{10, 0, 16}, window_columns{10, 16, 16};
inline constexpr FieldPlace first_multiplier{11, 0, 15}, second_multiplier{11, 16, 15};
inline constexpr FieldPlace output_multiplier{12, 0, 15}, output_shift{12, 16, 6};
inline constexpr FieldPlace second_channel_words{13, 0, 16}, maximum{13, 16, 1},
    two_operands{13, 17, 1}, across{13, 18, 1}, relu{13, 19, 1}, to_output{13, 20, 1},
    to_input{13, 21, 1};
}  // namespace vector

}  // namespace place

[[nodiscard]] inline hcl::UInt field(const hcl::UInt& command, const FieldPlace& place) {
  return command.bits(place.last_bit(), place.first_bit());
}

[[nodiscard]] inline hcl::Bool has_opcode(const hcl::UInt& command, Opcode opcode) {
  return field(command, place::opcode) == static_cast<int>(opcode);
}

}  // namespace sd::rtl
