// The decoded commands of the load and the store unit, and how every command's fields are cut and
// packed for the queues.
#pragma once

#include "rtl/accelerator/compute_command.hpp"
#include "rtl/accelerator/control/command_format.hpp"
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
  hcl::UInt extent;  ///< 24 bits: bytes of a row; rows and kernel rows; words; records
  hcl::UInt step;    ///< first flag number; row step of the index
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

/// Where a field of COMPUTE lies, and whether it stands for itself in the check that it fits the
/// design's width. Calls visit(field, place) for every field of the bundle, in the order of
/// declaration.
template <class Command, class Visit>
void for_each_compute_field(const Command& c, Visit&& visit) {
  visit(c.index_entry, FieldPlace{1, 0, 16});
  visit(c.index_entries, FieldPlace{1, 16, 16});
  visit(c.weight_word, FieldPlace{2, 0, 16});
  visit(c.parameter_record, FieldPlace{2, 16, 16});
  visit(c.input_word, FieldPlace{3, 0, 32});
  visit(c.input_pitch, FieldPlace{4, 0, 16});
  visit(c.tile_rows, FieldPlace{4, 16, 16});
  visit(c.first_row, FieldPlace{5, 0, 16});
  visit(c.flag_base, FieldPlace{5, 16, 16});
  visit(c.output_rows, FieldPlace{6, 0, 16});
  visit(c.output_columns, FieldPlace{6, 16, 16});
  visit(c.input_columns, FieldPlace{7, 0, 16});
  visit(c.pad_left, FieldPlace{7, 16, 8});
  visit(c.stride, FieldPlace{7, 24, 4});
  visit(c.steps, FieldPlace{7, 28, 4});
  visit(c.output_word, FieldPlace{8, 0, 16});
  visit(c.output_pitch, FieldPlace{8, 16, 16});
  visit(c.output_channel_words, FieldPlace{9, 0, 16});
  visit(c.active_slices, FieldPlace{9, 16, 8});
  visit(c.relu, FieldPlace{9, 24, 1});
  visit(c.mode, FieldPlace{9, 25, 2});
  visit(c.bypass, FieldPlace{9, 27, 1});
  visit(c.keep_basis, FieldPlace{9, 28, 1});
  visit(c.skip_zero_rows, FieldPlace{9, 29, 1});
  visit(c.rows_not_stored, FieldPlace{10, 0, 16});
  visit(c.total_tile_rows, FieldPlace{10, 16, 16});
}

// Cutting: the command words have been checked. Drives every field of `to`.
void cut_load(const LoadCommand& to, const hcl::UInt& command, const design::DesignPoint& point);
void cut_store(const StoreCommand& to, const hcl::UInt& command, const design::DesignPoint& point);
void cut_compute(const ComputeCommand& to, const hcl::UInt& command);

// Unpacking: drives every field of `to` from what `hcl::pack` made of a bundle of the same type.
void unpack(const LoadCommand& to, const hcl::UInt& packed);
void unpack(const StoreCommand& to, const hcl::UInt& packed);
void unpack(const ComputeCommand& to, const hcl::UInt& packed);

}  // namespace sd::rtl
