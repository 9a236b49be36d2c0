#include <algorithm>

#include "network_steps.hpp"
#include "weight_stream.hpp"

namespace sd::schedule {

namespace {

class ArraySteps {
 public:
  ArraySteps(const ArrayTask& array, const std::vector<Map>& maps,
             const design::DesignPoint& design, Rings& rings)
      : array_(array),
        g_(array.facts.geometry),
        maps_(maps),
        design_(design),
        rings_(rings),
        inputs_(array.facts.room.word, array.tiling.input_slot_words, array.tiling.input_slots),
        residuals_(array.facts.room.word + array.tiling.input_slots * array.tiling.input_slot_words,
                   array.tiling.residual_slot_words, array.tiling.input_slots) {}

  void append(std::vector<Step>& steps) {
    const auto& groups = array_.facts.groups;
    const auto& tiles = array_.tiling.tiles;
    if (array_.tiling.order == LoopOrder::tiles_outer) {
      for (const RowTile& tile : tiles)
        for (std::size_t k = 0; k < groups.size(); ++k) steps.push_back(step(k, tile));
    } else {
      for (std::size_t k = 0; k < groups.size(); ++k)
        for (const RowTile& tile : tiles) steps.push_back(step(k, tile));
    }
  }

 private:
  [[nodiscard]] const Map& map_of(const View& view) const {
    return maps_[static_cast<std::size_t>(view.map)];
  }

  Step step(std::size_t number, const RowTile& tile) {
    const FilterGroup& group = array_.facts.groups[number];
    Step step;
    step.layer = array_.layer;
    step.weight_words = group.words;
    Compute c;
    set_layer(c, group, tile);
    set_input(c, step, group, tile);
    set_group(c, step, group, number);
    if (array_.task.fused_add >= 0) set_residual(c, step, group, tile);
    set_destination(c, step, group, tile);
    step.compute = c;
    return step;
  }

  void set_layer(Compute& c, const FilterGroup& group, const RowTile& tile) const {
    const BlockShape block = block_shape(g_, design_);
    c.input_pitch = g_.input_pitch / design_.macs;
    c.output_rows = tile.output_rows;
    c.output_columns = g_.output_width;
    c.output_pitch = g_.output_pitch / design_.macs;
    c.input_columns = g_.input_width;
    c.pad_left = g_.pad_left;
    c.steps = g_.steps;
    c.stride_x = g_.stride_x;
    c.stride_y = g_.stride_y;
    c.dilation_x = g_.mode == LayerMode::dilated ? g_.dilation_x : 0;
    c.block_rows = std::min(block.rows, tile.output_rows);
    c.block_words = block.words;
    c.active_slices = group.filters;
    c.relu = g_.relu ? 1 : 0;
    c.mode = static_cast<std::int64_t>(g_.mode);
    c.bypass = g_.bypasses ? 1 : 0;
    c.keep_basis = g_.rebuilds && g_.matrix_slices == 1 ? 1 : 0;
    // A fully connected layer reads every row once: there is nothing to choose from.
    c.skip_zero_rows =
        design_.skip_activation_rows && g_.mode != LayerMode::fully_connected ? 1 : 0;
    c.rows_not_stored = rows_of(group, g_) - static_cast<std::int64_t>(group.stored_rows.size());
  }

  /// The tile's place in the input buffer: where the map lies, or a slot.
  void set_input(Compute& c, Step& step, const FilterGroup& group, const RowTile& tile) {
    const View& view = array_.task.inputs[0];
    const Map& map = map_of(view);
    const int channel = view.first_channel + group.first_channel;
    int first_row = 0;
    if (map.resident) {
      c.tile_rows = map.height;
      c.input_word = map.word + std::int64_t{channel} * map.height * c.input_pitch;
      c.first_flag = flag_of(map.word, design_) + std::int64_t{channel} * map.height;
    } else {
      first_row = tile.first_input_row;
      c.tile_rows = tile.input_rows;
      c.input_word =
          load_tile(inputs_, {view.map, channel, group.channels, first_row, tile.input_rows}, maps_,
                    design_, step);
      c.first_flag = flag_of(c.input_word, design_);
    }
    c.total_tile_rows = c.tile_rows * group.channels;
    c.first_row = g_.mode == LayerMode::fully_connected
                      ? 0
                      : std::int64_t{tile.first_output_row} * g_.stride_y - g_.pad_top - first_row;
  }

