#include "layer_program.hpp"

#include <stdexcept>

#include "weight_stream.hpp"

namespace sd::schedule {

namespace {

/// One COMPUTE: group `group` on tile `tile`, the `number`-th of the program.
struct Step {
  int number = 0, tile = 0, group = 0;
};

class Emitter {
 public:
  Emitter(const LayerPlan& plan, const design::DesignPoint& design)
      : plan_(plan), g_(plan.geometry), design_(design) {}

  std::vector<Command> emit() {
    const int groups = static_cast<int>(plan_.groups.size());
    const int tiles = static_cast<int>(plan_.tiling.tiles.size());
    const int steps = groups * tiles;
    const bool ahead = plan_.tiling.input_slots == 2;
    for (int number = 0; number < steps; ++number) {
      const Step step{number, number / groups, number % groups};
      // The first tile, and every tile of a single group, comes with the group's own loads ...
      if (step.group == 0 && ahead && (groups == 1 || step.tile == 0)) load_tile(step.tile, groups);
      load_group(step);
      if (step.group == 0 && !ahead) load_tile(step.tile, groups);
      commands_.back().tokens.push_next = true;
      // ... the others as soon as the tile before the last has been used up, which the loads of a
      // second group have waited for.
      if (step.group == 1 && ahead && step.tile + 1 < tiles) load_tile(step.tile + 1, groups);
      compute(step);
      store(step, steps);
    }
    // A compute gives a token only where a load takes it.
    int given = 0;
    for (Command& command : commands_)
      if (std::holds_alternative<Compute>(command.operation))
        command.tokens.push_prev = given++ < released_;
    add(End{});
    return std::move(commands_);
  }

 private:
  Command& add(Operation operation) {
    commands_.push_back({{}, static_cast<std::uint16_t>(commands_.size()), std::move(operation)});
    return commands_.back();
  }

  /// A load that may only start when the first `needed` computes are complete. A command takes at
  /// most one token.
  void add_load(Operation operation, int needed) {
    Command& command = add(std::move(operation));
    if (needed > released_ + 1)
      throw std::logic_error("schedule: a load would have to take two tokens");
    if (needed == released_ + 1) {
      command.tokens.pop_next = true;
      ++released_;
    }
  }

  void load_tile(int number, int groups) {
    const RowTile& tile = plan_.tiling.tiles[static_cast<std::size_t>(number)];
    const int slot = number % plan_.tiling.input_slots;
    const std::int64_t map_bytes = std::int64_t{g_.input_height} * g_.input_pitch;
    const std::int64_t tile_bytes = std::int64_t{tile.input_rows} * g_.input_pitch;
    LoadInput load;
    load.address = plan_.input.address + std::int64_t{tile.first_input_row} * g_.input_pitch;
    // A whole map is one piece of memory.
    const bool whole = tile.input_rows == g_.input_height;
    load.chunk_bytes = whole ? tile_bytes * g_.channels : tile_bytes;
    load.chunks = whole ? 1 : g_.channels;
    load.stride = whole ? 0 : map_bytes;
    load.word = input_slot_word(slot, design_);
    load.row_bytes = g_.input_pitch;
    load.first_flag = input_slot_flag(slot, design_);
    add_load(load, (number - plan_.tiling.input_slots + 1) * groups);
  }

  void load_group(const Step& step) {
    const FilterGroup& group = plan_.groups[static_cast<std::size_t>(step.group)];
    const int slot = step.number % plan_.group_slots;
    const int needed = step.number - plan_.group_slots + 1;
    const std::int64_t tile_rows =
        plan_.tiling.tiles[static_cast<std::size_t>(step.tile)].input_rows;
    LoadIndex index;
    index.address = group.index_address;
    index.bytes = group.index_bytes;
    index.entry = index_slot_entry(slot, design_);
    index.rows = g_.rows;
    index.kernel_rows = g_.mode == LayerMode::window ? g_.kernel_rows : 1;
    index.row_step = g_.mode == LayerMode::fully_connected ? design_.columns
                     : g_.mode == LayerMode::pointwise     ? design_.columns * tile_rows
                                                           : tile_rows;
    index.slice_rows = plan_.slice_rows;
    index.markers = g_.rebuilds ? 1 : 0;
    index.entries = group.index_entries;
    add_load(index, needed);
    if (group.words != 0)
      add_load(LoadWeights{group.words_address, group.word_bytes, weight_slot_word(slot, design_),
                           group.words},
               needed);
    add_load(LoadParameters{group.parameters_address, parameter_bytes(design_),
                            parameter_slot_record(slot, design_), design_.slices},
             needed);
  }

