// The decoded commands of the load and the store unit, and how every command's fields are cut from
// its words.
#pragma once

#include <functional>
#include <type_traits>

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/control/command_format.hpp"
#include "rtl/accelerator/vector_command.hpp"
#include "rtl/design/design_point.hpp"
#include "rtl/hcl/hcl.hpp"

namespace sd::rtl {

/// What a LOAD command fills; the values are those of the opcode, less one.
enum class LoadKind { input = 0, index = 1, weights = 2, parameters = 3 };

/// Addresses and lengths in beats.
struct LoadCommand {
  hcl::UInt kind;  ///< a LoadKind
  hcl::UInt id;
  hcl::Bool pushes;  ///< another unit waits for it
  hcl::UInt address, chunk_beats, chunks, stride;
  hcl::UInt buffer;  ///< first word, entry or record; as wide as the widest of them
  hcl::UInt extent;  ///< 24 bits: bytes of a row; rows and r_step; words; records
  hcl::UInt step;    ///< first flag number; row_step of the index
  hcl::UInt r_wrap;  ///< of the index, as all that follow
  hcl::UInt row_carry;
  hcl::UInt slice_rows;
  hcl::Bool markers;
  hcl::UInt entries;
  LoadCommand(hcl::Fields& f, const design::DesignPoint& point);
};

struct StoreCommand {
  hcl::UInt id;
  hcl::UInt address, chunk_beats, chunks, stride;
  hcl::UInt word;           ///< of the output buffer
  hcl::UInt words_between;  ///< from the first word of a chunk to the first of the next
  StoreCommand(hcl::Fields& f, const design::DesignPoint& point);
};

/// COMPUTE or VECTOR in front of the compute side: its words, cut when they leave the queue, since
/// they take hardly more room than the fields of the wider of the two.
struct ArrayCommand {
  hcl::Bool vector;
  hcl::UInt body;  ///< command_body_bits
  explicit ArrayCommand(hcl::Fields& f);
};

/// Calls visit(member, place) for every field of ComputeCommand (with those of its Destination).
template <class Visit>
void for_each_compute_field(Visit&& visit) {
  namespace at = place::compute;
  using C = ComputeCommand;
  visit(&C::index_entry, at::index_entry);
  visit(&C::index_entries, at::index_entries);
  visit(&C::weight_word, at::weight_word);
  visit(&C::parameter_record, at::parameter_record);
  visit(&C::input_word, at::input_word);
  visit(&C::input_pitch, at::input_pitch);
  visit(&C::tile_rows, at::tile_rows);
  visit(&C::total_tile_rows, at::total_tile_rows);
  visit(&C::first_row, at::first_row);
  visit(&C::flag_base, at::flag_base);
  visit(&C::output_rows, at::output_rows);
  visit(&C::output_columns, at::output_columns);
  visit(&C::output_pitch, at::output_pitch);
  visit(&C::input_columns, at::input_columns);
  visit(&C::pad_left, at::pad_left);
  visit(&C::steps, at::steps);
  visit(&C::stride_x, at::stride_x);
  visit(&C::stride_y, at::stride_y);
  visit(&C::dilation_x, at::dilation_x);
  visit(&C::block_rows, at::block_rows);
  visit(&C::block_words, at::block_words);
  visit(&C::active_slices, at::active_slices);
  visit(&C::mode, at::mode);
  visit(&C::relu, at::relu);
  visit(&C::bypass, at::bypass);
  visit(&C::keep_basis, at::keep_basis);
  visit(&C::skip_zero_rows, at::skip_zero_rows);
  visit(&C::fence, at::fence);
  visit(&C::rows_not_stored, at::rows_not_stored);
  visit(&Destination::to_output, at::to_output);
  visit(&Destination::to_input, at::to_input);
  visit(&Destination::output_word, at::output_word);
  visit(&Destination::output_channel_words, at::output_channel_words);
  visit(&Destination::local_word, at::local_word);
  visit(&Destination::local_channel_words, at::local_channel_words);
  visit(&Destination::local_flag, at::local_flag);
  visit(&Destination::local_rows, at::local_rows);
  visit(&C::residual, at::residual);
  visit(&C::residual_relu, at::residual_relu);
  visit(&C::residual_shift, at::residual_shift);
  visit(&C::residual_word, at::residual_word);
  visit(&C::residual_channel_words, at::residual_channel_words);
  visit(&C::own_multiplier, at::own_multiplier);
  visit(&C::residual_multiplier, at::residual_multiplier);
}

/// Calls visit(member, place) for every field of VectorCommand (with those of its Destination).
template <class Visit>
void for_each_vector_field(Visit&& visit) {
  namespace at = place::vector;
  using V = VectorCommand;
  visit(&V::input_word, at::input_word);
  visit(&V::input_channel_words, at::input_channel_words);
  visit(&V::second_word, at::second_word);
  visit(&V::second_channel_words, at::second_channel_words);
  visit(&V::channels, at::channels);
  visit(&V::input_pitch, at::input_pitch);
  visit(&V::tile_rows, at::tile_rows);
  visit(&V::first_row, at::first_row);
  visit(&V::input_columns, at::input_columns);
  visit(&V::output_rows, at::output_rows);
  visit(&V::output_columns, at::output_columns);
  visit(&V::output_pitch, at::output_pitch);
  visit(&V::pad_left, at::pad_left);
  visit(&V::stride_x, at::stride_x);
  visit(&V::stride_y, at::stride_y);
  visit(&V::window_rows, at::window_rows);
  visit(&V::window_columns, at::window_columns);
  visit(&V::first_multiplier, at::first_multiplier);
  visit(&V::second_multiplier, at::second_multiplier);
  visit(&V::output_multiplier, at::output_multiplier);
  visit(&V::output_shift, at::output_shift);
  visit(&V::maximum, at::maximum);
  visit(&V::two_operands, at::two_operands);
  visit(&V::across, at::across);
  visit(&V::relu, at::relu);
  visit(&Destination::to_output, at::to_output);
  visit(&Destination::to_input, at::to_input);
  visit(&Destination::output_word, at::output_word);
  visit(&Destination::output_channel_words, at::output_channel_words);
  visit(&Destination::local_word, at::local_word);
  visit(&Destination::local_channel_words, at::local_channel_words);
  visit(&Destination::local_flag, at::local_flag);
  visit(&Destination::local_rows, at::local_rows);
}

// Cutting: the command words have been checked. Drives every field of `to`.
void cut_load(const LoadCommand& to, const hcl::UInt& command, const design::DesignPoint& point);
void cut_store(const StoreCommand& to, const hcl::UInt& command, const design::DesignPoint& point);
void cut_compute(const ComputeCommand& to, const hcl::UInt& body);
void cut_vector(const VectorCommand& to, const hcl::UInt& body);

// Unpacking: drives every field of `to` from what `hcl::pack` made of a bundle of the same type.
void unpack(const LoadCommand& to, const hcl::UInt& packed);
void unpack(const StoreCommand& to, const hcl::UInt& packed);
void unpack(const ArrayCommand& to, const hcl::UInt& packed);

}  // namespace sd::rtl
