// Packed layers -> the figures that a reader wants to see.
#pragma once

#include <vector>

#include "sdengine/pack/packed_model.hpp"
#include "workbench/core/inspect_job.hpp"

namespace sd::core {

[[nodiscard]] std::vector<InspectOperator> inspect_operators(const pack::PackedModel& model);
/// The layers with weights.
[[nodiscard]] std::vector<InspectLayer> inspect_layers(const pack::PackedModel& model);

}  // namespace sd::core
