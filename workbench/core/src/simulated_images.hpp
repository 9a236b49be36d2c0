// The images that `simulate` puts through the accelerator: of a data set, or made by chance.
#pragma once

#include <string>
#include <vector>

#include "sdengine/integer/executor.hpp"
#include "verilator_tb/simulate_each.hpp"
#include "workbench/core/simulate_job.hpp"

namespace sd::core {

struct SimulatedImages {
  std::vector<tb::NumberedImage> values;
  std::vector<int> labels;        ///< empty: none
  std::string description, hash;  ///< hash: empty for random images
};

/// Throws InputError, data::DataError.
[[nodiscard]] SimulatedImages read_simulated_images(const integer::Executor& reference,
                                                    const SimulateOptions& options);

}  // namespace sd::core
