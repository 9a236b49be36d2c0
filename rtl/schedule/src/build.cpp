#include <fmt/format.h>

#include <algorithm>

#include <algorithm>

#include "layer_program.hpp"
#include "off_chip.hpp"
#include "placement.hpp"
#include "weight_stream.hpp"

namespace sd::schedule {

namespace {

/// The image lives in the host's memory while the chip is simulated.
constexpr std::int64_t largest_image = std::int64_t{1} << 30;

struct PlannedLayer {
  int operator_index = 0;
  LayerPlan plan;
};

class Builder {
 public:
  Builder(const pack::PackedModel& model, const design::DesignPoint& design)
      : model_(model), placement_(design) {
    program_.design = design;
    program_.inputs.resize(model.network.operators.size());
    program_.outputs.resize(model.network.operators.size());
  }

  Program build() {
    for (int index = 0; index < static_cast<int>(model_.network.operators.size()); ++index)
      if (model_.network.operators[static_cast<std::size_t>(index)].kind !=
          graph::OperatorKind::input)
        plan(index);
    for (PlannedLayer& layer : planned_) place(layer);
    program_.image.resize(placement_.end());
    for (PlannedLayer& layer : planned_) write(layer);
    return std::move(program_);
  }

 private:
  void plan(int index) {
    auto reason = unsupported(model_, index, program_.design);
    PlannedLayer layer{index, {}};
    if (!reason) reason = plan_layer(layer);
    if (reason)
      program_.off_chip.push_back({index, *reason});
    else
      planned_.push_back(std::move(layer));
  }

  const pack::PackedLayer& packed(int index) const {
    return *model_.layers[static_cast<std::size_t>(index)];
  }

  /// Returns why the layer does not fit, or nothing.
  std::optional<std::string> plan_layer(PlannedLayer& layer) {
    LayerPlan& plan = layer.plan;
    const design::DesignPoint& design = program_.design;
    plan.geometry = geometry_of(model_, layer.operator_index, design);
    plan.tiling = tile_rows(plan.geometry, design);
    if (!plan.tiling.reason.empty()) return plan.tiling.reason;
    const pack::PackedLayer& weights = packed(layer.operator_index);
    plan.matrix_slices = weights.layout.slices();
    // A layer of one matrix slice may name any larger number (dense ones do), wider than the field.
    plan.slice_rows = std::min(weights.layout.slice_rows, weights.layout.rows);
    plan.groups = filter_groups(plan.geometry, weights, design);
    std::uint32_t words = 0;
    int entries = 0;
    const LayerGeometry& g = plan.geometry;
    std::int64_t bytes = std::int64_t{g.channels} * g.input_height * g.input_pitch +
                         std::int64_t{g.filters} * g.output_height * g.output_pitch;
    for (const FilterGroup& group : plan.groups) {
      words = std::max(words, group.words);
      entries = std::max(entries, group.index_entries);
      bytes += stream_bytes(group, design) +
               6LL * command_bytes * static_cast<std::int64_t>(plan.tiling.tiles.size());
    }
    const GroupSlots slots = group_slots(words, entries, design);
    if (!slots.reason.empty()) return slots.reason;
    plan.group_slots = slots.slots;
    if (image_bytes_ + bytes > largest_image)
      return fmt::format("the memory image would exceed {} bytes with it", largest_image);
    image_bytes_ += bytes;
    return std::nullopt;
  }

  void place(PlannedLayer& layer) {
    const auto index = static_cast<std::size_t>(layer.operator_index);
    const auto& operators = model_.network.operators;
    const int producer = operators[index].inputs[0];
    const graph::TensorShape& input = operators[static_cast<std::size_t>(producer)].output;
    const LayerGeometry& g = layer.plan.geometry;
    layer.plan.input = g.mode == LayerMode::fully_connected ? placement_.row_of(producer, input)
                                                            : placement_.map_of(producer, input);
    layer.plan.output =
        placement_.map_of(layer.operator_index, {g.filters, g.output_height, g.output_width});
    program_.inputs[index] = layer.plan.input;
    program_.outputs[index] = layer.plan.output;
  }

  void write(PlannedLayer& layer) {
    LayerPlan& plan = layer.plan;
    for (FilterGroup& group : plan.groups)
      append_stream(group, plan.geometry, packed(layer.operator_index), program_.design,
                    program_.image);
    LayerSchedule schedule;
    schedule.operator_index = layer.operator_index;
    schedule.mode = plan.geometry.mode;
    schedule.pointwise_or_kernel_steps = plan.geometry.steps;
    schedule.input_pitch = plan.geometry.input_pitch;
    schedule.output_pitch = plan.geometry.output_pitch;
    write_program(layer_program(plan, program_.design), schedule);
    schedule.groups = std::move(plan.groups);
    schedule.tiles = std::move(plan.tiling.tiles);
    program_.layers.push_back(std::move(schedule));
  }

  void write_program(const std::vector<Command>& commands, LayerSchedule& schedule) {
    auto& image = program_.image;
    image.resize((image.size() + command_bytes - 1) / command_bytes * command_bytes);
    schedule.program_address = static_cast<std::uint32_t>(image.size());
    schedule.commands = static_cast<std::uint32_t>(commands.size());
    for (const Command& command : commands)
      for (const std::uint32_t word : encode(command))
        for (int byte = 0; byte < 4; ++byte)
          image.push_back(static_cast<std::uint8_t>(word >> (8 * byte)));
  }

  const pack::PackedModel& model_;
  Program program_;
  Placement placement_;
  std::vector<PlannedLayer> planned_;
  std::int64_t image_bytes_ = 0;
};

}  // namespace

Program build_program(const pack::PackedModel& model, const design::DesignPoint& design) {
  design::validate(design);
  return Builder(model, design).build();
}

}  // namespace sd::schedule
