// A COMPUTE or VECTOR with the loads before it and the stores behind it.
#pragma once

#include <vector>

#include "rtl/design/design_point.hpp"
#include "rtl/schedule/command.hpp"

namespace sd::schedule {

struct Step {
  int layer = 0;  ///< number of its LayerSchedule
  std::vector<Operation> loads;
  Operation compute;              ///< Compute or Vector
  std::int64_t weight_words = 0;  ///< of a COMPUTE's group
  std::vector<Operation> stores;
};

/// The command list, in an order in which the loads of a step stand before the COMPUTE of the step
/// before it, wherever they need nothing of that; with the tokens and fences that keep everything
/// in order whatever the units' speeds, none left over; END last. `layer_of` takes the layer of
/// every command but END.
[[nodiscard]] std::vector<Command> command_list(const std::vector<Step>& steps,
                                                const design::DesignPoint& design,
                                                std::vector<int>& layer_of);

}  // namespace sd::schedule
