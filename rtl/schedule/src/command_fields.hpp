// Where each field of each command lies: the one table behind encoding, decoding and text.
#pragma once

#include <array>
#include <string_view>

#include "rtl/schedule/command.hpp"

namespace sd::schedule {

template <class Op>
struct CommandField {
  std::string_view name;
  std::int64_t Op::*member;
  int word, low = 0, bits = 32;
  bool is_signed = false;
  [[nodiscard]] constexpr std::int64_t least() const {
    return is_signed ? -(std::int64_t{1} << (bits - 1)) : 0;
  }
  [[nodiscard]] constexpr std::int64_t most() const {
    return (std::int64_t{1} << (is_signed ? bits - 1 : bits)) - 1;
  }
};

template <class Op>
struct CommandLayout;

template <>
struct CommandLayout<LoadInput> {
  static constexpr const char* name = "LOAD_INPUT";
  static constexpr std::array fields{
      CommandField<LoadInput>{"address", &LoadInput::address, 1},
      CommandField<LoadInput>{"chunk_bytes", &LoadInput::chunk_bytes, 2},
      CommandField<LoadInput>{"chunks", &LoadInput::chunks, 3},
      CommandField<LoadInput>{"stride", &LoadInput::stride, 4},
      CommandField<LoadInput>{"word", &LoadInput::word, 5},
      CommandField<LoadInput>{"row_bytes", &LoadInput::row_bytes, 6},
      CommandField<LoadInput>{"first_flag", &LoadInput::first_flag, 7}};
};

template <>
struct CommandLayout<LoadIndex> {
  static constexpr const char* name = "LOAD_INDEX";
  static constexpr std::array fields{
      CommandField<LoadIndex>{"address", &LoadIndex::address, 1},
      CommandField<LoadIndex>{"bytes", &LoadIndex::bytes, 2},
      CommandField<LoadIndex>{"entry", &LoadIndex::entry, 5},
      CommandField<LoadIndex>{"rows", &LoadIndex::rows, 6, 0, 16},
      CommandField<LoadIndex>{"r_step", &LoadIndex::r_step, 6, 16, 8},
      CommandField<LoadIndex>{"r_wrap", &LoadIndex::r_wrap, 6, 24, 8},
      CommandField<LoadIndex>{"row_step", &LoadIndex::row_step, 7, 0, 16},
      CommandField<LoadIndex>{"row_carry", &LoadIndex::row_carry, 7, 16, 16},
      CommandField<LoadIndex>{"slice_rows", &LoadIndex::slice_rows, 8, 0, 16},
      CommandField<LoadIndex>{"markers", &LoadIndex::markers, 8, 31, 1},
      CommandField<LoadIndex>{"entries", &LoadIndex::entries, 9, 0, 16}};
};

template <>
struct CommandLayout<LoadWeights> {
  static constexpr const char* name = "LOAD_WEIGHTS";
  static constexpr std::array fields{CommandField<LoadWeights>{"address", &LoadWeights::address, 1},
                                     CommandField<LoadWeights>{"bytes", &LoadWeights::bytes, 2},
                                     CommandField<LoadWeights>{"word", &LoadWeights::word, 5},
                                     CommandField<LoadWeights>{"words", &LoadWeights::words, 6}};
};

template <>
struct CommandLayout<LoadParameters> {
  static constexpr const char* name = "LOAD_PARAMS";
  static constexpr std::array fields{
      CommandField<LoadParameters>{"address", &LoadParameters::address, 1},
      CommandField<LoadParameters>{"bytes", &LoadParameters::bytes, 2},
      CommandField<LoadParameters>{"record", &LoadParameters::record, 5},
      CommandField<LoadParameters>{"records", &LoadParameters::records, 6}};
};

template <>
struct CommandLayout<Compute> {
  static constexpr const char* name = "COMPUTE";
  using C = Compute;
  using F = CommandField<C>;
  static constexpr std::array fields{
      F{"index_entry", &C::index_entry, 1, 0, 16},
      F{"index_entries", &C::index_entries, 1, 16, 16},
      F{"weight_word", &C::weight_word, 2, 0, 16},
      F{"parameter_record", &C::parameter_record, 2, 16, 16},
      F{"input_word", &C::input_word, 3, 0, 16},
      F{"local_word", &C::local_word, 3, 16, 16},
      F{"input_pitch", &C::input_pitch, 4, 0, 16},
      F{"tile_rows", &C::tile_rows, 4, 16, 16},
      F{"first_row", &C::first_row, 5, 0, 16, true},
      F{"first_flag", &C::first_flag, 5, 16, 16},
      F{"output_rows", &C::output_rows, 6, 0, 16},
      F{"output_columns", &C::output_columns, 6, 16, 16},
      F{"input_columns", &C::input_columns, 7, 0, 16},
      F{"pad_left", &C::pad_left, 7, 16, 8},
      F{"steps", &C::steps, 7, 24, 4},
      F{"output_word", &C::output_word, 8, 0, 16},
      F{"output_pitch", &C::output_pitch, 8, 16, 16},
      F{"output_channel_words", &C::output_channel_words, 9, 0, 16},
      F{"active_slices", &C::active_slices, 9, 16, 8},
      F{"relu", &C::relu, 9, 24, 1},
      F{"mode", &C::mode, 9, 25, 2},
      F{"bypass", &C::bypass, 9, 27, 1},
      F{"keep_basis", &C::keep_basis, 9, 28, 1},
      F{"skip_zero_rows", &C::skip_zero_rows, 9, 29, 1},
      F{"fence", &C::fence, 9, 30, 1},
      F{"rows_not_stored", &C::rows_not_stored, 10, 0, 16},
      F{"total_tile_rows", &C::total_tile_rows, 10, 16, 16},
      F{"stride_x", &C::stride_x, 11, 0, 4},
      F{"stride_y", &C::stride_y, 11, 4, 4},
      F{"dilation_x", &C::dilation_x, 11, 8, 5},
      F{"block_rows", &C::block_rows, 11, 13, 4},
      F{"block_words", &C::block_words, 11, 17, 4},
      F{"to_output", &C::to_output, 11, 21, 1},
      F{"to_input", &C::to_input, 11, 22, 1},
      F{"residual", &C::residual, 11, 23, 1},
      F{"residual_relu", &C::residual_relu, 11, 24, 1},
      F{"residual_shift", &C::residual_shift, 11, 25, 6},
      F{"residual_word", &C::residual_word, 12, 0, 16},
      F{"residual_channel_words", &C::residual_channel_words, 12, 16, 16},
      F{"local_flag", &C::local_flag, 13, 0, 16},
      F{"local_rows", &C::local_rows, 13, 16, 16},
      F{"local_channel_words", &C::local_channel_words, 14, 0, 16},
      F{"own_multiplier", &C::own_multiplier, 15, 0, 15},
      F{"residual_multiplier", &C::residual_multiplier, 15, 16, 15}};
};

template <>
struct CommandLayout<Vector> {
  static constexpr const char* name = "VECTOR";
  using C = Vector;
  using F = CommandField<C>;
  static constexpr std::array fields{F{"input_word", &C::input_word, 1, 0, 16},
                                     F{"second_word", &C::second_word, 1, 16, 16},
                                     F{"output_word", &C::output_word, 2, 0, 16},
                                     F{"local_word", &C::local_word, 2, 16, 16},
                                     F{"channels", &C::channels, 3, 0, 16},
                                     F{"input_channel_words", &C::input_channel_words, 3, 16, 16},
                                     F{"input_pitch", &C::input_pitch, 4, 0, 16},
                                     F{"tile_rows", &C::tile_rows, 4, 16, 16},
                                     F{"first_row", &C::first_row, 5, 0, 16, true},
                                     F{"input_columns", &C::input_columns, 5, 16, 16},
                                     F{"output_rows", &C::output_rows, 6, 0, 16},
                                     F{"output_columns", &C::output_columns, 6, 16, 16},
                                     F{"output_pitch", &C::output_pitch, 7, 0, 16},
                                     F{"output_channel_words", &C::output_channel_words, 7, 16, 16},
                                     F{"local_channel_words", &C::local_channel_words, 8, 0, 16},
                                     F{"local_rows", &C::local_rows, 8, 16, 16},
                                     F{"local_flag", &C::local_flag, 9, 0, 16},
                                     F{"pad_left", &C::pad_left, 9, 16, 8},
                                     F{"stride_x", &C::stride_x, 9, 24, 4},
                                     F{"stride_y", &C::stride_y, 9, 28, 4},
                                     F{"window_rows", &C::window_rows, 10, 0, 16},
                                     F{"window_columns", &C::window_columns, 10, 16, 16},
                                     F{"first_multiplier", &C::first_multiplier, 11, 0, 15},
                                     F{"second_multiplier", &C::second_multiplier, 11, 16, 15},
                                     F{"output_multiplier", &C::output_multiplier, 12, 0, 15},
                                     F{"output_shift", &C::output_shift, 12, 16, 6},
                                     F{"second_channel_words", &C::second_channel_words, 13, 0, 16},
                                     F{"maximum", &C::maximum, 13, 16, 1},
                                     F{"two_operands", &C::two_operands, 13, 17, 1},
                                     F{"across", &C::across, 13, 18, 1},
                                     F{"relu", &C::relu, 13, 19, 1},
                                     F{"to_output", &C::to_output, 13, 20, 1},
                                     F{"to_input", &C::to_input, 13, 21, 1}};
};

template <>
struct CommandLayout<Store> {
  static constexpr const char* name = "STORE";
  static constexpr std::array fields{CommandField<Store>{"address", &Store::address, 1},
                                     CommandField<Store>{"chunk_bytes", &Store::chunk_bytes, 2},
                                     CommandField<Store>{"chunks", &Store::chunks, 3},
                                     CommandField<Store>{"stride", &Store::stride, 4},
                                     CommandField<Store>{"word", &Store::word, 5},
                                     CommandField<Store>{"chunk_words", &Store::chunk_words, 6}};
};

template <>
struct CommandLayout<End> {
  static constexpr const char* name = "END";
  static constexpr std::array<CommandField<End>, 0> fields{};
};

}  // namespace sd::schedule