  void compute(const Step& step) {
    const FilterGroup& group = plan_.groups[static_cast<std::size_t>(step.group)];
    const RowTile& tile = plan_.tiling.tiles[static_cast<std::size_t>(step.tile)];
    const int group_slot = step.number % plan_.group_slots;
    const int input_slot = step.tile % plan_.tiling.input_slots;
    Compute c;
    c.index_entry = index_slot_entry(group_slot, design_);
    c.index_entries = group.index_entries;
    c.weight_word = weight_slot_word(group_slot, design_);
    c.parameter_record = parameter_slot_record(group_slot, design_);
    c.input_word = input_slot_word(input_slot, design_);
    c.input_pitch = g_.input_pitch / design_.macs;
    c.tile_rows = tile.input_rows;
    c.first_row =
        std::int64_t{tile.first_output_row} * g_.stride - g_.pad_top - tile.first_input_row;
    c.first_flag = input_slot_flag(input_slot, design_);
    c.output_rows = tile.output_rows;
    c.output_columns = g_.output_width;
    c.input_columns = g_.input_width;
    c.pad_left = g_.pad_left;
    c.stride = g_.stride;
    c.steps = g_.steps;
    c.output_word = output_slot_word(step.number % plan_.tiling.output_slots, design_);
    c.output_pitch = g_.output_pitch / design_.macs;
    c.output_channel_words = c.output_pitch * tile.output_rows;
    c.active_slices = group.filters;
    c.relu = g_.relu ? 1 : 0;
    c.mode = static_cast<std::int64_t>(g_.mode);
    c.bypass = g_.bypasses ? 1 : 0;
    c.keep_basis = g_.rebuilds && plan_.matrix_slices == 1 ? 1 : 0;
    // A fully connected layer has one activation row, which holds every input: there is nothing to
    // choose from.
    c.skip_zero_rows =
        design_.skip_activation_rows && g_.mode != LayerMode::fully_connected ? 1 : 0;
    c.rows_not_stored = g_.rows - static_cast<std::int64_t>(group.stored_rows.size());
    c.total_tile_rows = std::int64_t{g_.channels} * tile.input_rows;
    Command& command = add(c);
    command.tokens.pop_prev = command.tokens.push_next = true;
    command.tokens.pop_next = step.number >= plan_.tiling.output_slots;
  }

  void store(const Step& step, int steps) {
    const FilterGroup& group = plan_.groups[static_cast<std::size_t>(step.group)];
    const RowTile& tile = plan_.tiling.tiles[static_cast<std::size_t>(step.tile)];
    const std::int64_t map_bytes = std::int64_t{g_.output_height} * g_.output_pitch;
    Store s;
    s.address = plan_.output.address + group.first_filter * map_bytes +
                std::int64_t{tile.first_output_row} * g_.output_pitch;
    s.chunk_bytes = std::int64_t{tile.output_rows} * g_.output_pitch;
    s.chunks = group.filters;
    s.stride = map_bytes;
    s.word = output_slot_word(step.number % plan_.tiling.output_slots, design_);
    s.chunk_words = s.chunk_bytes / design_.macs;
    Command& command = add(s);
    command.tokens.pop_prev = true;
    command.tokens.push_prev = step.number + plan_.tiling.output_slots < steps;
  }

  const LayerPlan& plan_;
  const LayerGeometry& g_;
  const design::DesignPoint& design_;
  std::vector<Command> commands_;
  int released_ = 0;  ///< tokens of complete computes that loads take
};

}  // namespace

std::vector<Command> layer_program(const LayerPlan& plan, const design::DesignPoint& design) {
  return Emitter(plan, design).emit();
}

}  // namespace sd::schedule