  /// Index, weights and parameters: in the rings, until they are overwritten.
  void set_group(Compute& c, Step& step, const FilterGroup& group, std::size_t number) const {
    const std::int64_t rows = c.tile_rows;
    // The entries of a group name tile rows: another tile height makes others.
    const std::int64_t key =
        (std::int64_t{array_.layer} << 40) + (static_cast<std::int64_t>(number) << 20);
    const auto index = rings_.index.take(group.index_entries, key + rows);
    c.index_entry = index.begin % design_.index_buffer_entries;
    c.index_entries = group.index_entries;
    if (!index.held && group.index_entries > 0)
      step.loads.emplace_back(index_load(group, rows, c.index_entry));
    const auto words = rings_.weights.take(group.words, key);
    c.weight_word = words.begin % design_.weight_words();
    if (!words.held && group.words != 0)
      step.loads.emplace_back(
          LoadWeights{group.words_address, group.word_bytes, c.weight_word, group.words});
    const auto records = rings_.parameters.take(design_.slices, key);
    c.parameter_record = records.begin;
    if (!records.held)
      step.loads.emplace_back(LoadParameters{group.parameters_address, parameter_bytes(design_),
                                             c.parameter_record, design_.slices});
  }

  [[nodiscard]] LoadIndex index_load(const FilterGroup& group, std::int64_t tile_rows,
                                     std::int64_t entry) const {
    LoadIndex load;
    load.address = group.index_address;
    load.bytes = group.index_bytes;
    load.entry = entry;
    load.rows = rows_of(group, g_);
    load.slice_rows = g_.matrix_slices == 1 ? load.rows : g_.slice_rows;
    load.markers = g_.rebuilds ? 1 : 0;
    load.entries = group.index_entries;
    switch (g_.mode) {
      case LayerMode::window:
      case LayerMode::dilated:
        load.r_step = g_.dilation_y;
        load.r_wrap = std::int64_t{g_.kernel_rows} * g_.dilation_y;
        load.row_carry = tile_rows;
        break;
      case LayerMode::pointwise:
        load.r_step = g_.dilation_y;
        load.r_wrap = std::int64_t{g_.kernel_rows} * g_.dilation_y;
        load.row_carry = tile_rows * g_.steps;
        break;
      case LayerMode::fully_connected:
        load.r_step = g_.steps % g_.input_width;
        load.r_wrap = g_.input_width;
        load.row_step = g_.steps / g_.input_width;
        load.row_carry = 1;
        break;
    }
    return load;
  }

  void set_residual(Compute& c, Step& step, const FilterGroup& group, const RowTile& tile) {
    const View& view = array_.task.residual;
    const Map& map = map_of(view);
    const int channel = view.first_channel + group.first_filter;
    const std::int64_t pitch = c.output_pitch;
    c.residual = 1;
    c.residual_relu = array_.residual_relu ? 1 : 0;
    c.residual_shift = array_.add.shift;
    c.own_multiplier = array_.add.multipliers[array_.own_first ? 0 : 1];
    c.residual_multiplier = array_.add.multipliers[array_.own_first ? 1 : 0];
    if (map.resident) {
      c.residual_channel_words = map.height * pitch;
      c.residual_word =
          map.word + channel * c.residual_channel_words + tile.first_output_row * pitch;
      return;
    }
    c.residual_channel_words = tile.output_rows * pitch;
    c.residual_word = load_tile(
        residuals_, {view.map, channel, group.filters, tile.first_output_row, tile.output_rows},
        maps_, design_, step);
  }

  void set_destination(Compute& c, Step& step, const FilterGroup& group,
                       const RowTile& tile) const {
    const View& view = array_.task.output;
    place_results(c, step, map_of(view), view.first_channel + group.first_filter, group.filters,
                  tile.first_output_row, tile.output_rows, design_, rings_);
  }

  const ArrayTask& array_;
  const LayerGeometry& g_;
  const std::vector<Map>& maps_;
  const design::DesignPoint& design_;
  Rings& rings_;
  TileSlots inputs_, residuals_;
};

}  // namespace

void append_array_steps(const ArrayTask& array, const std::vector<Map>& maps,
                        const design::DesignPoint& design, Rings& rings, std::vector<Step>& steps) {
  ArraySteps(array, maps, design, rings).append(steps);
}

}  // namespace sd::schedule
