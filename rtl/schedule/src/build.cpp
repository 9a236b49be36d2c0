#include <fmt/format.h>

#include <algorithm>

#include "cost.hpp"
#include "network_steps.hpp"
#include "residence.hpp"
#include "weight_stream.hpp"

namespace sd::schedule {

namespace {

/// The image lives in the host's memory while the chip is simulated.
constexpr std::int64_t largest_image = std::int64_t{1} << 30;
constexpr std::uint32_t map_alignment = 64;

/// A network planned and placed: whatever does not fit has been refused.
class Layout {
 public:
  Layout(const pack::PackedModel& model, const design::DesignPoint& design,
         const ScheduleOptions& options)
      : model_(model), design_(design), options_(options) {
    while (!try_plan()) {
    }
  }

  NetworkPlan plan;
  std::vector<Room> rooms;
  std::vector<LayerFacts> facts;  ///< per task; array only
  std::vector<Tiling> tilings;    ///< likewise

 private:
  bool try_plan() {
    plan = plan_network(model_, design_, options_, refusals_);
    rooms = choose_residences(plan, model_, design_, options_);
    facts.assign(plan.tasks.size(), {});
    tilings.assign(plan.tasks.size(), {});
    std::int64_t bytes = 0;
    for (const Map& map : plan.maps) bytes += map.in_dram ? map.words(design_) * design_.macs : 0;
    for (std::size_t t = 0; t < plan.tasks.size(); ++t) {
      const Task& task = plan.tasks[t];
      const auto reason =
          task.execution == Execution::array ? plan_array(t, bytes) : plan_vector(t);
      if (!reason) continue;
      // An addition that costs the convolution its place is a command of its own.
      if (task.fused_add >= 0)
        refusals_.fusions.push_back(task.fused_add);
      else
        refusals_.operators.push_back({task.operator_index, *reason});
      return false;
    }
    return true;
  }

  std::optional<std::string> plan_array(std::size_t t, std::int64_t& bytes) {
    const Task& task = plan.tasks[t];
    const auto& layer = *model_.layers[static_cast<std::size_t>(task.operator_index)];
    const auto map_of = [&](const View& view) -> const Map& {
      return plan.maps[static_cast<std::size_t>(view.map)];
    };
    LayerFacts& known = facts[t];
    known.geometry = geometry_of(model_, task.operator_index, design_);
    known.groups = filter_groups(known.geometry, layer, design_);
    known.input_resident = map_of(task.inputs[0]).resident;
    known.has_residual = task.fused_add >= 0;
    known.residual_resident = known.has_residual && map_of(task.residual).resident;
    known.to_dram = map_of(task.output).in_dram;
    known.room = rooms[t];
    for (const FilterGroup& group : known.groups)
      if (rows_of(group, known.geometry) > 65535)
        return fmt::format("a group of {} filters has {} rows; the index counts up to 65535",
                           group.filters, rows_of(group, known.geometry));
    if (auto reason = groups_too_large(known.groups, design_)) return reason;
    tilings[t] = choose_tiling(known, design_, options_.search);
    if (!tilings[t].reason.empty()) return tilings[t].reason;
    for (const FilterGroup& group : known.groups)
      bytes += stream_bytes(group, design_) +
               7LL * command_bytes * static_cast<std::int64_t>(tilings[t].tiles.size());
    if (bytes > largest_image)
      return fmt::format("the memory image would exceed {} bytes with it", largest_image);
    return std::nullopt;
  }

  std::optional<std::string> plan_vector(std::size_t t) const {
    const Task& task = plan.tasks[t];
    const std::int64_t least = least_words(needs_of(model_, plan, task, design_), plan.maps);
    if (least > rooms[t].words)
      return fmt::format("one output row needs {} bytes of its inputs; the input buffer has {}",
                         least * design_.macs, design_.input_buffer_bytes);
    const Map& output = plan.maps[static_cast<std::size_t>(task.output.map)];
    if (output.in_dram && output.pitch_words(design_) > design_.output_words())
      return fmt::format("one output row takes {} bytes; the output buffer has {}",
                         output.pitch_words(design_) * design_.macs, design_.output_buffer_bytes);
    return std::nullopt;
  }

