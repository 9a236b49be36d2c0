#include "data_input.hpp"

#include <fmt/format.h>

#include "workbench/core/job.hpp"

namespace sd::core {

void check_classes(const graph::Network& network, const data::Dataset& images,
                   std::vector<std::string>& notes) {
  const auto outputs =
      network.operators[static_cast<std::size_t>(network.output())].output.elements();
  const std::size_t classes = images.class_names().size();
  if (classes > outputs) {
    throw InputError(
        fmt::format("{} has {} classes, but network {} has {} outputs; give the data that the "
                    "network was trained for",
                    images.description(), classes, network.name, outputs));
  }
  if (classes < outputs && network.class_names.empty()) {
    notes.push_back(
        fmt::format("the data has {} classes and the network {} outputs: the folders, in "
                    "alphabetical order, are taken for outputs 0 to {}",
                    classes, outputs, classes - 1));
  }
}

}  // namespace sd::core
