// Command ports of a simulated block.
#pragma once

#include <string>

#include "rtl/accelerator/compute_tile.hpp"
#include "verilator_tb/block.hpp"

namespace sd::test {

inline void poke_target(tb::Block& block, const std::string& prefix, const Target& t) {
  const auto field = [&](const char* name, int value) {
    block.poke(prefix + "destination_" + name + "_i", static_cast<std::uint64_t>(value));
  };
  field("to_output", t.to_output ? 1 : 0);
  field("to_input", t.to_input ? 1 : 0);
  field("output_word", t.output_word);
  field("output_channel_words", t.output_channel_words);
  field("local_word", t.local_word);
  field("local_channel_words", t.local_channel_words);
  field("local_flag", t.local_flag);
  field("local_rows", t.local_rows);
}

/// Sets the fields of a ComputeCommand port: `prefix` and `_i` around each field's name.
inline void poke_command(tb::Block& block, const std::string& prefix, const Tile& tile) {
  const auto& s = tile.shape;
  const auto field = [&](const char* name, int value) {
    block.poke(prefix + name + "_i", static_cast<std::uint64_t>(value));
  };
  field("index_entry", tile.at.index_entry);
  field("index_entries", static_cast<int>(tile.entries.size()));
  field("weight_word", tile.at.weight_word);
  field("parameter_record", tile.at.record);
  field("input_word", tile.at.input_word);
  field("input_pitch", tile.input_pitch);
  field("tile_rows", s.tile_rows);
  field("total_tile_rows", s.channels * s.tile_rows);
  block.poke_signed(prefix + "first_row_i", s.first_row);
  field("flag_base", tile.at.first_flag);
  field("output_rows", s.output_rows);
  field("output_columns", s.output_columns);
  field("output_pitch", tile.output_pitch);
  field("input_columns", s.input_columns);
  field("pad_left", s.pad_left);
  field("steps", s.steps);
  field("stride_x", s.stride_x);
  field("stride_y", s.stride_y);
  field("dilation_x", s.dilation);
  field("block_rows", s.block_rows);
  field("block_words", s.block_words);
  field("active_slices", tile.active_slices);
  field("mode", static_cast<int>(s.mode));
  field("relu", s.relu ? 1 : 0);
  field("bypass", s.bypass ? 1 : 0);
  field("keep_basis", tile.keep_basis ? 1 : 0);
  field("skip_zero_rows", s.skip ? 1 : 0);
  field("fence", s.fence ? 1 : 0);
  field("rows_not_stored", tile.rows_not_stored);
  poke_target(block, prefix, tile.target);
  field("residual", s.residual ? 1 : 0);
  field("residual_relu", tile.residual_relu ? 1 : 0);
  field("residual_shift", tile.residual_shift);
  field("residual_word", tile.at.residual_word);
  field("residual_channel_words", tile.residual_channel_words);
  field("own_multiplier", tile.own_multiplier);
  field("residual_multiplier", tile.residual_multiplier);
}

/// Sets the fields of a VectorCommand port.
inline void poke_vector(tb::Block& block, const std::string& prefix, const VectorShape& v) {
  const auto field = [&](const char* name, int value) {
    block.poke(prefix + name + "_i", static_cast<std::uint64_t>(value));
  };
  field("input_word", v.input_word);
  field("input_channel_words", v.input_channel_words);
  field("second_word", v.second_word);
  field("second_channel_words", v.second_channel_words);
  field("channels", v.channels);
  field("input_pitch", v.input_pitch);
  field("tile_rows", v.tile_rows);
  block.poke_signed(prefix + "first_row_i", v.first_row);
  field("input_columns", v.input_columns);
  field("output_rows", v.output_rows);
  field("output_columns", v.output_columns);
  field("output_pitch", v.output_pitch);
  field("pad_left", v.pad_left);
  field("stride_x", v.stride_x);
  field("stride_y", v.stride_y);
  field("window_rows", v.window_rows);
  field("window_columns", v.window_columns);
  field("first_multiplier", v.first_multiplier);
  field("second_multiplier", v.second_multiplier);
  field("output_multiplier", v.output_multiplier);
  field("output_shift", v.output_shift);
  field("maximum", v.maximum ? 1 : 0);
  field("two_operands", v.two_operands ? 1 : 0);
  field("across", v.across ? 1 : 0);
  field("relu", v.relu ? 1 : 0);
  poke_target(block, prefix, v.target);
}

}  // namespace sd::test