  const pack::PackedModel& model_;
  const design::DesignPoint& design_;
  const ScheduleOptions& options_;
  Refusals refusals_;
};

class Builder {
 public:
  Builder(const pack::PackedModel& model, const design::DesignPoint& design,
          const ScheduleOptions& options)
      : model_(model), layout_(model, design, options) {
    program_.design = design;
    program_.options = options;
    program_.off_chip = layout_.plan.off_chip;
    std::sort(
        program_.off_chip.begin(), program_.off_chip.end(),
        [](const OffChip& a, const OffChip& b) { return a.operator_index < b.operator_index; });
  }

  Program build() {
    place_maps();
    place_weights();
    for (const Execution execution : plan().executions)
      program_.operators.push_back({execution, std::nullopt});
    for (int run = 0; run < layout_.plan.runs; ++run) write_run(run);
    return std::move(program_);
  }

 private:
  NetworkPlan& plan() { return layout_.plan; }

  void place_maps() {
    std::uint32_t end = 0;
    for (Map& map : plan().maps) {
      if (!map.in_dram) continue;
      map.address = end;
      const auto bytes =
          static_cast<std::uint32_t>(map.words(program_.design) * program_.design.macs);
      end = (end + bytes + map_alignment - 1) / map_alignment * map_alignment;
    }
    program_.image.resize(end);
    for (const auto& view : plan().views) {
      program_.maps.emplace_back();
      if (!view || !plan().maps[static_cast<std::size_t>(view->map)].in_dram) continue;
      const Map& map = plan().maps[static_cast<std::size_t>(view->map)];
      const int pitch = map.pitch_words(program_.design) * program_.design.macs;
      program_.maps.back() = TensorPlacement{
          map.address + static_cast<std::uint32_t>(view->first_channel * map.height * pitch),
          view->channels, map.height, map.width, pitch};
    }
  }

  void place_weights() {
    for (std::size_t t = 0; t < plan().tasks.size(); ++t) {
      const Task& task = plan().tasks[t];
      if (task.execution != Execution::array) continue;
      for (FilterGroup& group : layout_.facts[t].groups)
        append_stream(group, layout_.facts[t].geometry,
                      *model_.layers[static_cast<std::size_t>(task.operator_index)],
                      program_.design, program_.image);
    }
  }

  void write_run(int number) {
    Rings rings(program_.design);
    std::vector<Step> steps;
    ProgramRun run;
    const int first_layer = static_cast<int>(program_.layers.size());
    for (std::size_t t = 0; t < plan().tasks.size(); ++t)
      if (plan().tasks[t].run == number) append_task(t, rings, steps);
    const auto commands = command_list(steps, program_.design, run.layer_of);
    run.layer_of.push_back(-1);
    write_commands(commands, run);
    account(commands, run, number, first_layer);
    find_neighbours(number, run);
    program_.runs.push_back(std::move(run));
  }

  void append_task(std::size_t t, Rings& rings, std::vector<Step>& steps) {
    const Task& task = plan().tasks[t];
    const int layer = static_cast<int>(program_.layers.size());
    LayerSchedule schedule;
    schedule.operator_index = task.operator_index;
    schedule.execution = task.execution;
    const auto number = static_cast<std::size_t>(layer);
    program_.operators[static_cast<std::size_t>(task.operator_index)].layer = number;
    if (task.fused_add >= 0) {
      schedule.fused.push_back(task.fused_add);
      program_.operators[static_cast<std::size_t>(task.fused_add)].layer = number;
    }
    const Map& output = plan().maps[static_cast<std::size_t>(task.output.map)];
    schedule.residence = output.resident ? Residence::on_chip : Residence::dram;
    if (task.execution == Execution::array) {
      const Tiling& tiling = layout_.tilings[t];
      const LayerFacts& facts = layout_.facts[t];
      ArrayTask array{task, facts, tiling, layer, false, {}, true};
      if (task.fused_add >= 0) {
        const auto add = static_cast<std::size_t>(task.fused_add);
        array.add = model_.elementwise[add];
        array.residual_relu = model_.network.operators[add].relu;
        array.own_first = model_.network.operators[add].inputs[0] == task.operator_index;
      }
      append_array_steps(array, plan().maps, program_.design, rings, steps);
      schedule.loop_order = tiling.order;
      schedule.groups = facts.groups;
      schedule.tiles = tiling.tiles;
      const BlockShape block = block_shape(facts.geometry, program_.design);
      schedule.block_rows = block.rows;
      schedule.block_words = block.words;
      schedule.predicted_cycles = tiling.cycles;
    } else {
      for (const VectorPart& part : vector_parts(model_, plan(), task)) {
        append_vector_steps(part, layer, layout_.rooms[t], plan().maps, program_.design, rings,
                            steps);
        schedule.predicted_cycles += vector_cycles(part, plan().maps, program_.design);
      }
    }
    program_.layers.push_back(std::move(schedule));
  }

