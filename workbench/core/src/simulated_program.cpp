#include "simulated_program.hpp"

#include <fmt/format.h>

#include "workbench/core/job.hpp"

namespace sd::core {

namespace {

/// So large that it shows in every pixel, whatever rounding and saturation follow.
constexpr std::size_t byte_of_bias = 3;
constexpr std::uint8_t flipped = 1U << 6;

void plant(schedule::Program& program, const graph::Network& network, const std::string& name) {
  for (const schedule::LayerSchedule& layer : program.layers) {
    if (layer.groups.empty() ||
        network.operators[static_cast<std::size_t>(layer.operator_index)].name != name)
      continue;
    program.image[layer.groups.front().parameters_address + byte_of_bias] ^= flipped;
    return;
  }
  std::string names;
  for (const schedule::LayerSchedule& layer : program.layers)
    if (!layer.groups.empty())
      names += (names.empty() ? "" : ", ") +
               network.operators[static_cast<std::size_t>(layer.operator_index)].name;
  throw InputError(
      fmt::format("--plant-fault {}: no layer of this name has weights on the array; "
                  "choose one of {}",
                  name, names));
}

}  // namespace

schedule::Program simulated_program(const pack::PackedModel& model,
                                    const design::DesignPoint& design,
                                    const schedule::ScheduleOptions& options,
                                    const std::optional<std::string>& plant_fault) {
  schedule::Program program = schedule::build_program(model, design, options);
  if (plant_fault) plant(program, model.network, *plant_fault);
  return program;
}

}  // namespace sd::core
