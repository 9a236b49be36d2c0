// What a run works on: the network, the images, the design point.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rtl/design/design_point.hpp"
#include "sdengine/data/dataset.hpp"
#include "sdengine/graph/network.hpp"
#include "workbench/core/run_job.hpp"

namespace sd::core {

struct Inputs {
  graph::Network network;
  std::string model_source;
  std::unique_ptr<data::Dataset> images;       ///< for accuracy and for the accelerator
  std::unique_ptr<data::Dataset> calibration;  ///< empty: the first of `images`
  design::DesignPoint design;
  std::map<std::string, std::string> hashes;
  std::vector<std::string> notes;
};

/// Throws InputError if an option is out of its range, naming it.
void check_options(const RunOptions& options);

/// Reads and checks everything that a user gave. Throws InputError, or the rooms' own errors.
[[nodiscard]] Inputs load_inputs(const RunOptions& options);

}  // namespace sd::core