  void write_commands(const std::vector<Command>& commands, ProgramRun& run) {
    auto& image = program_.image;
    image.resize((image.size() + command_bytes - 1) / command_bytes * command_bytes);
    run.program_address = static_cast<std::uint32_t>(image.size());
    run.commands = static_cast<std::uint32_t>(commands.size());
    for (const Command& command : commands)
      for (const std::uint32_t word : encode(command))
        for (int byte = 0; byte < 4; ++byte)
          image.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
  }

  /// What each layer's commands are, and move.
  void account(const std::vector<Command>& commands, const ProgramRun& run, int number,
               int first_layer) {
    for (std::size_t i = static_cast<std::size_t>(first_layer); i < program_.layers.size(); ++i)
      program_.layers[i].run = number;
    for (std::size_t i = 0; i + 1 < commands.size(); ++i) {
      LayerSchedule& layer = program_.layers[static_cast<std::size_t>(run.layer_of[i])];
      if (layer.commands++ == 0) layer.first_command = static_cast<std::uint32_t>(i);
      layer.dram_bytes += command_bytes + moved_bytes(commands[i].operation);
    }
  }

  static std::int64_t moved_bytes(const Operation& operation) {
    if (const auto* load = std::get_if<LoadInput>(&operation))
      return load->chunks * load->chunk_bytes;
    if (const auto* load = std::get_if<LoadIndex>(&operation)) return load->bytes;
    if (const auto* load = std::get_if<LoadWeights>(&operation)) return load->bytes;
    if (const auto* load = std::get_if<LoadParameters>(&operation)) return load->bytes;
    if (const auto* store = std::get_if<Store>(&operation))
      return store->chunks * store->chunk_bytes;
    return 0;
  }

  /// What the run computes, reads and leaves behind, as operators.
  void find_neighbours(int number, ProgramRun& run) {
    std::vector<bool> own(model_.network.operators.size());
    for (const Task& task : plan().tasks)
      if (task.run == number) {
        own[static_cast<std::size_t>(task.operator_index)] = true;
        if (task.fused_add >= 0) own[static_cast<std::size_t>(task.fused_add)] = true;
      }
    // What only addresses belongs to the run that computes its last input.
    for (std::size_t i = 0; i < own.size(); ++i)
      if (plan().executions[i] == Execution::addressing) {
        bool mine = false;
        for (const int input : model_.network.operators[i].inputs)
          mine = mine || own[static_cast<std::size_t>(input)];
        own[i] = mine;
      }
    std::vector<bool> read(own.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (!own[i]) continue;
      run.operators.push_back(static_cast<int>(i));
      if (program_.maps[i]) run.writes.push_back(static_cast<int>(i));
      for (const int input : model_.network.operators[i].inputs)
        if (!own[static_cast<std::size_t>(input)]) read[static_cast<std::size_t>(input)] = true;
    }
    for (std::size_t i = 0; i < read.size(); ++i)
      if (read[i]) run.reads.push_back(static_cast<int>(i));
  }

  const pack::PackedModel& model_;
  Layout layout_;
  Program program_;
};

}  // namespace

Program build_program(const pack::PackedModel& model, const design::DesignPoint& design,
                      const ScheduleOptions& options) {
  design::validate(design);
  return Builder(model, design, options).build();
}

}  // namespace sd::schedule
